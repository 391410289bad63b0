"""Namespaces, Landlock and seccomp without bubblewrap: our own launcher makes them, from Python alone.

The program sees the same as in bubblewrap. `resources/sandbox/launcher.py` says which layers there are; it is
run by the base interpreter, compiled once for it, because it starts with every program.
"""

from __future__ import annotations

import hashlib
import os
import platform
import py_compile
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.errors import SandboxError
from agents.registry import sandbox
from agents.sandboxes._box import run_in
from agents.sandboxes._interpreter import bare_environment, base_interpreter, cache_folder, interpreter_of
from agents.sandboxes._seccomp import ARCHITECTURES, seccomp_filter
from agents.sandboxes._view import View, complaint_of, file_of, joined, mounts, refused_here

# What a container may refuse.
OPTIONAL = ("proc",)
OLDEST_KERNEL = (5, 12)  # mount_setattr
COMPILE = "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], 'launcher.py', doraise=True)"


@cache
def _launcher() -> Path:
    """The compiled launcher in the cache, made when it is not there. `SandboxError` when it cannot be."""
    source = resources.files("resources").joinpath("sandbox", "launcher.py").read_bytes()
    python = base_interpreter().executable
    key = hashlib.sha256(source + f"{python} {sys.version}".encode()).hexdigest()[:12]
    launcher = cache_folder() / f"launcher-{key}.pyc"
    if not launcher.exists():
        try:
            _compile(source, python, launcher)
        except (OSError, subprocess.SubprocessError, py_compile.PyCompileError) as error:
            raise SandboxError(
                f"The launcher {launcher} could not be made.",
                "Free some space or set TROUPE_HOME to a folder that can be written.",
                str(error),
            ) from error
    return launcher


def _compile(source: bytes, python: Path, launcher: Path) -> None:
    """Compile with the interpreter that will run it, beside its place, and move it there whole."""
    launcher.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=launcher.parent, prefix="making-") as making:
        text, made = Path(making) / "launcher.py", Path(making) / "launcher.pyc"
        text.write_bytes(source)
        subprocess.run([python, "-I", "-c", COMPILE, text, made], capture_output=True, check=True)
        made.replace(launcher)


def _arguments(view: View, without: frozenset[str]) -> Iterator[str]:
    if view.command.network:
        yield "--share-net"
    yield from mounts(view, without)


@cache
def _without() -> frozenset[str]:
    """What this machine refuses of `OPTIONAL`, found by running a program once."""
    if sys.platform != "linux":
        raise SandboxError("Only Linux has namespaces.")
    if platform.machine() not in ARCHITECTURES:
        raise SandboxError(f"There is no filter of system calls for {platform.machine()} yet.")
    if _kernel() < OLDEST_KERNEL:
        raise SandboxError("Linux 5.12 or newer is needed.", "Install bubblewrap instead.")
    environment = bare_environment()
    with tempfile.TemporaryDirectory(prefix="troupe-probe-") as folder, Path(os.devnull).open("w") as nowhere:
        view = View(Command(("true",)), Path(folder), environment)

        def complaint(without: frozenset[str]) -> str:
            with file_of(joined(_arguments(view, without))) as words, file_of(seccomp_filter()) as rules:
                trial = [*Launcher().command(words, nowhere.fileno(), rules), "--"]
                trial += [str(interpreter_of(environment)), "-S", "-c", ""]
                return complaint_of(trial, (words, nowhere.fileno(), rules))

        try:
            return refused_here(OPTIONAL, complaint)
        except SandboxError as error:
            raise SandboxError(
                "This machine does not let programs make namespaces of their own.",
                "Allow unprivileged user namespaces, or run Troupe outside a container that forbids them.",
                error.detail,
            ) from error


def _kernel() -> tuple[int, int]:
    major, minor = platform.release().split(".")[:2]
    return int(major), int("".join(filter(str.isdigit, minor)) or 0)


def _probe() -> str:
    try:
        _without()
    except SandboxError as error:
        return f"{error} {error.detail}".strip()
    return ""


class Launcher:
    """Our launcher as it is started here."""

    def words(self, view: View) -> Sequence[str]:
        """See `Box.words`."""
        return list(_arguments(view, _without()))

    def rules(self) -> bytes:
        """See `Box.rules`."""
        return seccomp_filter()

    def command(self, words: int, status: int, rules: int | None) -> Sequence[str]:
        """See `Box.command`."""
        python = str(base_interpreter().executable)
        numbers = (str(words), str(status), str(-1 if rules is None else rules))
        return (python, "-I", "-S", str(_launcher()), *numbers)


@sandbox(name="namespaces", rank=20, probe=_probe)
class NamespacesSandbox:
    """Runs a program in namespaces that our own launcher makes."""

    name = "namespaces"
    isolated = True
    description = (
        "No network, a read-only system; only the project's folder can be seen and changed. Built in."
    )

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`. The folder is `/work` inside."""
        return await run_in(Launcher(), command, folder, on_output)
