"""Bubblewrap: the program sees a read-only system, its project's folder, and nothing else.

No network, own process, user, IPC, host name and control group namespaces, no capabilities, a small scratch
disk in memory, and limits of the kernel. The escapes that were
tried on it are in `tests/contract/test_sandboxes.py`.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.errors import SandboxError
from agents.registry import sandbox
from agents.sandboxes._display import display_script
from agents.sandboxes._interpreter import bare_environment, base_interpreter, interpreter_of
from agents.sandboxes._launch import environment_variables, limited, resolved
from agents.sandboxes._namespace import Namespace
from agents.sandboxes._report import read_report, report_file, test_variables
from agents.sandboxes._supervisor import Launch, supervise
from agents.sandboxes._testkit import test_kit

WORK = "/work"
REPORT = "/run/report"
SCRATCH = 64 * 1024**2
PROBE_SECONDS = 10.0
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# Of /etc only what programs cannot do without; as root, permissions would protect nothing of the rest.
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "mime.types", "fonts")
NETWORK_SETTINGS = (
    *("resolv.conf", "hosts", "nsswitch.conf", "gai.conf", "services", "protocols"),
    *("ssl/certs", "ssl/openssl.cnf", "ca-certificates", "pki/tls/certs", "pki/ca-trust"),
)
# What an older bubblewrap or a container may refuse, each by the name of the argument that it takes away.
OPTIONAL = ("disable-userns", "size", "cap-drop", "proc", "user")
# Where interpreters that a package manager built keep their libraries.
STORES = (Path("/nix/store"), Path("/home/linuxbrew/.linuxbrew"))


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


def _system(without: frozenset[str], network: bool) -> Iterator[str]:
    """The read-only system: `/usr`, a few files of `/etc`, a private `/proc`, `/dev` and `/tmp`."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in SYSTEM:
        if Path(name).is_symlink():
            yield from ("--symlink", str(Path(name).readlink()), name)
        elif Path(name).is_dir():
            yield from ("--ro-bind", name, name)
    for setting in (*SETTINGS, *(NETWORK_SETTINGS if network else ())):
        path = Path("/etc", setting)
        if path.exists():
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--dir", "/proc") if "proc" in without else ("--proc", "/proc")
    yield from ("--dev", "/dev")
    for scratch in ("/tmp", "/dev/shm"):
        if "size" not in without:
            yield from ("--size", str(SCRATCH))
        yield from ("--tmpfs", scratch)


def _interpreters(environment: Path) -> Iterator[str]:
    """The base interpreter, where it lies outside `/usr`, and the environment that is used."""
    roots = [root for root in base_interpreter().roots if not root.is_relative_to("/usr")]
    stores = [store for store in STORES if any(root.is_relative_to(store) for root in roots)]
    for path in dict.fromkeys((*stores, *roots, environment)):
        yield from ("--ro-bind", str(path), str(path))


@dataclass(frozen=True, slots=True)
class View:
    """What a program gets to see: its command's folders, its project, its interpreter, its report."""

    command: Command
    folder: Path
    environment: Path
    report: Path | None = None
    program: Path | None = None  # a program that lies outside the system's folders


def _arguments(view: View, without: frozenset[str]) -> Iterator[str]:
    command = view.command
    yield from _namespaces(without, command.network)
    yield from _system(without, command.network)
    yield from _interpreters(view.environment)
    for path in (*command.read_only, *([view.program] if view.program else [])):
        yield from ("--ro-bind", str(path), str(path))
    for path in command.writable:
        yield from ("--bind", str(path), str(path))
    if view.report is not None:
        kit = test_kit()
        yield from ("--bind", str(view.report), REPORT, "--ro-bind", str(kit), str(kit))
    yield from ("--bind", str(view.folder), WORK, "--chdir", WORK)
    # The root and /dev are file systems in memory without a limit, so nothing may be written there.
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")


@cache
def _without() -> frozenset[str]:
    """The optional arguments that this machine refuses, found by running a program once.

    `SandboxError` when bubblewrap is not there or refuses everything.
    """
    program = _program()
    environment = bare_environment()
    first: str | None = None
    with tempfile.TemporaryDirectory(prefix="troupe-probe-") as folder:
        for count in range(len(OPTIONAL) + 1):
            for without in itertools.combinations(OPTIONAL, count):
                arguments = _arguments(
                    View(Command(("true",)), Path(folder), environment), frozenset(without)
                )
                trial = [program, *arguments, "--", str(interpreter_of(environment)), "-S", "-c", ""]
                complaint = _complaint(trial)
                if not complaint:
                    return frozenset(without)
                first = first or complaint
    raise SandboxError(
        "bubblewrap does not work on this machine.",
        "Allow unprivileged user namespaces, or run Troupe outside a container that forbids them.",
        first or "",
    )


def _program() -> str:
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(
            "bubblewrap is not installed.", "On Debian or Ubuntu: sudo apt install bubblewrap."
        )
    return program


def _complaint(trial: list[str]) -> str:
    """What the trial printed when it failed; empty when it worked."""
    try:
        done = subprocess.run(
            trial,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"


def _probe() -> str:
    try:
        _without()
    except SandboxError as error:
        return f"{error} {error.detail}".strip()
    return ""


def _kernel_counts_by_namespace() -> bool:
    """Since Linux 5.14 RLIMIT_NPROC counts what runs in the user namespace, before everything of the user."""
    release = os.uname().release.split(".")
    return (int(release[0]), int(release[1])) >= (5, 14)


@sandbox(name="bubblewrap", rank=10, probe=_probe)
class BubblewrapSandbox:
    """Runs a program in bubblewrap."""

    name = "bubblewrap"
    isolated = True
    description = "No network, a read-only system; only the project's folder can be seen and changed."

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`. The folder is `/work` inside."""
        with report_file(command.tests) as report, _status_pipe() as status:
            # In a thread: the first time it tries bubblewrap out and makes what programs run with.
            launch = await asyncio.to_thread(_launch, command, folder, report, status)
            execution = await supervise(launch, command, on_output)
            return replace(execution, report=read_report(report))


@contextmanager
def _status_pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def _launch(command: Command, folder: Path, report: Path | None, status: tuple[int, int]) -> Launch:
    reading, writing = status
    environment = command.environment or bare_environment()
    python = interpreter_of(environment)
    for needed in command.writable:
        needed.mkdir(parents=True, exist_ok=True)
    argv = resolved(command, python)
    view = View(command, folder, environment, report, _outside(argv[0], python))
    arguments = [*_arguments(view, _without()), "--json-status-fd", str(writing)]
    variables = environment_variables(command, python, Path("/tmp"))
    if report is not None:
        variables |= test_variables(test_kit(), Path(REPORT))
    for name, value in variables.items():
        arguments += ["--setenv", name, value]
    inner = limited(
        argv,
        command.limits,
        processes=_kernel_counts_by_namespace(),
        first=display_script() if command.display else "",
    )
    return Launch(
        (_program(), *arguments, "--", *inner),
        {"PATH": os.environ.get("PATH", "")},
        folder,
        partial(Namespace, status=reading),
        pass_fds=(writing,),
    )


def _outside(program: str, python: Path) -> Path | None:
    """The file of a program that is installed outside the system's folders, such as a Node of one's own."""
    path = Path(program)
    if not path.is_absolute() or path == python or path.is_relative_to("/usr"):
        return None
    return None if any(path.is_relative_to(name) for name in SYSTEM) else path
