"""The tests of the program, and why a test fails."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QPlainTextEdit, QSplitter, QTreeView, QVBoxLayout, QWidget

from app.qtmodels.tests import TestsModel
from app.state.all import RunState
from app.terminal import neutralised
from app.theme import XS, S, ThemeSource, mono_font
from app.views.empty import EmptyStack


class TestsView(QWidget):
    """All tests of the last reports; below, what the chosen one said when it failed."""

    __test__ = False

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._revision = -1
        self._model = TestsModel(source, self)
        self.line = QLabel()
        self.line.setContentsMargins(S + XS, S, S, XS)
        self.table = QTreeView()
        self.table.setAccessibleName("Tests")
        self.table.setModel(self._model)
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setHeaderHidden(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.selectionModel().currentChanged.connect(self._explain)
        self.message = QPlainTextEdit()
        self.message.setAccessibleName("Why the test failed")
        self.message.setReadOnly(True)
        self.message.setProperty("kind", "plain")
        self.message.setFont(mono_font(small=True))
        self.message.document().setDocumentMargin(S)
        self.message.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.message)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(split, 1)
        self._stack = EmptyStack(
            content, "No tests yet", "Each test that the team writes is listed here with its results."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        source.changed.connect(self._model.layoutChanged)

    @property
    def count(self) -> str:
        """The last report as `7/8`, for a tab; empty before there is one."""
        latest = self._state.tests.latest
        return f"{latest.count('passed')}/{len(latest.cases)}" if latest else ""

    def show_state(self, state: RunState) -> None:
        """Show the tests of another run."""
        self._state, self._revision = state, -1
        self.refresh()

    def refresh(self) -> None:
        """Take in new reports."""
        tests = self._state.tests
        if tests.revision == self._revision:
            return
        self._revision = tests.revision
        self._stack.show_either(bool(tests.reports))
        self._model.show_tests(tests)
        self.message.hide()
        if latest := tests.latest:
            reports = len(tests.reports)
            runs = f" · report {reports}" if reports > 1 else ""
            self.line.setText(f"{latest.line}{runs}")
            self.line.setProperty("kind", "bad" if latest.count("failed") else "good")
            self.line.style().polish(self.line)
            if latest.count("failed"):
                self.table.setCurrentIndex(self._model.index(0, 0))

    def _explain(self, index: QModelIndex) -> None:
        text = self._model.history(index.row()).latest.message if index.isValid() else ""
        self.message.setPlainText(neutralised(text))
        self.message.setVisible(bool(text))
