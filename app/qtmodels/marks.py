"""A table of marks for Qt: what holds and what does not, one line a thing, one column a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import marked, tr
from app.icons import icon
from app.theme import ThemeSource

Index = QModelIndex | QPersistentModelIndex
Outcome: TypeAlias = Literal["passed", "failed", "skipped"]
ICONS = {"passed": "check", "failed": "cross", "skipped": "ring"}
WORDS = {"passed": marked("passed"), "failed": marked("failed"), "skipped": marked("was skipped")}


@dataclass(frozen=True, slots=True)
class Head:
    """A line or column: its words, and what a tooltip adds."""

    text: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell: what came out, and its words (a share, a count) beside the mark."""

    outcome: Outcome
    tip: str = ""
    text: str = ""


class MarksModel(QAbstractTableModel):
    """Column 0 names the lines; the others have the marks, where there is one."""

    def __init__(self, source: ThemeSource, corner: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source, self._corner = source, corner
        self._lines: tuple[Head, ...] = ()
        self._columns: tuple[Head, ...] = ()
        self._marks: Mapping[tuple[int, int], Mark] = {}

    def show_marks(
        self, lines: Sequence[Head], columns: Sequence[Head], marks: Mapping[tuple[int, int], Mark]
    ) -> None:
        """Show these; `marks` are by line and column, both from 0."""
        fresh = tuple(lines), tuple(columns)
        if fresh == (self._lines, self._columns):
            self._marks = dict(marks)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(columns)))
            return
        self.beginResetModel()
        (self._lines, self._columns), self._marks = fresh, dict(marks)
        self.endResetModel()

    def mark(self, index: Index) -> Mark | None:
        """The mark in a cell; None where there is none."""
        return self._marks.get((index.row(), index.column() - 1)) if index.isValid() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """The names, and the columns of marks."""
        return 0 if parent.isValid() else 1 + len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The words above a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= len(self._columns):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._columns[section - 1].text if section else self._corner
            case Qt.ItemDataRole.ToolTipRole if section:
                return self._columns[section - 1].tip or None
            case Qt.ItemDataRole.TextAlignmentRole:
                flag = Qt.AlignmentFlag
                return flag.AlignCenter if section else flag.AlignLeft | flag.AlignVCenter
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A line's name, or a mark, with words for whoever hears or points at it."""
        line, mark = self._lines[index.row()], self.mark(index)
        named = index.column() == 0
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.text if named else (mark.text if mark else "")
            case Qt.ItemDataRole.DecorationRole if mark is not None:
                theme = self._source.theme
                colors = {"passed": theme.good, "failed": theme.bad, "skipped": theme.muted}
                return icon(ICONS[mark.outcome], theme, colors[mark.outcome])
            case Qt.ItemDataRole.ToolTipRole if named:
                return line.tip or line.text
            case Qt.ItemDataRole.ToolTipRole if mark is not None and mark.tip:
                return mark.tip
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return line.text if named else self._spoken(index, mark)
            case _:
                return None

    def _spoken(self, index: Index, mark: Mark | None) -> str:
        column = self._columns[index.column() - 1]
        word = tr(WORDS[mark.outcome]) if mark else tr("did not run")
        return f"{self._lines[index.row()].text}, {column.tip or column.text}: {word}"
