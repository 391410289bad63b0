"""The stored runs as a list for Qt, and the filter of the search field."""

from __future__ import annotations

from collections.abc import Sequence, Set

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from agents.store.rows import RunRow
from app.wording import ASKING, state_word

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `RunRow` itself."""
WORD_ROLE = ROW_ROLE + 1
"""How the run stands, in a word."""


class RunsModel(QAbstractListModel):
    """One row a run, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self._asking: Set[int] = frozenset()

    def show_runs(self, rows: Sequence[RunRow], asking: Set[int] = frozenset()) -> None:
        """Show these runs; those in `asking` wait for an answer.

        Where the same ones are shown already, selection and scrolling stay.
        """
        self._asking = asking
        if [row.id for row in rows] == [row.id for row in self._rows]:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def index_of(self, number: int) -> QModelIndex:
        """Where a run stands; an invalid index when it is not there."""
        for place, row in enumerate(self._rows):
            if row.id == number:
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many runs there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The project's name, the row, and the whole idea as tooltip."""
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.project_name
            case Qt.ItemDataRole.ToolTipRole:
                return f"Run {row.id}: {row.idea}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.project_name}, run {row.id}, {self._word(row)}"
            case _ if role == ROW_ROLE:
                return row
            case _ if role == WORD_ROLE:
                return self._word(row)
            case _:
                return None

    def _word(self, row: RunRow) -> str:
        return ASKING if row.id in self._asking else state_word(row.state, row.driven)


class RunsFilter(QSortFilterProxyModel):
    """Keeps the runs whose name or idea has all the words of a text."""

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self.setSourceModel(model)

    def search(self, text: str) -> None:
        """Keep the runs that fit `text`."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a run fits."""
        found = self.sourceModel().index(row, 0, parent).data(ROW_ROLE)
        if not isinstance(found, RunRow):
            return False
        text = f"{found.project_name} {found.idea}".casefold()
        return all(word in text for word in self._words)
