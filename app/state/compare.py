"""Several runs beside each other: the facts of each, and which one is the best at what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agents.events import FiguresReported, RunState, Stamped
from app.i18n import marked
from app.state.figures import FiguresState
from app.state.files import FilesState
from app.state.run import RunSummary
from app.state.tests import TestsState

Unit: TypeAlias = Literal["count", "share", "seconds", "speed"]
Better: TypeAlias = Literal["more", "less", "neither"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run was to make, and how it went. Shares are from 0 to 1; None stands for "not measured"."""

    number: int
    project: str
    idea: str
    workflow: str
    model: str
    state: RunState
    tests_passed: float | None
    executability: float | None
    completeness: float | None
    files: float
    lines: float
    calls: float | None
    tokens: float | None
    seconds: float
    tokens_per_second: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure over all runs; `best` are the places of the best ones, none where they are alike."""

    name: str
    unit: Unit
    values: tuple[float | None, ...]
    best: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    unit: Unit
    better: Better
    value: Callable[[RunFacts], float | None]


MEASURES = (
    _Measure(marked("Tests passed"), "share", "more", lambda facts: facts.tests_passed),
    _Measure(marked("Executability"), "share", "more", lambda facts: facts.executability),
    _Measure(marked("Completeness"), "share", "more", lambda facts: facts.completeness),
    _Measure(marked("Files"), "count", "neither", lambda facts: facts.files),
    _Measure(marked("Lines"), "count", "neither", lambda facts: facts.lines),
    _Measure(marked("Model calls"), "count", "less", lambda facts: facts.calls),
    _Measure(marked("Tokens"), "count", "less", lambda facts: facts.tokens),
    _Measure(marked("Time at work"), "seconds", "less", lambda facts: facts.seconds),
    _Measure(marked("Tokens per second"), "speed", "more", lambda facts: facts.tokens_per_second),
)


def facts_of(number: int, events: Iterable[Stamped]) -> RunFacts:
    """The facts of a run from its stored events; only what they need is folded."""
    run, tests, files, figures = RunSummary(), TestsState(), FilesState(), FiguresState()
    for stamped in events:
        for fold in (run, tests, files, figures):
            fold.receive(stamped)
    report, total = figures.reported, figures.total
    return RunFacts(
        number=number,
        project=run.project,
        idea=run.idea,
        workflow=run.title,
        model=run.model,
        state=run.state,
        tests_passed=_passed(tests),
        executability=report.executability if report else None,
        completeness=report.completeness if report else None,
        files=len(files.present),
        lines=_lines(files, report),
        calls=total.model_calls or None,
        tokens=total.tokens or None,
        seconds=run.active_seconds(),
        tokens_per_second=total.tokens_per_second or None,
    )


def compared(runs: Sequence[RunFacts]) -> list[Comparison]:
    """Every measure over these runs.

    What costs less is better only among runs that succeeded: one that gave up early is cheap.
    """
    return [_compared(measure, runs) for measure in MEASURES]


def _compared(measure: _Measure, runs: Sequence[RunFacts]) -> Comparison:
    values = tuple(measure.value(facts) for facts in runs)
    rivals = {
        place: value
        for place, (facts, value) in enumerate(zip(runs, values, strict=True))
        if value is not None and (measure.better == "more" or _worth(facts))
    }
    best: frozenset[int] = frozenset()
    if measure.better != "neither" and len(set(rivals.values())) > 1:
        top = max(rivals.values()) if measure.better == "more" else min(rivals.values())
        best = frozenset(place for place, value in rivals.items() if value == top)
    return Comparison(measure.name, measure.unit, values, best)


def _worth(facts: RunFacts) -> bool:
    """Whether it means something that a run was cheap."""
    return facts.state == "succeeded" and facts.calls is not None


def _passed(tests: TestsState) -> float | None:
    latest = tests.latest
    ran = len(latest.cases) - latest.count("skipped") if latest else 0
    return latest.count("passed") / ran if latest and ran else None


def _lines(files: FilesState, report: FiguresReported | None) -> int:
    """The lines that the report counted; before there is one, those that were added and not removed."""
    if report:
        return report.lines
    return sum(version.added - version.removed for node in files.present for version in node.versions)
