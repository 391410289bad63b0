"""The messages of one agent as a list for Qt."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import tr
from app.plain import plain_tip
from app.state.all import RunState
from app.state.dossier import Dossier
from app.state.entries import MessageEntry

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)
"""The index of the transcript's entry."""
HEAD_ROLE, LINE_ROLE = ENTRY_ROLE + 1, ENTRY_ROLE + 2
"""To or from whom and in which phase; and the first line of what was said."""
FIRST = 200
"""So many characters of a message are enough for its line."""


class AgentMessagesModel(QAbstractListModel):
    """One row a message that an agent said or heard, in order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._dossier: Dossier | None = None
        self._rows = 0

    def show(self, state: RunState, dossier: Dossier | None) -> None:
        """Show another agent's messages, or none."""
        self.beginResetModel()
        self._state, self._dossier = state, dossier
        self._rows = len(dossier.messages) if dossier else 0
        self.endResetModel()

    def refresh(self) -> None:
        """Take in what has been added to the dossier; a line may also have changed."""
        if self._dossier is None:
            return
        known, rows = self._rows, len(self._dossier.messages)
        if rows > known:
            self.beginInsertRows(QModelIndex(), known, rows - 1)
            self._rows = rows
            self.endInsertRows()
        if known:
            self.dataChanged.emit(self.index(max(0, known - 8)), self.index(known - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many messages there are."""
        return 0 if parent.isValid() else self._rows

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The first line, the whole as tooltip, and what stands above the line."""
        if self._dossier is None:
            return None
        entry_index = self._dossier.messages[index.row()]
        entry = self._state.transcript.entries[entry_index]
        if not isinstance(entry, MessageEntry):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{self._head(entry)}\n{_line(entry)}"
            case _ if role == HEAD_ROLE:
                return self._head(entry)
            case _ if role == LINE_ROLE:
                return _line(entry)
            case _ if role == ENTRY_ROLE:
                return entry_index
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(entry.text[: 4 * FIRST])
            case _:
                return None

    def _head(self, entry: MessageEntry) -> str:
        mine = self._dossier is not None and entry.speaker == self._dossier.agent
        other = self._state.hierarchy.role(entry.to if mine else entry.speaker)
        node = self._state.chain.phases.get(entry.phase)
        arrow = "→" if mine else "←"
        return f"{arrow} {other} · {node.name}" if node else f"{arrow} {other}"


def _line(entry: MessageEntry) -> str:
    """The first line with words in it."""
    if not entry.text:
        return tr("Cut before a word was said") if entry.state == "cut" else tr("Nothing written yet")
    lines = (line.strip().lstrip("#*- >") for line in entry.text[:FIRST].splitlines())
    return next((line for line in lines if line), "")
