"""What a language has to say for itself, so that programs in it are built, started and tested."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeAlias

from agents.contracts import Command, Limits

Files: TypeAlias = Mapping[str, str]

# Stands in a command for the project's build folder: outside the project, kept from one run to the next.
BUILD = "{build}"
BUILD_FOLDER = Path(BUILD)
TEST_SECONDS = 120.0
# Compilers and test runners start many processes and threads, and write large files.
GENEROUS = Limits(
    wall_seconds=TEST_SECONDS,
    cpu_seconds=2 * int(TEST_SECONDS),
    memory=3 * 1024**3,
    file_size=512 * 1024**2,
    files=100_000,
    processes=1024,
    open_files=1024,
)


def in_one_line(command: Command) -> str:
    """A command in one line, for people and prompts."""
    return " ".join(command.argv).replace(BUILD, "build")


class Language(Protocol):
    """One language; all of it is in one file of this package, but for what runs inside the sandbox.

    `testing` says how tests are written, as the end of a sentence that begins with "Use". Commands name no
    place of this machine: they are part of what a continued run compares. How test results are read is the
    same for all: a runner in `resources/testkit` reports them (see `agents.programs.read_report`).
    """

    name: str
    testing: str

    def entry(self, files: Files) -> str:
        """The main file of a program in this language; empty when there is none."""

    def owns(self, path: str) -> bool:
        """Whether a file is source text of this language, by its name."""

    def is_test(self, path: str) -> bool:
        """Whether a file is one of tests, by its name."""

    def build(self, files: Files) -> Command | None:
        """How the program is built before it is started and tested; None when it need not be."""

    def start(self, files: Files) -> Command | None:
        """How the program is started; None when there is nothing to start."""

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """How the tests are run, or those in the files `only`, in this order; None when there are none."""

    def lacking(self) -> str:
        """What has to be installed before anything can be run, in a sentence; empty when nothing."""


def nearness(path: str) -> tuple[int, str]:
    """Sorts paths: the nearest to the project's folder first."""
    return path.count("/"), path


def named(paths: Sequence[str], names: Sequence[str]) -> str:
    """The first of `names` that one of `paths` has, nearest to the project's folder; empty when none has."""
    for depth in sorted({path.count("/") for path in paths}):
        here = {PurePosixPath(path).name: path for path in reversed(paths) if path.count("/") == depth}
        for name in names:
            if name in here:
                return here[name]
    return ""


def only_one(paths: Sequence[str]) -> str:
    """The only path; of several, the only one in the project's own folder; else empty."""
    outer = [path for path in paths if "/" not in path]
    if len(paths) == 1:
        return paths[0]
    return outer[0] if len(outer) == 1 else ""


def is_there(*programs: str) -> bool:
    """Whether all `programs` are installed."""
    return all(shutil.which(program) for program in programs)


def outside(programs: Iterable[str]) -> tuple[Path, ...]:
    """The folders of toolchains that are installed elsewhere than the system's programs: a Node of nvm, a Go.

    For `<folder>/bin/node` it is the folder; links are followed.
    """
    found: list[Path] = []
    for program in filter(None, map(shutil.which, programs)):
        real = Path(program).resolve()
        folder = real.parent.parent if real.parent.name == "bin" else real.parent
        if not any(real.is_relative_to(system) for system in ("/usr", "/bin", "/sbin")):
            found += [folder, *([] if Path(program).parent == real.parent else [Path(program).parent])]
    return tuple(dict.fromkeys(found))


def search_path(programs: Iterable[str]) -> dict[str, str]:
    """Where runners inside the sandbox find programs that lie outside the usual folders."""
    folders = [str(Path(found).parent) for found in map(shutil.which, programs) if found]
    extra = [folder for folder in dict.fromkeys(folders) if not folder.startswith(("/usr/bin", "/bin"))]
    return {"TROUPE_PATH": ":".join(extra)} if extra else {}
