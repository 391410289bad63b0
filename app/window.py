"""The main window: the parts in their places, and nothing of what they mean (that is `app.desk`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.errors import Bug
from app.actions import Actions
from app.problem_log import ProblemLog
from app.settings import WindowSettings
from app.theme import ThemeSource
from app.views.focus_frame import frame_reached, neighbour_of
from app.views.loading import LoadingView
from app.views.projects import ProjectsView
from app.views.status import StatusLine
from app.views.toolbar import Toolbar
from app.views.welcome import WelcomeView

if TYPE_CHECKING:
    from app.views.run_page import RunPage

USUAL_SIZE = (1280, 800)
TITLE_BAR = 32
"""So much of the screen's height the system's frame takes, about."""
SIDE = 210


class MainWindow(QMainWindow):
    """`leaving` is emitted when the user closes the window; it closes for good once `let_go` was called.

    `may_leave` is asked first: whoever refuses closes the window again when nothing is lost any more.

    It can be painted before the page of a run is there, which takes as long to load as all the rest:
    `furnish` puts that in.
    """

    leaving = Signal()

    def __init__(self, source: ThemeSource, settings: WindowSettings) -> None:
        super().__init__()
        self._settings = settings
        self._may_close = False
        self.may_leave: Callable[[], bool] = lambda: True
        self.setWindowTitle("Troupe")
        self.problems = ProblemLog(self)
        self.commands = Actions(source, self)
        self.addActions(self.commands.all())
        self.toolbar = Toolbar(source, self.commands)
        self.projects = ProjectsView(source)
        self.projects.new.setDefaultAction(self.commands.new)
        self.projects.open.setDefaultAction(self.commands.open)
        for button in (self.projects.open, self.projects.new):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.welcome = WelcomeView(source)
        self.welcome.new.clicked.connect(self.commands.new.trigger)
        self.welcome.task.clicked.connect(self.commands.new_task.trigger)
        self.welcome.demo.clicked.connect(self.commands.demo.trigger)
        self._page: RunPage | None = None
        self.loading = LoadingView()
        self.status = StatusLine()
        self.status.problems.clicked.connect(self.commands.problems.trigger)
        self.pages = QStackedWidget()
        for page in (self.welcome, self.loading):
            self.pages.addWidget(page)
        self.pages.currentChanged.connect(self._rest_on_page)
        self.side = QSplitter(Qt.Orientation.Horizontal)
        self.side.setChildrenCollapsible(False)
        self.side.addWidget(self.projects)
        self.side.addWidget(self.pages)
        self.side.setStretchFactor(0, 0)
        self.side.setStretchFactor(1, 1)
        self.side.setSizes([SIDE, USUAL_SIZE[0] - SIDE])
        self.setCentralWidget(self._centre())
        self.resize(*USUAL_SIZE)
        self.welcome.new.setFocus()
        self.restoreGeometry(self._settings.state("geometry"))
        self._place(self._splitters())

    @property
    def page(self) -> RunPage:
        """The page of a run; only once the window is furnished."""
        if self._page is None:
            raise Bug("The window is not furnished yet.")
        return self._page

    def furnish(self, page: RunPage) -> None:
        """Put the page of a run in."""
        self._page = page
        self.pages.addWidget(page)
        self._place(page.splitters())

    def _centre(self) -> QWidget:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        body = QHBoxLayout()
        body.addWidget(self.side)
        column.addLayout(body, 1)
        column.addWidget(self.status)
        return centre

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab; Qt asks for it also when what has the focus was hidden or disabled."""
        held = self._focused()
        if held is None or (held.isVisible() and held.isEnabled()):
            moved = super().focusNextPrevChild(forward)
            frame_reached(self)
            return moved
        if neighbour := neighbour_of(held):
            neighbour.setFocus()
        elif self._page is not None and self._page.transcript.isVisible():
            self._page.transcript.setFocus()
        else:
            held.clearFocus()
        return True

    def _focused(self) -> QWidget | None:
        return cast("QWidget | None", self.focusWidget())  # Qt has none where its types promise one

    def _rest_on_page(self) -> None:
        """Another page came by itself: let the keys scroll it, and no frame stand where nobody put it."""
        page, held = self._page, self._focused()
        if page is not None and held is not None and page.isVisible() and page.isAncestorOf(held):
            page.transcript.setFocus()

    def fit_screen(self) -> None:
        """Be no larger than the screen has room for; a remembered size was fitted when it was restored."""
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(self.size().boundedTo(room))

    def let_go(self) -> None:
        """Close the window now."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, and let whoever carries runs out end them first."""
        self._remember()
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            if self.may_leave():
                self.leaving.emit()

    def _splitters(self) -> dict[str, QSplitter]:
        return {"side": self.side, **(self._page.splitters() if self._page else {})}

    def _place(self, splitters: dict[str, QSplitter]) -> None:
        for name, splitter in splitters.items():
            state = self._settings.state(name)
            if not state.isEmpty():
                splitter.restoreState(state)

    def _remember(self) -> None:
        self._settings.set_state("geometry", self.saveGeometry())
        for name, splitter in self._splitters().items():
            self._settings.set_state(name, splitter.saveState())
        self._settings.save()
