"""What a run in the sandbox costs against a bare interpreter: `python -m tests.benchmarks.bench_sandbox`.

Both start the same empty program with an interpreter that has no packages, in turns. Other work on the
machine troubles a chain of processes more than a single one, so the medians of the quietest round count.
The exit code is 1 when a limit is missed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from agents.contracts import Command, Sandbox
from agents.registry import sandboxes
from agents.sandboxes._interpreter import bare_environment, interpreter_of
from tests.benchmarks.rows import Row, shown

PAIRS = 8  # a round
MOST_TIMES = 2.0
MOST_MORE = 15.0  # milliseconds


async def bare(folder: Path) -> float:
    """Seconds that the interpreter alone takes, started in the same way."""
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        str(interpreter_of(bare_environment())), "-I", str(folder / "main.py"), stdout=asyncio.subprocess.PIPE
    )
    await process.communicate()
    return time.perf_counter() - started


async def boxed(sandbox: Sandbox, folder: Path) -> float:
    """Seconds that the same program takes in `sandbox`, with everything before and after."""
    started = time.perf_counter()
    execution = await sandbox.run(Command(("python", "main.py")), folder, lambda *_: None)
    if execution.exit_code != 0:
        raise SystemExit(f"{sandbox.name}: {execution.errors}")
    return time.perf_counter() - started


async def measure(sandbox: Sandbox, folder: Path, rounds: int) -> tuple[float, float]:
    """The medians of both in the quietest of some rounds: the one that took least time in all."""
    await boxed(sandbox, folder)  # what is made once is made
    medians = []
    for _ in range(rounds):
        pairs = [(await bare(folder), await boxed(sandbox, folder)) for _ in range(PAIRS)]
        medians.append(
            (statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs))
        )
    return min(medians, key=sum)


def rows(quick: bool) -> Iterator[Row]:
    """Each sandbox that works here: how many times a bare interpreter, and how much more."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.py").write_text("pass\n")
        for kind in sandboxes():
            if kind.probe():
                continue
            alone, inside = asyncio.run(measure(kind.build(), folder, 6 if quick else 20))
            beside = f"bare {alone * 1000:.1f} ms, inside {inside * 1000:.1f} ms"
            what = f"a program in {kind.name}"
            yield Row(f"{what}, against bare", inside / alone, MOST_TIMES, "x", beside=beside)
            yield Row(f"{what}, more than bare", (inside - alone) * 1000, MOST_MORE, "ms")


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
