"""Limits alone: for machines that offer nothing better, and for Troupe's own recorded programs.

The program runs in a session of its own with a clean environment, the kernel's limits and a watch over its
memory, and is ended with everything that it started. Its files and its network are those of the user.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.registry import sandbox
from agents.sandboxes._interpreter import bare_environment, interpreter_of
from agents.sandboxes._launch import environment_variables, limited, resolved
from agents.sandboxes._outside import run_outside
from agents.sandboxes._processes import children, descendants, identity, marked
from agents.sandboxes._report import test_variables
from agents.sandboxes._supervisor import Launch
from agents.sandboxes._testkit import test_kit

MARK = "TROUPE_PROGRAM"


class Session:
    """A program in a session of its own.

    A process that leaves the session is still known by its parent, by having been seen before, or by the
    `token` in its environment; one that hides from all three survives.
    """

    def __init__(self, pid: int, token: str) -> None:
        self._pid = pid
        self._token = token
        self._seen: dict[int, str] = {}

    def members(self) -> list[int]:
        """The program and everything below it, now or before."""
        for pid in (self._pid, *descendants(self._pid)):
            self._remember(pid)
        for pid in [pid for pid, since in self._seen.items() if identity(pid) != since]:
            del self._seen[pid]
        for pid in list(self._seen):  # a process that was adopted by another still has children
            for child in children(pid):
                self._remember(child)
        return list(self._seen)

    def kill(self) -> None:
        """End the session and whoever has left it."""
        if os.name == "nt":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(self._pid)], capture_output=True, check=False)
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        for pid in (*self.members(), *marked(self._token)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def gone(self) -> bool:
        """Nothing is left that could be found."""
        return not self.members() and not marked(self._token)

    def exit_code(self, returncode: int) -> int:
        """The program's own; negative when a signal ended it."""
        return returncode

    def _remember(self, pid: int) -> None:
        if pid not in self._seen and (since := identity(pid)):
            self._seen[pid] = since


def _probe() -> str:
    return ""


@sandbox(name="limits", rank=90, probe=_probe)
class LimitsSandbox:
    """Runs a program with limits alone."""

    name = "limits"
    isolated = False
    description = (
        "Limits time, memory and output, and ends what a program leaves running. "
        "It protects neither your files nor your network."
    )

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`."""
        return await run_outside(_launch, command, folder, on_output)


def _launch(command: Command, folder: Path, home: Path, report: Path | None) -> Launch:
    python = interpreter_of(command.environment or bare_environment())
    argv = resolved(command, python)
    if os.name == "posix":
        argv = limited(argv, command.limits, processes=False)
    token = secrets.token_hex(8)
    variables = {**environment_variables(command, python, home), MARK: token}
    if report is not None:
        variables |= test_variables(test_kit(), report)
    return Launch(argv, variables, folder, partial(Session, token=token))
