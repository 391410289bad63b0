"""macOS: a profile for `sandbox-exec`, which the kernel's Seatbelt enforces. Written from documentation.

The profile denies everything and then allows what a program needs: to read the system, its interpreter and
its command's folders, to write its project and a scratch folder, to start programs and signal its own. There
is no network unless it was asked for. The limits and the watch are those of the sandbox `limits`.

It could not be tried on a Mac while it was written. Until it has been, it counts as not isolated: each run is
asked for, and the profile is a second wall and no promise.
"""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from agents.contracts import Command, Execution, OnOutput
from agents.registry import sandbox
from agents.sandboxes._interpreter import bare_environment, base_interpreter, interpreter_of
from agents.sandboxes._launch import environment_variables, limited, resolved
from agents.sandboxes._outside import run_outside
from agents.sandboxes._report import test_variables
from agents.sandboxes._supervisor import Launch
from agents.sandboxes._testkit import test_kit
from agents.sandboxes._toolchains import needed_by
from agents.sandboxes._view import complaint_of
from agents.sandboxes.limits import MARK, Session

PROGRAM = "/usr/bin/sandbox-exec"
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/System", "/Library/Apple", "/Library/Frameworks", "/opt/homebrew"),
    *("/private/var/db/dyld", "/private/var/db/timezone", "/private/etc/ssl", "/private/etc/localtime"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/dtracehelper")
BEGINNING = """\
(version 1)
(deny default)
(allow process-exec process-fork)
(allow signal process-info* (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem ipc-posix-shm)
"""
NETWORK = """\
(allow network* system-socket)
(allow mach-lookup (global-name "com.apple.dnssd.service") (global-name "com.apple.SecurityServer"))
(allow file-read* (literal "/private/etc/resolv.conf") (literal "/private/etc/hosts"))
(allow file-read* (subpath "/private/var/run"))
"""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a program may do: `text`, in which paths are only named, and the paths by these names."""

    text: str
    paths: tuple[str, ...]

    def arguments(self) -> list[str]:
        """The arguments of `sandbox-exec`: a path is handed over by itself, so it can hold any character."""
        defined = [word for number, path in enumerate(self.paths) for word in ("-D", f"P{number}={path}")]
        return ["-p", self.text, *defined]


def profile(readable: Sequence[Path], writable: Sequence[Path], network: bool) -> Profile:
    """The profile for these folders and files, by their real paths."""
    seen = [os.path.realpath(path) for path in (*map(Path, SYSTEM), *readable)]
    changed = [os.path.realpath(path) for path in writable]
    # To find out where it is, a program looks at every folder above; it learns that they are there, no more.
    above = sorted({str(parent) for path in (*seen, *changed) for parent in Path(path).parents})
    paths = (*seen, *changed, *above)
    names = iter(f'(param "P{number}")' for number in range(len(paths)))
    lines = [
        BEGINNING,
        _rule("allow file-read*", [f"(subpath {next(names)})" for _ in seen]),
        _rule("allow file-read* file-write*", [f"(subpath {next(names)})" for _ in changed]),
        _rule("allow file-read-metadata", [f"(literal {next(names)})" for _ in above]),
        _rule("allow file-read* file-write-data file-ioctl", [f'(literal "{path}")' for path in DEVICES]),
        "(deny file-write-setugid)\n",
        NETWORK if network else "",
    ]
    return Profile("".join(lines), paths)


def _rule(what: str, filters: Sequence[str]) -> str:
    return f"({what}\n" + "".join(f"  {one}\n" for one in filters) + ")\n" if filters else ""


@cache
def _probe() -> str:
    if platform.system() != "Darwin":
        return "Only macOS has sandbox-exec."
    if not Path(PROGRAM).exists():
        return "This macOS has no sandbox-exec any more."
    trial = [PROGRAM, *profile([], [], network=False).arguments(), "/usr/bin/true"]
    complaint = complaint_of(trial)
    return f"sandbox-exec does not work here. {complaint}" if complaint else ""


@sandbox(
    name="seatbelt",
    rank=30,
    probe=_probe,
    untested="written from documentation, not tested on a Mac",
)
class SeatbeltSandbox:
    """Runs a program under a profile of `sandbox-exec`."""

    name = "seatbelt"
    isolated = False
    description = (
        "Closes the network, and all files but the project's. It has not been tested on a Mac yet, so Troupe "
        "promises that it protects neither your files nor your network, and asks."
    )

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`."""
        return await run_outside(_launch, command, folder, on_output)


def _launch(command: Command, folder: Path, home: Path, report: Path | None) -> Launch:
    environment = command.environment or bare_environment()
    python = interpreter_of(environment)
    argv = resolved(command, python)
    token = secrets.token_hex(8)
    variables = {**environment_variables(command, python, home), MARK: token}
    readable = [environment, *base_interpreter().roots, *command.read_only, *needed_by(argv[0], python)]
    if report is not None:
        variables |= test_variables(test_kit(), report)
        readable.append(test_kit())
    allowed = profile(readable, list(_writable(command, folder, home, report)), command.network)
    contained = limited(argv, command.limits, processes=False)
    session = partial(Session, token=token)
    return Launch((PROGRAM, *allowed.arguments(), *contained), variables, folder, session)


def _writable(command: Command, folder: Path, home: Path, report: Path | None) -> Iterator[Path]:
    yield from (folder, home, *command.writable)
    if report is not None:
        yield report
