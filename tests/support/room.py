"""The whole window over a real studio, for tests that act in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agents.studio import Studio
from app.background import Background
from app.controller import Controller
from app.desk import Desk
from app.dialogs.clarification import ClarificationDialog
from app.session import Session
from app.settings import WindowSettings
from app.theme import ThemeSource
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.qtloop import drive, until

WidgetT = TypeVar("WidgetT", bound=QWidget)


class Room:
    """A window and what stands behind it."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.settings = WindowSettings(home)
        self.background = Background()
        self.source = source = ThemeSource("light", reduce_motion=True)
        self.window = MainWindow(source, self.settings)
        self.window.furnish(RunPage(source, self.background))
        qtbot.addWidget(self.window, before_close_func=lambda _: self.window.let_go())
        self.studio = Studio.open(home)
        self.controller = Controller(self.studio, self.background, self.window)
        self.desk = Desk(self.window, self.controller, source, self.settings, self.background)
        self.window.show()

    @property
    def session(self) -> Session:
        assert self.controller.current is not None
        return self.controller.current

    async def dialog(self, kind: type[WidgetT]) -> WidgetT:
        """The dialog of this kind, once it is open."""
        await until(lambda: shown(kind))
        return shown(kind)[-1]

    async def question(self) -> ClarificationDialog:
        """The dialog with the demo's question, once it is open."""
        return await self.dialog(ClarificationDialog)

    async def close(self) -> None:
        await self.controller.close()
        self.background.cancel()
        await self.background.ended()
        await self.studio.close()


Scene: TypeAlias = Callable[[Room], Awaitable[None]]


def shown(kind: type[WidgetT]) -> list[WidgetT]:
    """The windows of this kind that are open."""
    return [
        found for found in QApplication.topLevelWidgets() if isinstance(found, kind) and found.isVisible()
    ]


def carry_out(qtbot: QtBot, home: Path, scene: Scene) -> None:
    """Play a scene in a new room."""

    async def whole() -> None:
        room = Room(qtbot, home)
        try:
            await scene(room)
        finally:
            await room.close()

    drive(whole())


def answer(dialog: ClarificationDialog) -> None:
    """Give the first suggestion."""
    dialog.page.cards.buttons()[0].click()
    dialog.send.click()
