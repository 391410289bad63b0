"""What a program gets to see of the machine, as words that bubblewrap and our own launcher both understand.

A read-only `/usr`, a few files of `/etc`, private `/proc`, `/dev` and `/tmp`, the interpreter, the project's
folder at one of `PLACES`, and nothing else. As root permissions would protect nothing, so only this is there
at all.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.contracts import PLACES, Command
from agents.errors import SandboxError
from agents.sandboxes._display import display_script
from agents.sandboxes._interpreter import bare_environment, interpreter_of
from agents.sandboxes._launch import environment_variables, limited, resolved
from agents.sandboxes._report import test_variables
from agents.sandboxes._testkit import test_kit
from agents.sandboxes._toolchains import SYSTEM, interpreter_folders, needed_by

REPORT = "/run/report"
SCRATCH = 64 * 1024**2
PROBE_SECONDS = 10.0
# Of /etc only what programs cannot do without; as root, permissions would protect nothing of the rest.
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "mime.types", "fonts")
NETWORK_SETTINGS = (
    *("resolv.conf", "hosts", "nsswitch.conf", "gai.conf", "services", "protocols"),
    *("ssl/certs", "ssl/openssl.cnf", "ca-certificates", "pki/tls/certs", "pki/ca-trust"),
)
# The real root may write here without any capability, whatever namespace it is in. Bubblewrap itself leaves
# `sys` writable: it looks whether the folder can be written, and that it cannot; but the files in it can.
READ_ONLY_PROC = tuple(Path("/proc", name) for name in ("sys", "sysrq-trigger", "irq", "bus"))


@dataclass(frozen=True, slots=True)
class View:
    """What a program gets to see: its command's folders, its project, its interpreter, its report."""

    command: Command
    folder: Path
    environment: Path
    report: Path | None = None
    toolchain: tuple[Path, ...] = ()  # what the program needs that lies outside the system's folders


@dataclass(frozen=True, slots=True)
class Prepared:
    """A command made ready: what it sees, its environment variables, its arguments, and these behind limits.

    `first` is shell code that has to be run before: then there is no way around a shell.
    """

    view: View
    variables: dict[str, str]
    argv: tuple[str, ...]
    first: str = ""

    def behind_limits(self) -> tuple[str, ...]:
        """The arguments behind a shell that sets the kernel's limits."""
        counts = kernel_counts_by_namespace()
        return limited(self.argv, self.view.command.limits, processes=counts, first=self.first)


def prepared(command: Command, folder: Path, report: Path | None) -> Prepared:
    """Find what `command` needs and make what is not there yet; blocks, so not for an event loop.

    `SandboxError` when its program is not installed.
    """
    environment = command.environment or bare_environment()
    python = interpreter_of(environment)
    for needed in command.writable:
        needed.mkdir(parents=True, exist_ok=True)
    argv = resolved(command, python)
    variables = environment_variables(command, python, Path("/tmp"))
    if report is not None:
        variables |= test_variables(test_kit(), Path(REPORT))
    view = View(command, folder, environment, report, tuple(needed_by(argv[0], python)))
    return Prepared(view, variables, argv, display_script() if command.display else "")


def mounts(view: View, without: frozenset[str]) -> Iterator[str]:
    """The words that build the view; `without` names what this machine refuses (`proc`, `size`)."""
    command = view.command
    yield from _system(without, command.network)
    readable = (*interpreter_folders(view.environment), *command.read_only, *view.toolchain)
    kits = () if view.report is None else (test_kit(),)
    place = _free_place((*readable, *command.writable, *kits))
    for path in readable:
        yield from ("--ro-bind", str(path), str(path))
    for path in command.writable:
        yield from ("--bind", str(path), str(path))
    if view.report is not None:
        yield from ("--bind", str(view.report), REPORT)
    for kit in kits:
        yield from ("--ro-bind", str(kit), str(kit))
    yield from ("--bind", str(view.folder), place, "--chdir", place)
    repository = view.folder / ".git"
    if repository.is_dir() and not repository.is_symlink():
        # A hook or a setting that a program wrote there would be run later, by the user's own git.
        yield from ("--ro-bind", str(repository), f"{place}/.git")
    # The root and /dev are file systems in memory without a limit, so nothing may be written there.
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")


def _free_place(seen: Iterable[Path]) -> str:
    """The first of `PLACES` that hides none of the paths that are seen by their own names."""
    taken = set(itertools.chain.from_iterable((path, *path.parents) for path in seen))
    return next((place for place in PLACES if Path(place) not in taken), PLACES[-1])


def _system(without: frozenset[str], network: bool) -> Iterator[str]:
    """The read-only system: `/usr`, a few files of `/etc`, a private `/proc`, `/dev` and `/tmp`."""
    for name in SYSTEM:
        if Path(name).is_symlink():
            yield from ("--symlink", str(Path(name).readlink()), name)
        elif Path(name).is_dir():
            yield from ("--ro-bind", name, name)
    for setting in (*SETTINGS, *(NETWORK_SETTINGS if network else ())):
        path = Path("/etc", setting)
        if path.exists():
            yield from ("--ro-bind", str(path), str(path))
    if "proc" in without:
        yield from ("--dir", "/proc")
    else:
        yield from ("--proc", "/proc")
        for path in filter(Path.exists, READ_ONLY_PROC):
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--dev", "/dev")
    for scratch in ("/tmp", "/dev/shm"):
        if "size" not in without:
            yield from ("--size", str(SCRATCH))
        yield from ("--tmpfs", scratch)


def refused_here(optional: tuple[str, ...], complaint: Callable[[frozenset[str]], str]) -> frozenset[str]:
    """The smallest set of `optional` features without which a trial works: `complaint` then says nothing.

    `SandboxError`, with the first complaint as its detail, when it never works.
    """
    first = ""
    for count in range(len(optional) + 1):
        for without in itertools.combinations(optional, count):
            said = complaint(frozenset(without))
            if not said:
                return frozenset(without)
            first = first or said
    raise SandboxError("It does not work on this machine.", "", first)


def complaint_of(trial: list[str], pass_fds: tuple[int, ...] = ()) -> str:
    """What the trial printed when it failed; empty when it worked."""
    try:
        done = subprocess.run(
            trial,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            pass_fds=pass_fds,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"


@contextmanager
def status_pipe() -> Iterator[tuple[int, int]]:
    """A pipe through which a sandbox tells which process is its first and how its program ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


@contextmanager
def file_of(content: bytes) -> Iterator[int]:
    """A file in memory with `content`, open at its beginning, for a process to inherit."""
    descriptor = os.memfd_create("troupe")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def joined(words: Iterable[str]) -> bytes:
    """Words as bubblewrap and our launcher read them from a file, where no other user can see them."""
    return b"".join(os.fsencode(word) + b"\0" for word in words)


def kernel_counts_by_namespace() -> bool:
    """Since Linux 5.14 RLIMIT_NPROC counts what runs in the user namespace, before everything of the user."""
    release = os.uname().release.split(".")
    return (int(release[0]), int(release[1])) >= (5, 14)
