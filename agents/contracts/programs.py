"""What runs programs that a model wrote, and the plain data that crosses that seam."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

PLACES = ("/work", "/project", "/troupe-project")
"""The names of the project's folder in a sandbox: the first below which nothing else has to be seen."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use: seconds on the wall and on the CPU, bytes, counts.

    `disk` is by how much the files of the project may grow and `files` by how many, `file_size` what one
    file may hold.
    """

    wall_seconds: float = 30.0
    cpu_seconds: int = 60
    memory: int = 2 * 1024**3
    file_size: int = 64 * 1024**2
    disk: int = 1024**3
    files: int = 20_000
    processes: int = 128
    open_files: int = 256
    output: int = 1024**2


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run in the project's folder.

    `argv[0]` may be `python`, which stands for the project's own interpreter. `stdin` is given and then
    ended; with `typed` the end comes when that has ended, and each text of it is given as it comes.
    `stays_open`: a window or server that still runs after `settle_seconds` has started well and is ended
    then. `network` is refused unless the user consented to it.

    `environment` is the project's own virtual environment: its interpreter is `python`, and programs cannot
    change it. `read_only` and `writable` are folders outside the project that the program needs as well.
    `tests`: it runs the project's tests, so the test kit (pytest) is within its reach, and the results come
    back in `Execution.report`. `sealed`: its runner signs each line of the report with a secret that stands
    before its input, and lines without a right signature do not count. `observes`: it only looks at what a
    program does, so nothing can fail. `display`: a private X display is started where the sandbox has one to
    give.
    """

    argv: tuple[str, ...]
    title: str = ""
    stdin: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    stays_open: bool = False
    settle_seconds: float = 4.0
    network: bool = False
    environment: Path | None = None
    read_only: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    tests: bool = False
    sealed: bool = False
    observes: bool = False
    display: bool = False
    typed: AsyncIterator[str] | None = field(default=None, compare=False, repr=False)


EndedBy: TypeAlias = Literal[
    "exit", "signal", "timeout", "settled", "memory", "processes", "disk", "files", "output", "stop"
]


@dataclass(frozen=True, slots=True)
class Execution:
    """How a program went. `exit_code` is the program's own (negative: the signal that ended it).

    `output` is what it printed on both streams in order, capped at the limit with a line saying how much
    was left out; `errors` is standard error alone. `exit_code` is None when the program was ended by us.
    `report` is what the test kit reported, one JSON object a line; empty for other programs.
    """

    exit_code: int | None
    output: str
    errors: str
    seconds: float
    ended_by: EndedBy = "exit"
    report: str = ""


OnOutput: TypeAlias = Callable[[str, bool], None]


class Sandbox(Protocol):
    """A way of running programs that a model wrote."""

    name: str
    isolated: bool  # False: limits alone, so each execution needs the user's consent
    description: str  # one sentence for the user: what it keeps in and what not

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """Run in `folder`; returns when the program and all that it started are gone.

        Cancelling ends the program. `SandboxError` when it could not be started at all.
        """
