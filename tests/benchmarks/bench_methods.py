"""Which methods lift pass@1 over the bare model, at what cost? `python -m tests.benchmarks.bench_methods`.

The model is simulated (`tests.benchmarks.simulated`), everything else is real: the engine, Ollama's wire,
the sandbox (where the same trial is run only once), the hidden tests. HumanEval's problems are solved by
each method, for several seeds of the model. The lift is the difference to `direct` over the same problems
and seeds; its interval is a bootstrap over problems.

What it shows: whether a method carries to the model what the model needs, stops when it should, and what that
costs. What it cannot show: how good a real model is at repairs, tests and plans. Those are assumptions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from agents.bench import Bench, BenchPlan, Cell, Problem, load_problems
from agents.contracts import Sandbox
from agents.sandboxes import best_sandbox
from tests.benchmarks.simulated import Known, SimulatedModel, Skill, known_problems
from tests.benchmarks.simulated.remembering import RememberingSandbox
from tests.support.humaneval import shared_data
from tests.support.ollama_server import OllamaServer

RESAMPLED = 2000
HEAD = "| method                      | pass@1 | lift (95 %)              | calls | tokens  | errors |"
SKILLS = ("right", "repairs", "explained", "blind", "tests", "misled", "reuses", "planned", "spread")


@dataclass(frozen=True)
class Setting:
    """A method with its options, under a name for the table."""

    label: str
    method: str
    options: dict[str, Any]


SETTINGS = (
    Setting("direct", "direct", {}),
    Setting("self_planning", "self_planning", {}),
    Setting("self_debugging, simple", "self_debugging", {"feedback": "simple"}),
    Setting("self_debugging, unit test", "self_debugging", {}),
    Setting("self_debugging, explanation", "self_debugging", {"feedback": "explanation"}),
    Setting("selfevolve", "selfevolve", {}),
    Setting("self_collaboration, reasons", "self_collaboration", {"tester": "reasons"}),
    Setting("self_collaboration, runs", "self_collaboration", {"tester": "runs"}),
    Setting("agentcoder", "agentcoder", {}),
    Setting("mapcoder", "mapcoder", {}),
    Setting("codechain", "codechain", {}),
    Setting("rlef", "rlef", {}),
)


def subjects(limit: int) -> list[tuple[Problem, Known]]:
    """HumanEval's problems of which wrong programs are known, evenly spread where there are to be fewer."""
    data = shared_data()
    if data is None:
        raise SystemExit("The shared data is not there; name its folder in TROUPE_SHARED.")
    path = data / "humaneval" / "HumanEval.jsonl"
    rows = {row["task_id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    every = load_problems(path)
    picked = every[:: max(1, len(every) // limit)][:limit] if limit else every
    pairs = [(one, rows[one.key]["prompt"] + rows[one.key]["canonical_solution"]) for one in picked]
    found = zip(picked, known_problems(pairs), strict=True)
    return [(problem, known) for problem, known in found if known is not None]


async def solved(
    setting: Setting,
    problems: Sequence[Problem],
    known: Sequence[Known],
    skill: Skill,
    seed: int,
    jobs: int,
    sandbox: Sandbox | None = None,
) -> list[Cell]:
    """Every problem by one method, with a model of that seed."""
    with OllamaServer(SimulatedModel(known, skill, seed)) as server, tempfile.TemporaryDirectory() as home:
        plan = BenchPlan(
            tuple(problems), (setting.method,), model="scripted:7b", host=server.address, jobs=jobs,
            seed=seed, options={setting.method: setting.options},
        )  # fmt: skip
        cells: list[Cell] = []
        async with aclosing(Bench(plan, Path(home), sandbox).cells()) as ready:
            async for cell in ready:
                cells.append(replace(cell, method=setting.label, sample=seed))
        return cells


def lift(
    cells: Sequence[Cell], base: Sequence[Cell], resampled: int = RESAMPLED
) -> tuple[float, float, float]:
    """The difference of pass@1 to the base line, and its 95 % interval: a paired bootstrap over problems."""
    differences: defaultdict[str, float] = defaultdict(float)
    for cell in cells:
        differences[cell.problem] += cell.passed
    for cell in base:
        differences[cell.problem] -= cell.passed
    samples = len(base) / len(differences)
    values = [value / samples for value in differences.values()]
    chance = random.Random(0)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(resampled))
    return fmean(values), means[int(resampled * 0.025)], means[int(resampled * 0.975)]


def row(label: str, cells: Sequence[Cell], base: Sequence[Cell]) -> str:
    """A method's line of the table."""
    passed = fmean(cell.passed for cell in cells)
    tokens = [cell.prompt_tokens + cell.output_tokens for cell in cells]
    more, low, high = lift(cells, base)
    told = "" if label == "direct" else f"{more:+.1%} ({low:+.1%} … {high:+.1%})"
    errors = sum(bool(cell.error) for cell in cells)
    return (
        f"| {label:<27} | {passed:6.1%} | {told:<24} | {fmean(cell.calls for cell in cells):5.1f} "
        f"| {fmean(tokens):7,.0f} | {errors:6} |"
    )


def say(line: str) -> None:
    """Print one line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Print a line for each method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=40, help="problems, evenly spread; 0: all 164")
    parser.add_argument("--seeds", type=int, default=1, help="models, each with a luck of its own")
    parser.add_argument("--only", default="", help="settings whose name contains this, beside direct")
    parser.add_argument("--jobs", type=int, default=4)
    usual = Skill()
    for name in SKILLS:
        parser.add_argument(f"--{name}", type=float, default=getattr(usual, name))
    chosen = parser.parse_args()
    skill = Skill(**{name: getattr(chosen, name) for name in SKILLS})
    started = time.monotonic()
    sandbox = RememberingSandbox(best_sandbox())
    found = subjects(chosen.limit)
    problems, known = [problem for problem, _ in found], [one for _, one in found]
    say(
        f"{len(found)} problems; {fmean(one.subtle for one in known):.0%} of their wrong programs keep "
        "all examples."
    )
    say(f"{skill}; {chosen.seeds} seeds; known after {time.monotonic() - started:.0f} s")
    say("")
    say(HEAD)
    say("|---" * 6 + "|")
    base: list[Cell] = []
    for setting in SETTINGS:
        if setting.label != "direct" and chosen.only not in setting.label:
            continue
        cells = [
            cell
            for seed in range(1, chosen.seeds + 1)
            for cell in asyncio.run(solved(setting, problems, known, skill, seed, chosen.jobs, sandbox))
        ]
        base = base or cells
        say(row(setting.label, cells, base))
    say("")
    say(
        f"in {time.monotonic() - started:.0f} s; {sandbox.ran:,} different trials were run of the "
        f"{sandbox.asked:,} that were asked for"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
