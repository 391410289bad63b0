"""How much of a run's prompts the server has read before: `python -m tests.benchmarks.bench_cached`.

ChatDev's chain and three sprints of AgileCoder build a program on the scripted server; a machine with one
slot reckons which of the prompt tokens are a prefix that it holds (`bench_machine` tells where the time
goes). Exit code 1 when the goal is missed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.bench_machine import GOAL, record
from tests.benchmarks.machine.reckoning import Hardware, reckon
from tests.benchmarks.machine.teams import chain_project, sprint_team
from tests.benchmarks.rows import Row, shown
from tests.support.team import company


def rows(quick: bool) -> Iterator[Row]:
    """A row a workflow and size."""
    for files in (15,) if quick else (3, 15, 40):
        for workflow, reply in (
            ("chatdev", company(chain_project(files))),
            ("agilecoder", sprint_team(files).reply),
        ):
            with tempfile.TemporaryDirectory() as name:
                told = reckon(record(workflow, reply, Path(name), {}), Hardware())
            beside = f"of {told.prompt_tokens:,} tokens in {told.calls} calls"
            name = f"prompt tokens cached, {workflow}, {files} files"
            yield Row(name, told.cached * 100, GOAL * 100, "%", True, beside)


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
