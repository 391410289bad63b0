"""Windows: a job object, which limits processes, memory and time, and ends what a program leaves running.

It protects neither files nor network: a restricted token alone is no boundary either, and an AppContainer
would have to be made and tried on Windows. Written from documentation; see `_job`.
"""

from __future__ import annotations

import ctypes
import platform
from functools import cache, partial
from pathlib import Path
from typing import Any

from agents.contracts import Command, Execution, Limits, OnOutput
from agents.errors import SandboxError
from agents.registry import sandbox
from agents.sandboxes._interpreter import bare_environment, interpreter_of
from agents.sandboxes._job import Job, new_job
from agents.sandboxes._launch import environment_variables, resolved
from agents.sandboxes._outside import run_outside
from agents.sandboxes._report import test_variables
from agents.sandboxes._supervisor import Launch
from agents.sandboxes._testkit import test_kit

SUSPENDED, NO_WINDOW = 0x4, 0x8000000  # CREATE_SUSPENDED, CREATE_NO_WINDOW


def _windows() -> Any:
    return getattr(ctypes, "windll", None)


@cache
def _probe() -> str:
    if platform.system() != "Windows":
        return "Only Windows has job objects."
    try:
        windows = _windows()
        windows.kernel32.CloseHandle(new_job(Limits(), windows))
    except SandboxError as error:
        return str(error)
    return ""


@sandbox(
    name="jobs",
    rank=80,
    probe=_probe,
    untested="written from documentation, not tested on Windows",
)
class JobsSandbox:
    """Runs a program in a job object."""

    name = "jobs"
    isolated = False
    description = (
        "Limits time, memory and processes, and ends what a program leaves running. "
        "It protects neither your files nor your network."
    )

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`."""
        return await run_outside(_launch, command, folder, on_output)


def _launch(command: Command, folder: Path, home: Path, report: Path | None) -> Launch:
    python = interpreter_of(command.environment or bare_environment())
    variables = environment_variables(command, python, home)
    if report is not None:
        variables |= test_variables(test_kit(), report)
    job = partial(Job, limits=command.limits, windows=_windows())
    return Launch(resolved(command, python), variables, folder, job, flags=SUSPENDED | NO_WINDOW)
