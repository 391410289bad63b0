"""The board of a run that plans in sprints: what waits, what is worked on, what is done; the burn-down.

While the team works, the backlog can be edited: the team takes the changes up at its next planning.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from agents.events import BacklogItem
from app.i18n import marked, tr, trn
from app.plain import PlainLabel
from app.state.all import RunState
from app.theme import M, S, ThemeSource
from app.views.board_cards import Column
from app.views.burndown import Burndown
from app.views.empty import EmptyStack

COLUMNS = (
    ("backlog", marked("Backlog")),
    ("sprint", marked("In this sprint")),
    ("done", marked("Done")),
)


class BoardView(QWidget):
    """Shows a `RunState`'s backlog; `wanted` says whether it has one.

    `edited` carries a change of the backlog as in `agents.events.BacklogEdited`: what, the item, and the item
    before which it goes. `asked_for` carries the item that shall be edited, or None for a new one.
    """

    edited = Signal(str, object, str)
    asked_for = Signal(object)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._revision = -1
        self._editable = False
        self.columns = {state: Column(tr(title), takes_drops=state == "backlog") for state, title in COLUMNS}
        self.line = PlainLabel(kind="muted")
        self.burndown = Burndown(source)
        self.add = QPushButton(tr("Add an item …"))
        self.add.clicked.connect(lambda: self.asked_for.emit(None))
        self.columns["backlog"].foot.addWidget(self.add)
        self.columns["backlog"].dropped.connect(self._move)
        for column in self.columns.values():
            column.wanted.connect(self._do)
        self._stack = EmptyStack(
            self._content(),
            tr("No backlog yet"),
            tr("The team's pieces of work appear here once it has planned them."),
            mark="columns",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.show_state(None)

    def _content(self) -> QWidget:
        row = QHBoxLayout()
        row.setSpacing(M)
        for column in self.columns.values():
            row.addWidget(column, 1)
        inner = QWidget()
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(M, M, M, M)
        whole.setSpacing(M)
        whole.addLayout(row)
        whole.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("Board"))
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        content = QWidget()
        column_box = QVBoxLayout(content)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(0)
        column_box.addWidget(scroll, 1)
        self.line.setContentsMargins(M, S, M, 0)
        column_box.addWidget(self.line)
        column_box.addWidget(self.burndown)
        return content

    @property
    def wanted(self) -> bool:
        """Whether the run has a backlog."""
        return bool(self._state.backlog.burned)

    def show_state(self, state: RunState | None) -> None:
        """Show another run's backlog, or none."""
        self._state = state or RunState()
        self._revision = -1
        self.refresh()

    def set_editable(self, editable: bool) -> None:
        """Let the backlog be edited: only while the team works on it."""
        if editable != self._editable:
            self._editable = editable
            self._revision = -1
            self.refresh()

    def refresh(self) -> None:
        """Take in what has changed."""
        backlog = self._state.backlog
        if backlog.revision == self._revision:
            return
        self._revision = backlog.revision
        for state, column in self.columns.items():
            column.show_items(backlog.column(state), editable=self._editable, waiting=backlog.waiting)
        self.add.setVisible(self._editable)
        total = len(backlog.items)
        left = total - backlog.done
        self.line.setText(
            trn("{count} item left of {total}", "{count} items left of {total}", left, total=total)
        )
        self.burndown.show_burned(backlog.burned)
        self._stack.show_either(self.wanted)

    # --- editing ------------------------------------------------------------------------------------

    def _do(self, item: BacklogItem, what: str) -> None:
        if what == "edit":
            self.asked_for.emit(item)
        elif what in ("up", "down"):
            self._shift(item, 1 if what == "down" else -1)
        else:
            self.edited.emit(what, item, "")

    def _shift(self, item: BacklogItem, by: int) -> None:
        """Move an item one place up or down among those that wait."""
        others = [other.item for other in self._state.backlog.column("backlog")]
        if item.item not in others:
            return
        at = others.index(item.item) + by
        others.remove(item.item)
        if 0 <= at <= len(others):
            self.edited.emit("move", item, others[at] if at < len(others) else "")

    def _move(self, moved: str, before: str) -> None:
        item = next((one for one in self._state.backlog.items if one.item == moved), None)
        if item is not None and before != moved:
            self.edited.emit("move", item, before)
