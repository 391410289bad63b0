"""Pictures of the window: `python -m tests.screenshots DIR` writes them as PNG files.

The scenes are played with the demo's recorded team, in light and dark and in two sizes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from qasync import QEventLoop

from agents.models.demo import demo_plan
from app import theme
from app.background import Background
from app.controller import Controller
from app.desk import Desk
from app.settings import WindowSettings
from app.theme import Scheme, ThemeSource
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.file_scenes import file_scenes
from tests.support.past import remember

SIZES = ((1280, 800), (1920, 1080))
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PATIENCE = 60.0


class Studio:
    """A window with a home folder of its own, and its pictures."""

    def __init__(self, app: QApplication, home: Path, folder: Path) -> None:
        from agents.studio import Studio as Backend

        self._folder = folder
        self.settings = WindowSettings(home)
        self.source = ThemeSource("light", reduce_motion=True)
        theme.apply(app, self.source.theme)
        self.background = Background()
        self.window = MainWindow(self.source, self.settings)
        self.window.furnish(RunPage(self.source, self.background))
        self.backend = Backend.open(home)
        self.controller = Controller(self.backend, self.background, self.window)
        self.desk = Desk(self.window, self.controller, self.source, self.settings, self.background)
        self.window.show()

    async def picture(self, scene: str, dialog: Callable[[], QWidget | None] = lambda: None) -> None:
        """Write the scene in every size and scheme; with a dialog, as it lies over the window."""
        for width, height in SIZES:
            self.window.resize(width, height)
            for scheme in SCHEMES:
                self.source.choose(scheme)
                await asyncio.sleep(0.3)
                shot = self.window.grab()
                if (above := dialog()) is not None:
                    place = self.window.rect().center() - above.rect().center()
                    painter = QPainter(shot)
                    painter.fillRect(shot.rect(), QColor(0, 0, 0, 60))
                    painter.end()
                    above.render(shot, place)
                shot.save(str(self._folder / f"{scene}-{width}-{scheme}.png"))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.02)

    def dialog(self) -> QWidget | None:
        """The dialog that is open."""
        tops = QApplication.topLevelWidgets()
        beside = (top for top in tops if isinstance(top, QDialog) and top.isVisible())
        return QApplication.activeModalWidget() or next(beside, None)


async def play(app: QApplication, home: Path, folder: Path) -> None:
    """All scenes."""
    studio = Studio(app, home, folder)
    await remember(studio.backend.store)
    studio.controller.listed.emit()
    await asyncio.sleep(1.0)
    await studio.picture("1-welcome")
    studio.window.commands.new.trigger()
    await asyncio.sleep(1.0)
    await studio.picture("2-new-project", studio.dialog)
    studio.dialog().close()
    studio.desk.begin(demo_plan())
    await studio.until(lambda: studio.dialog() is not None)
    await asyncio.sleep(0.5)
    await studio.picture("3-question", studio.dialog)
    studio.dialog().reject()
    await asyncio.sleep(0.1)
    await studio.picture("4-waiting")
    session = studio.controller.current
    question = session.user.waiting()[0]
    from agents.contracts import Answer

    session.user.give(question.key, Answer(question.options[0]))
    await studio.until(lambda: bool(session.state.files.commits) or not session.going)
    await asyncio.sleep(0.5)
    await studio.picture("5-running")
    await studio.until(lambda: not session.going)
    await asyncio.sleep(0.5)
    await studio.picture("6-finished")
    studio.window.page.artifacts.code.diff_button.setChecked(True)
    studio.window.page.artifacts.tabs.setCurrentIndex(1)
    await studio.picture("7-changes")
    await file_scenes(studio.window.page.artifacts, studio.picture, studio.dialog)
    studio.window.commands.figures.trigger()
    await studio.picture("7a-figures")
    studio.window.commands.figures.trigger()
    studio.window.commands.replay.trigger()
    bar = studio.window.page.replay_bar
    await studio.until(bar.isVisible)
    bar.toggled.emit()
    bar.moved.emit(bar.slider.maximum() // 2)
    await studio.picture("7b-replay")
    bar.left.emit()
    studio.window.projects.compared.emit(1)
    await asyncio.sleep(0.5)
    await studio.picture("7c-comparison")
    studio.desk.open(1)
    await studio.until(
        lambda: studio.controller.current is not None and studio.controller.current.number == 1
    )
    await studio.picture("8-interrupted")
    studio.background.cancel()
    await studio.backend.close()


def main() -> None:
    """Play and take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as home, loop:
        loop.run_until_complete(play(app, Path(home), folder))


if __name__ == "__main__":
    main()
