"""The whole window with a finished run, whose program a test makes up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from pytestqt.qtbot import QtBot

from agents.events import FileChange, FilesCommitted, RunEnded, RunStarted
from agents.plan import Plan
from app.views.program import ProgramView
from tests.support.qtloop import drive, until
from tests.support.room import Room


class FinishedRoom(Room):
    """A window over a real studio; `folder` is that of its finished run."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        super().__init__(qtbot, home)
        self.folder = home / "made"

    @property
    def program(self) -> ProgramView:
        return self.window.page.artifacts.program

    async def show(self, **files: str) -> int:
        """A finished run whose program is these files; `main_py` stands for `main.py`."""
        self.folder.mkdir(exist_ok=True)
        plan = Plan(idea="A small program")
        store = self.studio.store
        project = store.create_project("Small", str(self.folder))
        number = store.create_run(
            project, idea=plan.idea, workflow="chatdev", model="m", settings=plan.to_json()
        )
        log = store.log(number)
        log.emit(
            RunStarted(
                project="Small",
                idea=plan.idea,
                workflow="chatdev",
                title="ChatDev",
                model="m",
                sandbox="s",
                folder=str(self.folder),
            )
        )
        changes = []
        for name, text in files.items():
            path = name.replace("_", ".")
            (self.folder / path).write_text(text)
            digest = log.keep(text.encode())
            changes.append(FileChange(path=path, digest=digest, added=1, removed=0))
        log.emit(FilesCommitted(version=1, author="p", message="First", changes=tuple(changes)))
        log.emit(RunEnded(state="succeeded", summary="Done"))
        await log.flush()
        await log.close()
        self.desk.open(number)
        await until(lambda: self.controller.current is not None and self.controller.current.number == number)
        return number

    async def close(self) -> None:
        self.window.page.artifacts.hide()
        await super().close()


Play: TypeAlias = Callable[[Callable[[FinishedRoom], Awaitable[None]]], None]


def player(qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Carries a scene out in a new room; no model server is there."""
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    def carry_out(scene: Callable[[FinishedRoom], Awaitable[None]]) -> None:
        async def whole() -> None:
            room = FinishedRoom(qtbot, home)
            try:
                await scene(room)
            finally:
                await room.close()

        drive(whole())

    return carry_out
