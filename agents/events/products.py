"""What a run makes: versions of files, programs that are run, tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a version. `digest` names its content in the store; empty when it was deleted."""

    path: str
    digest: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesCommitted:
    """A new version of the project's files; versions count from 1."""

    version: int
    author: str
    message: str
    changes: tuple[FileChange, ...]
    kind: Literal["files_committed"] = "files_committed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandStarted:
    """A program of the project starts in `sandbox`."""

    command: str
    agent: str
    phase: str
    title: str
    argv: tuple[str, ...]
    sandbox: str
    kind: Literal["command_started"] = "command_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutput:
    """A piece of a program's output. Ephemeral: `CommandFinished` has it whole, up to its cap."""

    command: str
    text: str
    error: bool = False
    kind: Literal["command_output"] = "command_output"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFinished:
    """A program ended and was judged; `verdict` says in words why it counts as passed or failed."""

    command: str
    exit_code: int | None
    passed: bool
    verdict: str
    output: str
    seconds: float
    kind: Literal["command_finished"] = "command_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One test's result; `name` as the test runner calls it."""

    __test__ = False

    name: str
    outcome: Literal["passed", "failed", "skipped"]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsReported:
    """The tests that `command` ran, one by one."""

    __test__ = False

    command: str
    phase: str
    cases: tuple[TestCase, ...]
    kind: Literal["tests_reported"] = "tests_reported"
