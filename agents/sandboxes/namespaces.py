"""Namespaces, Landlock and seccomp without bubblewrap: our own launcher makes them, from Python alone.

The program sees the same as in bubblewrap. `resources/sandbox/launcher.py` says which layers there are; it is
run by the base interpreter, compiled once for it. Where it is tried out it is started; for programs a process
that has done so before forks it (`_zygote`).
"""

from __future__ import annotations

import hashlib
import os
import platform
import py_compile
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

import resources
from agents.contracts import Command, Execution, Limits, OnOutput
from agents.errors import SandboxError
from agents.registry import sandbox
from agents.sandboxes._box import Told, run_in, variable_words
from agents.sandboxes._forked import forked
from agents.sandboxes._interpreter import bare_environment, base_interpreter, cache_folder, interpreter_of
from agents.sandboxes._launch import kernel_limits
from agents.sandboxes._seccomp import ARCHITECTURES, seccomp_filter
from agents.sandboxes._supervisor import Process
from agents.sandboxes._view import (
    Prepared,
    View,
    complaint_of,
    file_of,
    joined,
    kernel_counts_by_namespace,
    mounts,
    refused_here,
)
from agents.sandboxes._zygote import Zygote

# What a container may refuse.
OPTIONAL = ("proc",)
OLDEST_KERNEL = (5, 12)  # mount_setattr
MODULES = ("launcher", "mounts", "zygote")
COMPILE = (
    "import py_compile, sys; [py_compile.compile(f'{n}.py', f'{n}.pyc', doraise=True) for n in sys.argv[1:]]"
)


@cache
def _launcher() -> Path:
    """The folder of the compiled launcher in the cache, made when it is not there.

    `SandboxError` when it cannot be.
    """
    folder = Path(resources.__file__).with_name("sandbox")  # `importlib.resources` takes longer than the rest
    sources = {name: (folder / f"{name}.py").read_bytes() for name in MODULES}
    python = base_interpreter().executable
    key = hashlib.sha256(b"".join(sources.values()) + f"{python} {sys.version}".encode()).hexdigest()[:12]
    launcher = cache_folder() / f"launcher-{key}"
    if not launcher.exists():
        try:
            _compile(sources, python, launcher)
        except (OSError, subprocess.SubprocessError, py_compile.PyCompileError) as error:
            raise SandboxError(
                f"The launcher {launcher} could not be made.",
                "Free some space or set TROUPE_HOME to a folder that can be written.",
                str(error),
            ) from error
    return launcher


def _compile(sources: dict[str, bytes], python: Path, launcher: Path) -> None:
    """Compile with the interpreter that will run it, beside its place, and move it there whole."""
    launcher.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=launcher.parent, prefix="making-") as making:
        made = Path(making) / launcher.name
        made.mkdir()
        for name, source in sources.items():
            (made / f"{name}.py").write_bytes(source)
        subprocess.run([python, "-I", "-c", COMPILE, *sources], cwd=made, capture_output=True, check=True)
        for name in sources:
            (made / f"{name}.py").unlink()
        with suppress(OSError):  # another Troupe was faster
            made.rename(launcher)
    if not launcher.exists():
        raise FileNotFoundError(launcher)


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
            told = (*_arguments(view, without), "--", str(interpreter_of(environment)), "-S", "-c", "")
            with file_of(joined(told)) as words, file_of(seccomp_filter()) as rules:
                trial = Launcher().command(words, nowhere.fileno(), rules)
                return complaint_of([*trial], (words, nowhere.fileno(), rules))

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


def _zygote(line: int) -> Sequence[str]:
    return (str(base_interpreter().executable), "-I", "-S", str(_launcher() / "zygote.pyc"), str(line))


ZYGOTE = Zygote(_zygote)


class Launcher:
    """Our launcher as it is started here."""

    def is_known(self) -> bool:
        """See `Box.is_known`."""
        return _without.cache_info().currsize > 0 and ZYGOTE.running

    def told(self, ready: Prepared) -> Told:
        """See `Box.told`. The launcher sets the limits itself, unless the program needs a shell anyway."""
        words = [*_arguments(ready.view, _without()), *variable_words(ready)]
        if ready.first:
            argv = ready.behind_limits()
        else:
            argv = ready.argv
            words += limit_words(ready.view.command.limits)
        ZYGOTE.start()
        return Told((*words, "--", *argv))

    def rules(self) -> bytes:
        """See `Box.rules`."""
        return seccomp_filter()

    def command(self, words: int, status: int, rules: int | None) -> Sequence[str]:
        """See `Box.command`."""
        python = str(base_interpreter().executable)
        numbers = (str(words), str(status), str(-1 if rules is None else rules))
        return (python, "-I", "-S", str(_launcher() / "launcher.pyc"), *numbers)

    def start(self, words: int, status: int, rules: int | None) -> Callable[[], Awaitable[Process]]:
        """See `Box.start`."""
        if rules is None:
            raise SandboxError(f"There is no filter of system calls for {platform.machine()} yet.")
        return partial(forked, ZYGOTE, (words, status, rules))


def limit_words(limits: Limits) -> Iterator[str]:
    """The words for the kernel's limits; that of processes only where it counts the namespace's alone."""
    for which, soft, hard in kernel_limits(limits, processes=kernel_counts_by_namespace()):
        yield from ("--limit", str(which), str(soft), str(hard))


@sandbox(name="namespaces", rank=20, probe=_probe)
class NamespacesSandbox:
    """Runs a program in namespaces that our own launcher makes."""

    name = "namespaces"
    isolated = True
    description = (
        "No network, a read-only system; only the project's folder can be seen and changed. Built in."
    )

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`. The folder is at one of `PLACES` inside."""
        return await run_in(Launcher(), command, folder, on_output)
