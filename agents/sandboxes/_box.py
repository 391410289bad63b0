"""Running a program in namespaces, whoever makes them: bubblewrap or our own launcher."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from agents.contracts import Command, Execution, OnOutput
from agents.sandboxes._namespace import Namespace
from agents.sandboxes._report import read_report, report_file
from agents.sandboxes._supervisor import Launch, Process, supervise
from agents.sandboxes._view import Prepared, file_of, joined, prepared, status_pipe


@dataclass(frozen=True, slots=True)
class Told:
    """What a box is told: its words, and the arguments with which it is started behind its own."""

    words: tuple[str, ...]
    argv: tuple[str, ...] = ()


class Box(Protocol):
    """A program that makes namespaces and starts another in them."""

    def is_known(self) -> bool:
        """Whether it has been found out that it works here, and how."""

    def told(self, ready: Prepared) -> Told:
        """What it is told. Blocks the first time; `SandboxError` when it does not work here."""

    def rules(self) -> bytes:
        """The seccomp filter; empty for none."""

    def command(self, words: int, status: int, rules: int | None) -> Sequence[str]:
        """How it is started; the numbers are open files with its words, for its status, with the filter."""

    def start(self, words: int, status: int, rules: int | None) -> Callable[[], Awaitable[Process]] | None:
        """What starts it, where there is something quicker than the command."""


async def run_in(box: Box, command: Command, folder: Path, on_output: OnOutput) -> Execution:
    """See `contracts.Sandbox.run`. The folder is at one of `PLACES` inside."""
    with report_file(command.tests) as report, status_pipe() as (reading, writing), ExitStack() as files:
        if box.is_known() and report is None:
            told = _told(box, command, folder, report)
        else:  # in a thread: the first time it is tried out, and what programs and tests run with is made
            told = await asyncio.to_thread(_told, box, command, folder, report)
        words = files.enter_context(file_of(joined(told.words)))
        content = box.rules()
        rules = files.enter_context(file_of(content)) if content else None
        launch = Launch(
            (*box.command(words, writing, rules), *told.argv),
            {"PATH": os.environ.get("PATH", "")},
            folder,
            partial(Namespace, status=reading),
            pass_fds=tuple(number for number in (words, writing, rules) if number is not None),
            start=box.start(words, writing, rules),
        )
        execution = await supervise(launch, command, on_output)
        return replace(execution, report=read_report(report))


def _told(box: Box, command: Command, folder: Path, report: Path | None) -> Told:
    return box.told(prepared(command, folder, report))


def variable_words(ready: Prepared) -> list[str]:
    """The words for the environment's variables."""
    return [word for name, value in ready.variables.items() for word in ("--setenv", name, value)]
