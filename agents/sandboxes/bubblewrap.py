"""Bubblewrap: the program sees a read-only system, its project's folder, and nothing else.

No network, own process, user, IPC, host name and control group namespaces, no capabilities, a small scratch
disk in memory, a seccomp filter, and limits of the kernel. The escapes that were tried on it are in
`tests/contract/` and `tests/hostile/`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.errors import SandboxError
from agents.registry import sandbox
from agents.sandboxes._box import Told, run_in, variable_words
from agents.sandboxes._interpreter import bare_environment, interpreter_of
from agents.sandboxes._seccomp import seccomp_filter
from agents.sandboxes._view import Prepared, View, complaint_of, file_of, mounts, refused_here

# What an older bubblewrap or a container may refuse, each by the name of the argument that it takes away.
OPTIONAL = ("disable-userns", "size", "first", "cap-drop", "proc", "user", "seccomp")


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
    if not {"proc", "first"} & without:
        # The first process is bubblewrap's own and outlives all others: its memory and its open files could
        # be reached from there.
        yield from ("--tmpfs", "/proc/1", "--remount-ro", "/proc/1")


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
            with file_of(content) as reading:
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


class Bubblewrap:
    """Bubblewrap as it is started here."""

    def is_known(self) -> bool:
        """See `Box.is_known`."""
        return _without.cache_info().currsize > 0

    def told(self, ready: Prepared) -> Told:
        """See `Box.told`."""
        words = (*_arguments(ready.view, _without()), *variable_words(ready))
        return Told(words, ("--", *ready.behind_limits()))

    def rules(self) -> bytes:
        """See `Box.rules`."""
        return _filter(_without())

    def command(self, words: int, status: int, rules: int | None) -> Sequence[str]:
        """See `Box.command`."""
        filtered = () if rules is None else ("--seccomp", str(rules))
        return (_program(), "--args", str(words), "--json-status-fd", str(status), *filtered)

    def start(self, words: int, status: int, rules: int | None) -> None:
        """See `Box.start`."""


@sandbox(name="bubblewrap", rank=10, probe=_probe)
class BubblewrapSandbox:
    """Runs a program in bubblewrap."""

    name = "bubblewrap"
    isolated = True
    description = "No network, a read-only system; only the project's folder can be seen and changed."

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`. The folder is at one of `PLACES` inside."""
        return await run_in(Bubblewrap(), command, folder, on_output)
