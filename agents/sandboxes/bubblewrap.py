"""Bubblewrap: the program sees a read-only system, its project's folder, and nothing else.

No network, own process, user, IPC, host name and control group namespaces, no capabilities, a small scratch
disk in memory, a seccomp filter, and limits of the kernel. The escapes that were tried on it are in
`tests/contract/` and `tests/hostile/`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.errors import SandboxError
from agents.registry import sandbox
from agents.sandboxes._interpreter import bare_environment, interpreter_of
from agents.sandboxes._namespace import Namespace
from agents.sandboxes._report import read_report, report_file
from agents.sandboxes._seccomp import seccomp_filter
from agents.sandboxes._supervisor import Launch, supervise
from agents.sandboxes._view import (
    View,
    complaint_of,
    filled_pipe,
    mounts,
    prepared,
    refused_here,
    status_pipe,
)

# What an older bubblewrap or a container may refuse, each by the name of the argument that it takes away.
OPTIONAL = ("disable-userns", "size", "cap-drop", "proc", "user", "seccomp")


def _namespaces(without: frozenset[str], network: bool) -> Iterator[str]:
    yield "--unshare-all"
    if network:
        yield "--share-net"
    if "user" not in without:
        yield "--unshare-user"
        if "disable-userns" not in without:
            yield "--disable-userns"
    yield from ("--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv")
    if "cap-drop" not in without:
        yield from ("--cap-drop", "ALL")


def _arguments(view: View, without: frozenset[str]) -> Iterator[str]:
    yield from _namespaces(without, view.command.network)
    yield from mounts(view, without)


def _filter(without: frozenset[str]) -> bytes:
    return b"" if "seccomp" in without else seccomp_filter()


@cache
def _without() -> frozenset[str]:
    """The optional arguments that this machine refuses, found by running a program once.

    `SandboxError` when bubblewrap is not there or refuses everything.
    """
    program = _program()
    environment = bare_environment()
    with tempfile.TemporaryDirectory(prefix="troupe-probe-") as folder:
        view = View(Command(("true",)), Path(folder), environment)

        def complaint(without: frozenset[str]) -> str:
            words = list(_arguments(view, without))
            end = ["--", str(interpreter_of(environment)), "-S", "-c", ""]
            if not (content := _filter(without)):
                return complaint_of([program, *words, *end])
            with filled_pipe(content) as reading:
                return complaint_of([program, *words, "--seccomp", str(reading), *end], (reading,))

        try:
            return refused_here(OPTIONAL, complaint)
        except SandboxError as error:
            raise SandboxError(
                "bubblewrap does not work on this machine.",
                "Allow unprivileged user namespaces, or run Troupe outside a container that forbids them.",
                error.detail,
            ) from error


def _program() -> str:
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(
            "bubblewrap is not installed.", "On Debian or Ubuntu: sudo apt install bubblewrap."
        )
    return program


def _probe() -> str:
    try:
        _without()
    except SandboxError as error:
        return f"{error} {error.detail}".strip()
    return ""


@sandbox(name="bubblewrap", rank=10, probe=_probe)
class BubblewrapSandbox:
    """Runs a program in bubblewrap."""

    name = "bubblewrap"
    isolated = True
    description = "No network, a read-only system; only the project's folder can be seen and changed."

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`. The folder is `/work` inside."""
        # In a thread: the first time it tries bubblewrap out and makes what programs run with.
        without = await asyncio.to_thread(_without)
        content = _filter(without)
        with (
            report_file(command.tests) as report,
            status_pipe() as status,
            filled_pipe(content) if content else nullcontext() as rules,
        ):
            launch = await asyncio.to_thread(_launch, command, folder, report, (*status, rules))
            execution = await supervise(launch, command, on_output)
            return replace(execution, report=read_report(report))


def _launch(
    command: Command, folder: Path, report: Path | None, pipes: tuple[int, int, int | None]
) -> Launch:
    reading, writing, rules = pipes
    ready = prepared(command, folder, report)
    without = _without()
    words = [*_arguments(ready.view, without), "--json-status-fd", str(writing)]
    if rules is not None:
        words += ["--seccomp", str(rules)]
    for name, value in ready.variables.items():
        words += ["--setenv", name, value]
    return Launch(
        (_program(), *words, "--", *ready.argv),
        {"PATH": os.environ.get("PATH", "")},
        folder,
        partial(Namespace, status=reading),
        pass_fds=(writing,) if rules is None else (writing, rules),
    )
