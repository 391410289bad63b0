"""Trials a second from warm workers, beside one sandbox a trial: `python -m tests.benchmarks.bench_pool`.

Both try the same small function on one assertion, in turns, so that a busy machine troubles them alike.
"""

from __future__ import annotations

import asyncio
import statistics
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
ROUNDS, RUNS = 8, 10
CODE = "def double(number):\n    return 2 * number\n"


async def seconds(sandbox: Sandbox, folder: Path) -> float:
    """How long so many trials take, one after the other."""
    command = trial_command(trial_job(CODE, "double", ["assert double(2) == 4"]), "Try")
    command = replace(command, stdin=f"secret\n{command.stdin}")
    started = time.perf_counter()
    for _ in range(RUNS):
        done = await sandbox.run(command, folder, lambda _text, _error: None)
        assert done.exit_code == 0, done
    return time.perf_counter() - started


async def measured(folder: Path, rounds: int) -> tuple[float, float, int]:
    """The medians of both, in trials a second, and how many trials a worker could not serve."""
    alone = best_sandbox()
    pool = PooledSandbox(alone, 1)
    try:
        await seconds(pool, folder)
        pairs = [(await seconds(alone, folder), await seconds(pool, folder)) for _ in range(rounds)]
    finally:
        await pool.close()
    one, warm = (RUNS / statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    return one, warm, pool.run_again


def rows(quick: bool) -> Iterator[Row]:
    """The warm worker's rate beside the other's."""
    with tempfile.TemporaryDirectory() as name:
        one, warm, again = asyncio.run(measured(Path(name), 4 if quick else ROUNDS))
    beside = f"a sandbox a trial {one:.1f} /s, {warm / one:.1f} times; {again} run again"
    yield Row("plain trials from a warm worker", warm, GOAL, "/s", True, beside)


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
