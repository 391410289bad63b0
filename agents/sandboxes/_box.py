"""Running a program in namespaces, whoever makes them: bubblewrap or our own launcher."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from agents.contracts import Command, Execution, OnOutput
from agents.sandboxes._namespace import Namespace
from agents.sandboxes._report import read_report, report_file
from agents.sandboxes._supervisor import Launch, supervise
from agents.sandboxes._view import View, file_of, joined, prepared, status_pipe


class Box(Protocol):
    """A program that makes namespaces and starts another in them."""

    def words(self, view: View) -> Sequence[str]:
        """What it is told of the view. Blocks the first time; `SandboxError` when it does not work here."""

    def rules(self) -> bytes:
        """The seccomp filter; empty for none."""

    def command(self, words: int, status: int, rules: int | None) -> Sequence[str]:
        """How it is started; the numbers are open files with its words, for its status, with the filter."""


async def run_in(box: Box, command: Command, folder: Path, on_output: OnOutput) -> Execution:
    """See `contracts.Sandbox.run`. The folder is `/work` inside."""
    with report_file(command.tests) as report, status_pipe() as (reading, writing), ExitStack() as files:
        # In a thread: the first time it is tried out, and what programs run with is made.
        words, argv = await asyncio.to_thread(_told, box, command, folder, report)
        told = files.enter_context(file_of(joined(words)))
        content = box.rules()
        rules = files.enter_context(file_of(content)) if content else None
        launch = Launch(
            (*box.command(told, writing, rules), "--", *argv),
            {"PATH": os.environ.get("PATH", "")},
            folder,
            partial(Namespace, status=reading),
            pass_fds=tuple(number for number in (told, writing, rules) if number is not None),
        )
        execution = await supervise(launch, command, on_output)
        return replace(execution, report=read_report(report))


def _told(box: Box, command: Command, folder: Path, report: Path | None) -> tuple[list[str], tuple[str, ...]]:
    """The words for the box, and the program with its arguments."""
    ready = prepared(command, folder, report)
    words = list(box.words(ready.view))
    for name, value in ready.variables.items():
        words += ["--setenv", name, value]
    return words, ready.argv
