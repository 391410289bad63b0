"""The right side of a run: what the team made. Files, their text and versions, programs' output, tests."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.background import Background
from app.i18n import tr
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.code import CodeView, ReadBlob
from app.views.console import ConsoleView
from app.views.controls import Tabs
from app.views.files import FilesView
from app.views.import_graph import ImportGraphView
from app.views.program import ProgramView
from app.views.tests import TestsView

TREE = 240
"""The width of the tree when the files have the whole window."""
LEAST = 40
"""The height that each text and list may shrink to: the window fits on small screens then."""


class Artifacts(QWidget):
    """Files above, the chosen one's text in the middle, console, tests and the finished program below.

    `widened` says that the files want the whole window, with the tree at the left, or no longer.
    """

    widened = Signal(bool)

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.files = FilesView(source)
        self.code = CodeView(source, background)
        self.graph = ImportGraphView(source, background)
        self.console = ConsoleView(source)
        self.tests = TestsView(source)
        self.program = ProgramView(source)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.code)
        self.middle.addWidget(self.graph)
        self.tabs = Tabs(tr("What the team made"))
        self.tabs.addTab(self.console, tr("Console"))
        self.tabs.addTab(self.tests, tr("Tests"))
        self.tabs.addTab(self.program, tr("Program"))
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        for part, share in ((self.files, 2), (self.middle, 5), (self.tabs, 3)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, share)
        self.split.setSizes([220, 300, 220])
        self._outer = QSplitter(Qt.Orientation.Horizontal)
        self._outer.setChildrenCollapsible(False)
        self._outer.addWidget(self.split)
        self._narrow = self.split.saveState()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._outer)
        for area in self.findChildren(QAbstractScrollArea):
            area.setMinimumHeight(LEAST)
        self._connect()

    def _connect(self) -> None:
        self.files.chosen.connect(self._choose)
        self.files.graph.toggled.connect(self._show_graph)
        self.graph.chosen.connect(self.files.choose)
        self.graph.opened.connect(self._open)
        self.code.file_wanted.connect(self.files.choose)
        self.code.drafts_changed.connect(self._mark_unsaved)
        self.code.header.wide.toggled.connect(self._widen)

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show what another run made."""
        self._state = state
        self.code.show_state(state, read)
        self.files.show_state(state)
        self.graph.show_state(state, read)
        self.console.show_state(state)
        self.tests.show_state(state)
        self._mark_unsaved()
        self._count_tests()

    def show_version(self, version: int) -> None:
        """Show what a version changed, in the first file that it touched."""
        changes = next((found.changes for found in self._state.files.commits if found.version == version), ())
        if changes:
            self.files.graph.setChecked(False)
            self.files.choose(changes[0].path)
            self.code.show_file(changes[0].path, version)
            self.code.diff_button.setChecked(True)

    def show_command(self, command: str) -> None:
        """Show a program's output."""
        self.tabs.setCurrentWidget(self.console)
        self.console.choose(command)

    def show_program(self) -> None:
        """Show the program that the user runs."""
        self.tabs.setCurrentWidget(self.program)

    def refresh(self) -> None:
        """Take in what is new."""
        self.files.refresh()
        self.code.refresh()
        self.graph.refresh()
        self.console.refresh()
        self.tests.refresh()
        self._count_tests()

    # --- inside ------------------------------------------------------------------------------------

    def _choose(self, path: str) -> None:
        self.code.show_file(path)
        self.graph.mark(path)

    def _open(self, path: str) -> None:
        self.files.graph.setChecked(False)
        self.files.choose(path)

    def _show_graph(self, shown: bool) -> None:
        self.middle.setCurrentWidget(self.graph if shown else self.code)
        self.graph.refresh()

    def _mark_unsaved(self) -> None:
        self.files.mark_unsaved(self.code.drafts.unsaved(self._state.run.number))

    def _widen(self, wide: bool) -> None:
        """The tree at the left of everything, or above it again as it was."""
        if wide:
            self._narrow = self.split.saveState()
            self._outer.insertWidget(0, self.files)
            self._outer.setSizes([TREE, 4 * TREE])
            self._outer.setStretchFactor(1, 1)
        else:
            self.split.insertWidget(0, self.files)
            self.split.restoreState(self._narrow)
        self.files.show()
        self.widened.emit(wide)

    def _count_tests(self) -> None:
        count = self.tests.count
        wanted = tr("Tests {count}", count=count) if count else tr("Tests")
        if self.tabs.tabText(1) != wanted:
            self.tabs.setTabText(1, wanted)
