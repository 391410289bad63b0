"""The tests and their results as a table for Qt."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.icons import icon
from app.state.tests import TestHistory, TestsState
from app.theme import ThemeSource

Index = QModelIndex | QPersistentModelIndex
SHOWN_RESULTS = 12
MARKS = {"passed": "✓", "failed": "✗", "skipped": "–"}
ICONS = {"passed": "check", "failed": "cross", "skipped": "ring"}
ORDER = {"failed": 0, "passed": 1, "skipped": 2}


class TestsModel(QAbstractTableModel):
    """One row a test, failures first: its name, and its results from report to report."""

    __test__ = False

    def __init__(self, source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._rows: list[TestHistory] = []

    def show_tests(self, tests: TestsState) -> None:
        """Show these tests."""
        self.beginResetModel()
        self._rows = sorted(tests.histories.values(), key=lambda found: ORDER[found.latest.outcome])
        self.endResetModel()

    def history(self, row: int) -> TestHistory:
        """The test in a row."""
        return self._rows[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many tests there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Name and results."""
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A test's name and results, in words for whoever hears the window."""
        history = self._rows[index.row()]
        outcome = history.latest.outcome
        match role, index.column():
            case Qt.ItemDataRole.DisplayRole, 0:
                return history.name.rpartition("::")[2]
            case Qt.ItemDataRole.DisplayRole, 1:
                return " ".join(MARKS[case.outcome] for _, case in history.results[-SHOWN_RESULTS:])
            case Qt.ItemDataRole.DecorationRole, 0:
                theme = self._source.theme
                color = {"passed": theme.good, "failed": theme.bad, "skipped": theme.muted}[outcome]
                return icon(ICONS[outcome], theme, color)
            case Qt.ItemDataRole.ToolTipRole, _:
                return f"{history.name}: {outcome}"
            case Qt.ItemDataRole.AccessibleTextRole, _:
                return f"{history.name}, {outcome}"
            case _:
                return None
