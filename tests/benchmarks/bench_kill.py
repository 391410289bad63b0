"""What killed runs lose: `python -m tests.benchmarks.bench_kill`.

Runs with branches, questions and programs are killed with SIGKILL at random moments and continued; the whole
campaign is `tests.campaigns.kill`. Exit code 1 when an event was lost, a step was paid for twice, or a run
did not come to the same files.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.rows import Row, shown
from tests.campaigns.kill import WAIT, at_random
from tests.support.killing import scripted
from tests.support.ollama_server import OllamaServer

KILLS, FEW = 200, 20


def rows(quick: bool) -> Iterator[Row]:
    """What was wrong after so many kills."""
    times = FEW if quick else KILLS
    with (
        tempfile.TemporaryDirectory() as folder,
        OllamaServer(lambda call: scripted(call, WAIT)) as server,
    ):
        os.environ.setdefault("TROUPE_CACHE", f"{folder}/cache")
        told = at_random(Path(folder), server, times, seed=0, branches=3, rounds=2)
    wrong = "; ".join(told.broken) or f"{told.runs} runs, each continued to its end"
    yield Row(f"faults after kill -9, {told.kills} times", told.broken.total(), 0, "", beside=wrong)


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
