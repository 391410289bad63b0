"""Trials a second from warm workers, beside one sandbox a trial: `python -m tests.benchmarks.bench_pool`.

Each tries the same small function on one assertion: two warm workers, as a bench has them, one of them alone,
and a sandbox of its own for each trial. They take turns, so that a busy machine troubles them alike; the best
turn counts. Exit code 1 when the two workers miss their goal.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agents.bench.pool import PooledSandbox
from agents.contracts import Sandbox
from agents.sandboxes import best_sandbox
from agents.trials import trial_command, trial_job
from tests.benchmarks.rows import Row, shown

GOAL = 400.0  # a second
ROUNDS, WARM, COLD = 8, 40, 4  # trials a turn; a worker serves 200
CODE = "def double(number):\n    return 2 * number\n"


async def rate(sandbox: Sandbox, folder: Path, runs: int, together: int) -> float:
    """How many trials a second it carries out, so many of them at the same time."""
    command = trial_command(trial_job(CODE, "double", ["assert double(2) == 4"]), "Try")
    command = replace(command, stdin=f"secret\n{command.stdin}")

    async def some() -> None:
        for _ in range(runs // together):
            done = await sandbox.run(command, folder, lambda _text, _error: None)
            assert done.exit_code == 0, done

    started = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(together)))
    return runs / (time.perf_counter() - started)


async def measured(folder: Path, rounds: int) -> tuple[float, float, float, int]:
    """The best rates of two workers, of one, of a sandbox a trial; and what the workers could not serve."""
    alone = best_sandbox()
    two, one = PooledSandbox(alone, 2), PooledSandbox(alone, 1)
    try:
        turns = []
        for _ in range(rounds + 1):  # in the first one the workers start
            turns.append(
                (
                    await rate(two, folder, WARM, 2),
                    await rate(one, folder, WARM, 1),
                    await rate(alone, folder, COLD, 1),
                )
            )
    finally:
        await two.close()
        await one.close()
    best = tuple(max(rates) for rates in zip(*turns[1:], strict=True))
    return best[0], best[1], best[2], two.run_again + one.run_again


def rows(quick: bool) -> Iterator[Row]:
    """The rate of two warm workers beside the others."""
    with tempfile.TemporaryDirectory() as name:
        two, one, cold, again = asyncio.run(measured(Path(name), 4 if quick else ROUNDS))
    beside = f"one worker {one:.0f} /s, a sandbox a trial {cold:.1f} /s; {again} run again"
    yield Row("plain trials from two warm workers", two, GOAL, "/s", True, beside)


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
