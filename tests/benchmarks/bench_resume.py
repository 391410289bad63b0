"""What continuing costs: `python -m tests.benchmarks.bench_resume [--steps 1000]`.

A run of so many steps (model calls, programs, answers) is carried out once and then continued: with one
branch, with ten at the same time, and on the window's event loop. Each time is printed beside its limit,
with the model calls that it repeated. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from agents.cli.answers import FileAnswers
from agents.plan import Plan
from agents.studio import Studio
from tests.benchmarks.rows import Row, shown
from tests.support.killing import ANSWERS, scripted, with_methods
from tests.support.ollama_server import OllamaServer

Loop: TypeAlias = tuple[str, Callable[[Coroutine[object, object, float]], float]]

LIMIT = 1.0
STEPS_A_TURN = 3
OTHER_STEPS = 3
"""The cast, the plan, the conclusion; every branch also asks a question."""


async def carried_out(plan: Plan, home: Path) -> int:
    """Carry the run out; how many steps it took."""
    studio = Studio.open(home)
    try:
        live = await studio.start(plan, FileAnswers(ANSWERS))
        await live.outcome()
        return len(studio.store.steps(live.number))
    finally:
        await studio.close()


async def continued(home: Path) -> float:
    """Seconds from opening the database to the end of the run, which is finished already."""
    begun = time.perf_counter()
    studio = Studio.open(home)
    try:
        live = await studio.resume(1, FileAnswers(ANSWERS))
        await live.outcome()
        return time.perf_counter() - begun
    finally:
        await studio.close()


def on_the_windows_loop(work: Coroutine[object, object, float]) -> float:
    """The result of a coroutine on Qt's event loop."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    app = QApplication.instance() or QApplication([])
    with QEventLoop(app) as loop:
        return float(loop.run_until_complete(work))


LOOPS: tuple[Loop, ...] = (("asyncio", asyncio.run), ("Qt's loop", on_the_windows_loop))


def rows(quick: bool) -> Iterator[Row]:
    """Continuing runs of a thousand steps; where it has to be quick, one on asyncio's loop alone."""
    yield from measured(1000, (1,) if quick else (1, 10), LOOPS[:1] if quick else LOOPS)


def measured(
    steps: int, branches_of: Sequence[int] = (1, 10), loops: Sequence[Loop] = LOOPS
) -> Iterator[Row]:
    """Two rows a run and loop: how long it took to continue, and the model calls that it repeated."""
    with_methods()
    with tempfile.TemporaryDirectory() as folder, OllamaServer(scripted) as server:
        for branches in branches_of:
            rounds = max(1, (steps - OTHER_STEPS - branches) // branches // STEPS_A_TURN + 1)
            home = Path(folder) / f"home{branches}"
            plan = Plan(
                idea="Parts",
                workflow="branches",
                options={"branches": branches, "rounds": rounds},
                host=server.address,
                model="scripted:7b",
                num_ctx=131_072,
                out=str(Path(folder) / f"out{branches}"),
            )
            taken = asyncio.run(carried_out(plan, home))
            for what, run in loops:
                before = len(server.requests)
                seconds = sorted(run(continued(home)) for _ in range(3))[1]
                calls = len(server.requests) - before
                name = f"continue {taken:,} steps, {branches} branches, {what}"
                yield Row(name, seconds, LIMIT * taken / 1000, "s")
                yield Row(f"model calls repeated, {branches} branches, {what}", calls, 0, "")


def main() -> int:
    """Measure, print, and say by the exit code whether every limit is kept."""
    parser = argparse.ArgumentParser(description="What continuing a run costs.")
    parser.add_argument("--steps", type=int, default=1000, help="of the run")
    return shown(measured(parser.parse_args().steps))


if __name__ == "__main__":
    sys.exit(main())
