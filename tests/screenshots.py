"""Pictures of the window: `python -m tests.screenshots DIR` writes them as PNG files.

The scenes are played with the demo's recorded team, in light and dark and in two sizes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from qasync import QEventLoop

from agents.events import BacklogChanged, BacklogItem
from agents.models.demo import demo_plan
from app import theme
from app.background import Background
from app.controller import Controller
from app.desk import Desk
from app.settings import WindowSettings
from app.state.filters import Wanted
from app.theme import Scheme, ThemeSource
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.file_scenes import file_scenes
from tests.support.past import remember, store_run
from tests.support.story import gomoku

SIZES = ((1280, 800), (1920, 1080))
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PATIENCE = 60.0
ITEMS = (
    "Place a stone with a click",
    "Tell who has won",
    "Take a move back",
    "Play on 19 × 19",
    "Save a game",
    "Play against the computer",
    "Show the last move",
    "Offer a draw",
)
CRITERIA = ("It can be seen at once", "A test covers it")


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

    async def close(self) -> None:
        """End what is under way and close the database."""
        self.background.cancel()
        await self.backend.close()

    def dialog(self) -> QWidget | None:
        """The dialog that is open."""
        tops = QApplication.topLevelWidgets()
        beside = (top for top in tops if isinstance(top, QDialog) and top.isVisible())
        return QApplication.activeModalWidget() or next(beside, None)


async def watching_scenes(studio: Studio) -> None:
    """An agent from near, the find bar, a filter, and a message's request and reply."""
    page, state = studio.window.page, studio.controller.current.state
    page.team.show_agent(next(path for path, node in state.hierarchy.agents.items() if node.messages > 2))
    page.find_words()
    page.conversation.find_bar.words.setText("total")
    await studio.picture("6a-agent-and-find")
    page.conversation.find_bar.close_bar()
    page.agent_panel.tabs.setCurrentIndex(1)
    page.transcript.show_wanted(Wanted(kind="programs"))
    await studio.picture("6b-prompt-and-filter")
    page.agent_panel.close_panel()
    page.transcript.show_wanted(Wanted())
    entries = state.transcript.entries
    page.transcript.exchange_wanted.emit(
        next(at for at, entry in enumerate(entries) if getattr(entry, "step", ""))
    )
    await studio.until(lambda: studio.dialog() is not None)
    await studio.picture("6c-exchange", studio.dialog)
    studio.dialog().close()


async def sprint_scene(studio: Studio) -> None:
    """A board with its burn-down."""
    story = gomoku()
    for done in range(6):
        items = (BacklogItem(item=str(at), title=title, criteria=CRITERIA) for at, title in enumerate(ITEMS))
        states = ["done"] * done + ["sprint"] * 2 + ["backlog"] * len(ITEMS)
        changed = (replace(item, state=state) for item, state in zip(items, states, strict=False))
        story.tell(BacklogChanged(items=tuple(changed)), seconds=90)
    number = await store_run(studio.backend.store, "Sprint", (stamped.event for stamped in story.events))
    studio.desk.open(number)
    await studio.until(lambda: studio.controller.current.number == number)
    page = studio.window.page
    page.middle.setCurrentWidget(page.board)
    await studio.picture("9-board")


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
    await watching_scenes(studio)
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
    studio.window.projects.compared.emit([1])
    await asyncio.sleep(0.5)
    await studio.picture("7c-comparison")
    studio.desk.open(1)
    await studio.until(
        lambda: studio.controller.current is not None and studio.controller.current.number == 1
    )
    await studio.picture("8-interrupted")
    await sprint_scene(studio)
    await studio.close()


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
