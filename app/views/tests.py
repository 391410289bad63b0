"""The tests of the program through the rounds, and why a test fails."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.plain import PlainLabel
from app.qtmodels.tests import TestsModel
from app.state.all import RunState
from app.terminal import neutralised
from app.theme import XS, S, ThemeSource, mono_font
from app.views.controls import Tick
from app.views.empty import EmptyStack
from app.visible import shown_lines

ROUND, NAME, ROW = 34, 150, 26
"""The width of a round's column, the least width of the names, the height of a row."""


class TestsView(QWidget):
    """All tests, one column a round; below, what the chosen one said when it failed in the chosen round."""

    __test__ = False

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._revision = -1
        self._model = TestsModel(source, self)
        self.line = PlainLabel()
        self.failed = Tick(tr("Failed only"))
        self.failed.toggled.connect(self._filter)
        self.table = self._table()
        self.message = QPlainTextEdit()
        self.message.setAccessibleName(tr("Why the test failed"))
        self.message.setReadOnly(True)
        self.message.setProperty("kind", "plain")
        self.message.setFont(mono_font(small=True))
        self.message.document().setDocumentMargin(S)
        self.message.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.message)
        head = QHBoxLayout()
        head.setContentsMargins(S + XS, S, S, XS)
        head.setSpacing(S)
        head.addWidget(self.line, 1)
        head.addWidget(self.failed)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(split, 1)
        self._stack = EmptyStack(
            content,
            tr("No tests yet"),
            tr("Each test that the team writes is listed here with its results."),
            mark="tests",
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
        titles = {path: phase.name for path, phase in self._state.chain.phases.items()}
        self._model.show_tests(tests, titles)
        self._size_columns()
        self.message.hide()
        if latest := tests.latest:
            number, line = len(tests.reports), latest.line
            self.line.setText(tr("{line} · round {number}", line=line, number=number) if number > 1 else line)
            self.line.setProperty("kind", "bad" if latest.count("failed") else "good")
            self.line.style().polish(self.line)
            self._choose_first_failure()

    def _filter(self, only_failed: bool) -> None:
        self._model.set_only_failed(only_failed)
        self.message.hide()
        self._choose_first_failure()

    def _choose_first_failure(self) -> None:
        first = self._model.index(0, 0)
        case = self._model.case(first)
        if case is not None and case.outcome == "failed":
            self.table.setCurrentIndex(first)

    def _explain(self, index: QModelIndex) -> None:
        case = self._model.case(index)
        text = case.message if case is not None else ""
        self.message.setPlainText(shown_lines(neutralised(text)))
        self.message.setVisible(bool(text))

    def _size_columns(self) -> None:
        header = self.table.horizontalHeader()
        for column in range(1, self._model.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, ROUND)
        rounds = self._model.columnCount() - 1
        tight = rounds * ROUND > max(0, self.table.width() - NAME)
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(0, mode.Fixed if tight else mode.Stretch)
        if tight:
            header.resizeSection(0, NAME)
            self.table.scrollTo(self._model.index(0, rounds))

    def _table(self) -> QTableView:
        table = QTableView()
        table.setAccessibleName(tr("Tests"))
        table.setModel(self._model)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setMinimumSectionSize(ROUND)
        table.selectionModel().currentChanged.connect(self._explain)
        return table
