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
from collections.abc import Coroutine
from pathlib import Path

from agents.cli.answers import FileAnswers
from agents.plan import Plan
from agents.studio import Studio
from tests.support.killing import ANSWERS, scripted, with_methods
from tests.support.ollama_server import OllamaServer

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


def main() -> int:
    """Measure, print, and say by the exit code whether every limit is kept."""
    parser = argparse.ArgumentParser(description="What continuing a run costs.")
    parser.add_argument("--steps", type=int, default=1000, help="of the run")
    steps = parser.parse_args().steps
    with_methods()
    kept = True
    with tempfile.TemporaryDirectory() as folder, OllamaServer(scripted) as server:
        for branches in (1, 10):
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
            for what, run in (("asyncio", asyncio.run), ("Qt's loop", on_the_windows_loop)):
                before = len(server.requests)
                seconds = sorted(run(continued(home)) for _ in range(3))[1]
                calls = len(server.requests) - before
                met = seconds <= LIMIT * taken / 1000 and calls == 0
                kept = kept and met
                print(  # noqa: T201
                    f"{'ok  ' if met else 'MISS'} continue {taken:,} finished steps, {branches:2} branches, "
                    f"{what:<9} {seconds:6.2f} s   limit ≤ {LIMIT:g} s a thousand;  {calls} model calls",
                    flush=True,
                )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
