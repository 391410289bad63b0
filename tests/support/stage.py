"""The window on a stage of its own, and its pictures: what each scene of `tests.screenshots` is played on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QCursor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from agents.events import Event
from app import theme
from app.background import Background
from app.controller import Controller
from app.desk import Desk
from app.session import Session
from app.settings import WindowSettings
from app.theme import Scheme, ThemeSource
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.past import store_run

SMALL, LARGE = (1280, 800), (1920, 1080)
SIZES = (SMALL, LARGE)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SETTLING = 0.25
PATIENCE = 60.0
NOWHERE = "http://127.0.0.1:9"
"""An address at which nothing answers."""
VEIL, EDGE = QColor(0, 0, 0, 60), QColor(128, 128, 128)

FoundT = TypeVar("FoundT")


class Stage:
    """A window with a home folder of its own. `folder` takes the pictures, `act` is how their names begin."""

    def __init__(self, app: QApplication, home: Path, folder: Path, act: str) -> None:
        from agents.studio import Studio

        self._folder, self._act = folder, act
        self.home = home
        self.settings = WindowSettings(home)
        self.source = ThemeSource("light", reduce_motion=True)
        theme.apply(app, self.source.theme)
        self.background = Background()
        self.window = MainWindow(self.source, self.settings)
        self.window.furnish(RunPage(self.source, self.background))
        self.backend = Studio.open(home)
        self.controller = Controller(self.backend, self.background, self.window)
        self.desk = Desk(self.window, self.controller, self.source, self.settings, self.background)
        QCursor.setPos(2 * QPoint(*LARGE))  # nothing lies under the mouse
        self.window.show()

    @property
    def session(self) -> Session:
        """The run that is shown."""
        assert self.controller.current is not None
        return self.controller.current

    # --- pictures ----------------------------------------------------------------------------------

    async def picture(
        self, scene: str, over: QWidget | None = None, sizes: Iterable[tuple[int, int]] = SIZES
    ) -> None:
        """Write the scene in every size and scheme; `over` lies above the window: a dialog, or a menu."""
        for width, height in sizes:
            self.window.resize(width, height)
            for scheme in SCHEMES:
                self.source.choose(scheme)
                await asyncio.sleep(SETTLING)
                shot = self.window.grab()
                if over is not None:
                    _lay(over, shot, self.window)
                shot.save(str(self._folder / f"{self._act}-{scene}-{width}-{scheme}.png"))

    async def dialog_picture(self, scene: str) -> None:
        """The dialog that is open, over the window; it is closed afterwards."""
        shown = await self.dialog()
        await self.picture(scene, shown)
        shown.close()
        await self.until(lambda: not shown.isVisible())

    async def menu_picture(self, scene: str, menu: QMenu, place: QPoint) -> None:
        """A menu at a place of the window, in the small size only."""
        menu.popup(self.window.mapToGlobal(place))
        await self.picture(scene, menu, (SMALL,))
        menu.close()

    # --- playing -----------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.02)

    async def dialog(self) -> QDialog:
        """The dialog that is open, once there is one."""
        await self.until(lambda: _dialogs(QDialog))
        return _dialogs(QDialog)[-1]

    async def found(self, kind: type[FoundT]) -> FoundT:
        """The dialog of this kind, once it is open."""
        await self.until(lambda: _dialogs(kind))
        return _dialogs(kind)[-1]

    async def store(self, name: str, events: Iterable[Event]) -> int:
        """Put a run into the list and give its number."""
        number = await store_run(self.backend.store, name, events)
        self.controller.listed.emit()
        return number

    async def open(self, number: int) -> None:
        """Show a stored run."""
        self.desk.open(number)
        await self.until(lambda: self.controller.current and self.controller.current.number == number)
        await asyncio.sleep(SETTLING)

    def serve(self, address: str = NOWHERE, program: Path | None = None) -> None:
        """Let Ollama's usual address be this one, and its program this one or none."""
        place_server(address, program or self.home / "nothing")
        self.desk._server._watch.follow(NOWHERE)  # the usual address is read where a connection is opened
        self.desk._server.look()

    async def close(self) -> None:
        """End what is under way and close the database."""
        await self.controller.close()
        self.background.cancel()
        await self.background.ended()
        await self.backend.close()
        self.window.let_go()
        self.window.deleteLater()


Act: TypeAlias = Callable[[Stage], Awaitable[None]]


def place_server(address: str, program: Path) -> None:
    """Say to this process where Ollama answers and where its program is."""
    os.environ["OLLAMA_HOST"], os.environ["TROUPE_OLLAMA"] = address, str(program)


def _dialogs(kind: type[FoundT]) -> list[FoundT]:
    tops = QApplication.topLevelWidgets()
    return [top for top in tops if isinstance(top, kind) and isinstance(top, QDialog) and top.isVisible()]


def _lay(over: QWidget, shot: QPixmap, window: QWidget) -> None:
    """Paint a dialog in the middle of the window's picture, a menu where it is."""
    painter = QPainter(shot)
    if isinstance(over, QMenu):
        place = over.pos() - window.pos()
    else:
        painter.fillRect(shot.rect(), VEIL)
        place = window.rect().center() - over.rect().center()
    painter.setPen(EDGE)
    painter.drawRect(over.rect().translated(place).adjusted(-1, -1, 0, 0))
    painter.end()
    over.render(shot, place)
