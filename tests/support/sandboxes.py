"""Running small programs in a sandbox, for tests."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from agents.contracts import Command, Execution, Sandbox
from agents.registry import SandboxKind, sandboxes
from agents.sandboxes import best_sandbox


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """A project's folder with `files`."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def program(project: Path, text: str) -> Path:
    """A project whose main file is `text`."""
    return write(project, {"main.py": text})


def run(sandbox: Sandbox, folder: Path, command: Command) -> Execution:
    """Run `command` in `folder` on an event loop of its own."""
    return asyncio.run(sandbox.run(command, folder, lambda _text, _error: None))


def kind(name: str) -> SandboxKind:
    """The sandbox registered as `name`."""
    return next(found for found in sandboxes() if found.name == name)


ELSEWHERE = {"seatbelt": "darwin", "jobs": "win32"}  # sandboxes of other systems, and whose


def kinds(*, isolating: bool = False) -> list[ParameterSet]:
    """The sandboxes of this machine as parameters, with `isolating` only those that promise to contain.

    What this machine lacks is skipped with the reason; what belongs to another system is left out.
    """
    found: list[ParameterSet] = []
    for kind in sandboxes():
        if ELSEWHERE.get(kind.name, sys.platform) != sys.platform:
            continue
        if refusal := kind.probe():
            why = f"{kind.name} cannot be used here: {refusal}"
            found.append(pytest.param(kind, id=kind.name, marks=pytest.mark.skip(reason=why)))
        elif not isolating or kind.build().isolated:
            found.append(pytest.param(kind, id=kind.name))
    return found


def isolated_or_skipped() -> None:
    """Skip the calling test where no sandbox isolates: there a run asks before it starts a program."""
    if not best_sandbox().isolated:
        pytest.skip(f"needs a sandbox that isolates. {kind('bubblewrap').probe()}")


def processes_with(token: str) -> list[int]:
    """The processes of this machine that have `token` on their command line."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if token.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found
