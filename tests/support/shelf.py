"""The list of projects in its window, over a store with three runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from pytestqt.qtbot import QtBot

from agents.studio import Studio
from app.background import Background
from app.controller import Controller
from app.dialogs.company_field import Companies
from app.dialogs.new_project import NewProjectDialog
from app.project_talk import ProjectTalk
from app.settings import WindowSettings
from app.shelf import Shelf
from app.theme import ThemeSource
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.past import remember
from tests.support.qtloop import drive

NO_COMPANIES = Companies(lambda: [], lambda name: (), lambda name, over, kept: None)


class ShelfRoom:
    """A window with three stored runs; what the desk otherwise does with them is done here in short."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.settings = WindowSettings(home)
        self.background = Background()
        source = ThemeSource("light", reduce_motion=True)
        self.window = MainWindow(source, self.settings)
        self.window.furnish(RunPage(source, self.background))
        qtbot.addWidget(self.window, before_close_func=lambda _: self.window.let_go())
        self.studio = Studio.open(home)
        self.controller = Controller(self.studio, self.background, self.window)
        self.told: list[BaseException] = []
        self.talk = ProjectTalk(self.window, self.controller, self.settings, self.background, NO_COMPANIES)
        self.controller.listed.connect(self.list_runs)
        self.controller.shown.connect(self.show)
        self.window.projects.chosen.connect(lambda run: self.background.start(self.controller.open(run)))
        self.shelf = self.new_shelf()
        self.window.show()

    def new_shelf(self) -> Shelf:
        return Shelf(
            self.window, self.controller, self.settings, self.background, self.talk, self.told.append
        )

    def list_runs(self) -> None:
        self.window.projects.show_runs(self.controller.runs())

    def show(self, session: object) -> None:
        current = self.controller.current
        if current is not None:
            self.window.page.show_state(current.state, self.studio.store.blob)
        self.window.pages.setCurrentWidget(self.window.page if current else self.window.welcome)
        self.window.projects.mark(current.number if current else 0)

    @property
    def dialog(self) -> NewProjectDialog:
        assert self.talk.dialog is not None
        return self.talk.dialog

    def names(self) -> list[str]:
        return [row.project_name for row in self.controller.runs()]

    async def close(self) -> None:
        self.background.cancel()
        await self.background.ended()
        await self.studio.close()


Play: TypeAlias = Callable[[Callable[[ShelfRoom], Awaitable[None]]], None]


def player(qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Carries a scene out in a room with three stored runs; no model server is there."""
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    def carry_out(scene: Callable[[ShelfRoom], Awaitable[None]]) -> None:
        async def whole() -> None:
            room = ShelfRoom(qtbot, home)
            try:
                await remember(room.studio.store)
                room.list_runs()
                await scene(room)
            finally:
                await room.close()

        drive(whole())

    return carry_out
