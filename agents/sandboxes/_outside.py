"""Running a program that has no view of its own: with a home folder for this once, and a report beside it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.sandboxes._report import read_report, report_file
from agents.sandboxes._supervisor import Launch, supervise

MakeLaunch = Callable[[Command, Path, Path, Path | None], Launch]
"""From a command, its folder, its home and the file for its report to how it is started; blocks."""


async def run_outside(make: MakeLaunch, command: Command, folder: Path, on_output: OnOutput) -> Execution:
    """Run `command` as `make` says; see `contracts.Sandbox.run`."""
    with (
        tempfile.TemporaryDirectory(prefix="troupe-home-", ignore_cleanup_errors=True) as home,
        report_file(command.tests) as report,
    ):
        for needed in command.writable:
            needed.mkdir(parents=True, exist_ok=True)
        launch = await asyncio.to_thread(make, command, folder, Path(home), report)
        execution = await supervise(launch, command, on_output)
        return replace(execution, report=read_report(report))
