"""A table of numbers for Qt: headers, rows of cells, and the same as text with tabs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import tr
from app.plain import plain_tip

Index = QModelIndex | QPersistentModelIndex
CELL_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `Cell` itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is what is shown, `plain` what is copied: a number without units and separators.

    `share` (0 to 1) is drawn as a bar below the text, None for no bar. `best` marks the best of a row,
    `strong` sets a sum off.
    """

    text: str
    plain: str = ""
    share: float | None = None
    best: bool = False
    strong: bool = False
    number: bool = True

    @property
    def copied(self) -> str:
        """The cell as it goes to the clipboard: on one line and without tabs."""
        return " ".join((self.plain or self.text).split())


def words(text: str) -> Cell:
    """A cell that holds words."""
    return Cell(text, number=False)


class GridModel(QAbstractTableModel):
    """Rows of cells below headers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers: tuple[str, ...] = ()
        self._tips: tuple[str, ...] = ()
        self._rows: list[tuple[Cell, ...]] = []

    def show_rows(
        self, headers: Sequence[str], rows: Iterable[Sequence[Cell]], tips: Sequence[str] = ()
    ) -> None:
        """Show these; each row has as many cells as there are headers. `tips` explain the headers."""
        fresh = [tuple(row) for row in rows]
        same_shape = tuple(headers) == self._headers and len(fresh) == len(self._rows)
        if same_shape:
            self._rows = fresh
            if fresh:
                self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(headers) - 1))
            return
        self.beginResetModel()
        self._headers, self._tips, self._rows = tuple(headers), tuple(tips), fresh
        self.endResetModel()

    def cell(self, row: int, column: int) -> Cell:
        """A cell by its place."""
        return self._rows[row][column]

    def as_text(self, rows: Iterable[int] | None = None) -> str:
        """The headers and these rows (None: all) as lines with tabs between the cells."""
        wanted = range(len(self._rows)) if rows is None else sorted(rows)
        lines = ["\t".join(self._headers)]
        lines += ["\t".join(cell.copied for cell in self._rows[row]) for row in wanted]
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The words above a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._headers):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._headers[section]
            case Qt.ItemDataRole.ToolTipRole if section < len(self._tips):
                return plain_tip(self._tips[section]) or None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(bool(self._rows) and self._rows[0][section].number)
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell: its text, its side, what a screen reader says, and the cell itself."""
        cell = self._rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(cell.text)
            case Qt.ItemDataRole.AccessibleTextRole:
                spoken = f"{self._headers[index.column()]}: {cell.text}"
                return tr("{cell}, the best", cell=spoken) if cell.best else spoken
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(cell.number)
            case _ if role == CELL_ROLE:
                return cell
            case _:
                return None


def _side(right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
