"""What a bench came to: one cell for each answer, and the figures of each method."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

from agents.bench.estimate import interval, pass_at


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: whether the hidden tests hold, and what it cost; durations in seconds.

    `run` is its run in the bench's own database. `error` says why there is no answer; that counts as wrong.
    """

    problem: str
    method: str
    sample: int
    passed: bool
    calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    run: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """A method over all its problems. `solved` is how many of its answers are right.

    `passes` is pass@k by k, each with its 95 % confidence interval; the other figures are means for an
    answer, and `tokens_per_solved` what a right answer cost (infinite where there is none).
    """

    method: str
    problems: int
    answers: int
    solved: int
    passes: dict[int, tuple[float, float, float]]
    calls: float
    prompt_tokens: float
    output_tokens: float
    seconds: float
    tokens_per_solved: float
    seconds_per_solved: float


def figures_by_method(cells: Iterable[Cell], ks: Sequence[int] = (1,)) -> list[MethodFigures]:
    """The figures of each method, in the order in which the methods come first."""
    by_method: dict[str, list[Cell]] = {}
    for cell in cells:
        by_method.setdefault(cell.method, []).append(cell)
    return [_figures(method, found, ks) for method, found in by_method.items()]


def _figures(method: str, cells: Sequence[Cell], ks: Sequence[int]) -> MethodFigures:
    answers: defaultdict[str, list[bool]] = defaultdict(list)
    for cell in cells:
        answers[cell.problem].append(cell.passed)
    passes: dict[int, tuple[float, float, float]] = {}
    for k in ks:
        values = [pass_at(len(one), sum(one), k) for one in answers.values() if len(one) >= k]
        if values:
            passes[k] = (fmean(values), *interval(values))
    solved = sum(cell.passed for cell in cells)
    tokens = sum(cell.prompt_tokens + cell.output_tokens for cell in cells)
    seconds = sum(cell.seconds for cell in cells)
    return MethodFigures(
        method=method,
        problems=len(answers),
        answers=len(cells),
        solved=solved,
        passes=passes,
        calls=fmean(cell.calls for cell in cells),
        prompt_tokens=fmean(cell.prompt_tokens for cell in cells),
        output_tokens=fmean(cell.output_tokens for cell in cells),
        seconds=fmean(cell.seconds for cell in cells),
        tokens_per_solved=tokens / solved if solved else float("inf"),
        seconds_per_solved=seconds / solved if solved else float("inf"),
    )


def as_table(figures: Sequence[MethodFigures]) -> str:
    """The figures as a table for the terminal."""
    ks = sorted({k for one in figures for k in one.passes})
    heads = ["method", *(f"pass@{k}" for k in ks)]
    heads += ["95 %", "solved", "calls", "read", "written", "seconds", "tokens a solved task"]
    rows = [heads, *(_row(one, ks) for one in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _row(one: MethodFigures, ks: Sequence[int]) -> list[str]:
    low, high = one.passes[ks[0]][1:] if ks and ks[0] in one.passes else (0.0, 1.0)
    return [
        one.method,
        *(f"{one.passes[k][0]:.1%}" if k in one.passes else "–" for k in ks),
        f"{low:.0%}–{high:.0%}",
        f"{one.solved}/{one.answers}",
        f"{one.calls:.1f}",
        f"{one.prompt_tokens:,.0f}",
        f"{one.output_tokens:,.0f}",
        f"{one.seconds:.1f}",
        f"{one.tokens_per_solved:,.0f}" if one.solved else "–",
    ]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (text.rjust(width) for text, width in zip(row, widths, strict=True))
    return "  ".join([row[0].ljust(len(first)), *others]).rstrip()


def as_csv(cells: Iterable[Cell]) -> str:
    """Every answer as a line of comma-separated values, under a line of names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(Cell.__slots__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(cell) for cell in cells)
    return text.getvalue()


def as_json(cells: Sequence[Cell], figures: Sequence[MethodFigures]) -> str:
    """Every answer and every method's figures as one JSON object; what is infinite is null."""
    methods = [
        {name: None if value == float("inf") else value for name, value in asdict(one).items()}
        for one in figures
    ]
    return json.dumps({"methods": methods, "answers": [asdict(cell) for cell in cells]}, indent=1)
