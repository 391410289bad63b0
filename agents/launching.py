"""Running the finished program for the user: in the sandbox, or on the desktop with its window.

On the desktop a program is contained by nothing: it runs as the user, with the user's environment. Whoever
starts one there has asked the user before.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from agents.contracts import Command, Execution, Limits, OnOutput
from agents.environment import Environment
from agents.errors import WorkspaceError
from agents.programs import build_command, entry, language_of, start_command
from agents.sandboxes import best_sandbox
from agents.sandboxes._interpreter import base_interpreter
from agents.sandboxes._launch import resolved
from agents.sandboxes._supervisor import Launch as Start
from agents.sandboxes._supervisor import supervise
from agents.sandboxes.limits import MARK, Session

Where: TypeAlias = Literal["console", "desktop"]

_DAY = 24 * 3600.0
IN_CONSOLE = Limits(wall_seconds=_DAY, cpu_seconds=3600, output=8 * 1024**2)
ON_DESKTOP = Limits(
    wall_seconds=_DAY,
    cpu_seconds=0,
    memory=2**50,
    disk=2**50,
    files=2**40,
    processes=2**20,
    output=8 * 1024**2,
)
# What belongs to the interpreter that Troupe itself runs with, and would mislead another one.
OWN_VARIABLES = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__")


@dataclass(frozen=True, slots=True)
class Program:
    """What there is to start: a `command`, or a web `page` (a path); nothing when both are empty.

    `build` comes before it. `windowed`: it shows a window or serves pages, so it is only of use on the
    desktop. `lacking` says what has to be installed for it, and is empty when it can be started.
    """

    command: Command | None = None
    page: str = ""
    windowed: bool = False
    build: Command | None = None
    lacking: str = ""


def program_of(files: Mapping[str, str]) -> Program:
    """How the program in `files` (path → text) is started by a person, who ends it as well."""
    command = start_command(files)
    if command is None:
        main = entry(files)
        return Program(page=main if main.endswith((".html", ".htm")) else "")
    windowed = command.stays_open or command.display
    return Program(
        replace(command, stays_open=False),
        windowed=windowed,
        build=build_command(files),
        lacking=language_of(files).lacking(),
    )


class Launch:
    """One run of a program in `folder`; `environment` is the project's own (see `agents.environment`).

    `build` is carried out before, in the sandbox. `run` carries it out, on the loop that the other methods
    are called on.
    """

    def __init__(
        self,
        command: Command,
        folder: Path,
        where: Where,
        environment: Environment,
        on_output: OnOutput,
        build: Command | None = None,
    ) -> None:
        self.where = where
        self._build = build
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        self._command = replace(
            command, typed=self._lines(), limits=IN_CONSOLE if where == "console" else ON_DESKTOP
        )
        self._folder = folder
        self._environment = environment
        self._on_output = on_output
        self._task: asyncio.Task[Execution] | None = None
        self._stopped = False

    async def run(self) -> Execution:
        """How the program went; `ended_by` is `stop` after `stop`. Cancelling ends the program as well.

        `WorkspaceError` when the folder is gone, `SandboxError` when the program could not be started.
        """
        if not await asyncio.to_thread(self._folder.is_dir):
            raise WorkspaceError(
                f"The project's folder {self._folder} is not there.", "Continue the run: it is written again."
            )
        started = time.monotonic()
        self._task = asyncio.ensure_future(self._performed())
        if self._stopped:
            self._task.cancel()
        try:
            return await self._task
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            return Execution(None, "", "", time.monotonic() - started, "stop")

    def type(self, text: str) -> None:
        """Give the program a piece of input, as it is: a line ends with a line feed."""
        self._typed.put_nowait(text)

    def end_input(self) -> None:
        """Tell the program that no more input comes."""
        self._typed.put_nowait(None)

    def stop(self) -> None:
        """End the program and all that it started."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()

    async def _lines(self) -> AsyncIterator[str]:
        while (text := await self._typed.get()) is not None:
            yield text

    async def _performed(self) -> Execution:
        if self._build is not None:
            built = await self._contained(self._build)
            if built.exit_code != 0:
                return built
        if self.where == "console":
            return await self._contained(self._command)
        start = await asyncio.to_thread(self._on_desktop)
        return await supervise(start, self._command, self._on_output)

    async def _contained(self, command: Command) -> Execution:
        sandbox = await asyncio.to_thread(best_sandbox)
        return await sandbox.run(self._environment.prepared(command), self._folder, self._on_output)

    def _on_desktop(self) -> Start:
        """A plain process with the user's environment, known again by a mark in it."""
        known = self._environment
        python = known.python if known.exists else base_interpreter().executable
        token = secrets.token_hex(8)
        command = known.prepared(self._command)
        variables = {**desktop_variables(), **command.env, MARK: token}
        return Start(resolved(command, python), variables, self._folder, partial(Session, token=token))


def desktop_variables() -> dict[str, str]:
    """The user's environment without what Troupe's own interpreter, or its packed form, put there."""
    packed = str(getattr(sys, "_MEIPASS", ""))
    kept = {
        name: value if not packed else _without(packed, value)
        for name, value in os.environ.items()
        if name not in OWN_VARIABLES
    }
    if packed:  # PyInstaller keeps the user's own value beside its own
        for name in [name for name in kept if name.endswith("_ORIG")]:
            kept[name.removesuffix("_ORIG")] = kept.pop(name)
    kept = {name: value for name, value in kept.items() if value or not packed}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def _without(folder: str, value: str) -> str:
    """A search path without the parts that lie in `folder`."""
    return os.pathsep.join(part for part in value.split(os.pathsep) if not part.startswith(folder))
