"""The right side of a run: what the team made. Files, their text and versions, programs' output, tests."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.background import Background
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.code import CodeView, ReadBlob
from app.views.console import ConsoleView
from app.views.files import FilesView
from app.views.tests import TestsView


class Artifacts(QWidget):
    """Files above, the chosen one's text in the middle, console and tests below."""

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.files = FilesView(source)
        self.code = CodeView(source, background)
        self.console = ConsoleView(source)
        self.tests = TestsView(source)
        self.files.chosen.connect(self.code.show_file)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.console, "Console")
        self.tabs.addTab(self.tests, "Tests")
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        for part, share in ((self.files, 2), (self.code, 5), (self.tabs, 3)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, share)
        self.split.setSizes([170, 330, 220])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.split)

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show what another run made."""
        self._state = state
        self.code.show_state(state, read)
        self.files.show_state(state)
        self.console.show_state(state)
        self.tests.show_state(state)
        self._count_tests()

    def show_version(self, version: int) -> None:
        """Show what a version changed, in the first file that it touched."""
        changes = next((found.changes for found in self._state.files.commits if found.version == version), ())
        if changes:
            self.files.choose(changes[0].path)
            self.code.show_file(changes[0].path, version)
            self.code.diff_button.setChecked(True)

    def show_command(self, command: str) -> None:
        """Show a program's output."""
        self.tabs.setCurrentWidget(self.console)
        self.console.choose(command)

    def refresh(self) -> None:
        """Take in what is new."""
        self.files.refresh()
        self.code.refresh()
        self.console.refresh()
        self.tests.refresh()
        self._count_tests()

    def _count_tests(self) -> None:
        wanted = f"Tests {self.tests.count}".strip()
        if self.tabs.tabText(1) != wanted:
            self.tabs.setTabText(1, wanted)
