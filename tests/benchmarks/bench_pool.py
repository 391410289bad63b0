"""Trials a second from warm workers, beside one sandbox a trial: `python -m tests.benchmarks.bench_pool`.

Both try the same small function on one assertion, in turns, so that a busy machine troubles them alike.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from agents.bench.pool import PooledSandbox
from agents.contracts import Sandbox
from agents.sandboxes import best_sandbox
from agents.trials import trial_command, trial_job

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


async def measured(folder: Path) -> tuple[float, float, int]:
    """The medians of both, in trials a second, and how many trials a worker could not serve."""
    alone = best_sandbox()
    pool = PooledSandbox(alone, 1)
    try:
        await seconds(pool, folder)
        pairs = [(await seconds(alone, folder), await seconds(pool, folder)) for _ in range(ROUNDS)]
    finally:
        await pool.close()
    one, warm = (RUNS / statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    return one, warm, pool.run_again


def main() -> int:
    """Print both figures."""
    with tempfile.TemporaryDirectory() as name:
        one, warm, again = asyncio.run(measured(Path(name)))
    sys.stdout.write(f"a sandbox a trial: {one:.1f} a second\n")
    sys.stdout.write(f"a warm worker: {warm:.1f} a second, {warm / one:.1f} times; {again} run again\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
