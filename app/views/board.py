"""The board of a run that plans in sprints: what waits, what is worked on, what is done; the burn-down."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from agents.events import BacklogItem
from app.i18n import marked, tr, trn
from app.state.all import RunState
from app.theme import XS, M, S, ThemeSource
from app.views.burndown import Burndown
from app.views.empty import EmptyStack

COLUMNS = (
    ("backlog", marked("Backlog")),
    ("sprint", marked("In this sprint")),
    ("done", marked("Done")),
)


class ItemCard(QFrame):
    """A piece of work with its acceptance criteria; each is ticked once the item is done."""

    def __init__(self, item: BacklogItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(item.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(XS)
        column.addWidget(_label(item.title, "heading"))
        mark = "✓" if item.state == "done" else "○"
        for criterion in item.criteria:
            row = QHBoxLayout()
            row.setSpacing(S)
            row.addWidget(
                _label(mark, "good" if item.state == "done" else "muted"), 0, Qt.AlignmentFlag.AlignTop
            )
            row.addWidget(_label(criterion, "muted"), 1)
            column.addLayout(row)


class Column(QWidget):
    """One state of the items, under its name and their number."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.setAccessibleName(title)
        self.head = QLabel()
        self.head.setProperty("kind", "heading")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.head)
        column.addLayout(self._cards)
        column.addStretch(1)

    def show_items(self, items: list[BacklogItem]) -> None:
        """Show these cards and no others."""
        while (old := self._cards.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for item in items:
            self._cards.addWidget(ItemCard(item))
        self.head.setText(tr("{title}  {count}", title=self._title, count=len(items)))


class BoardView(QWidget):
    """Shows a `RunState`'s backlog; `wanted` says whether it has one."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._revision = -1
        self.columns = {state: Column(tr(title)) for state, title in COLUMNS}
        self.line = QLabel()
        self.line.setProperty("kind", "muted")
        self.burndown = Burndown(source)
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
        self._stack = EmptyStack(
            content,
            tr("No backlog yet"),
            tr("The team's pieces of work appear here once it has planned them."),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.show_state(None)

    @property
    def wanted(self) -> bool:
        """Whether the run has a backlog."""
        return bool(self._state.backlog.burned)

    def show_state(self, state: RunState | None) -> None:
        """Show another run's backlog, or none."""
        self._state = state or RunState()
        self._revision = -1
        self.refresh()

    def refresh(self) -> None:
        """Take in what has changed."""
        backlog = self._state.backlog
        if backlog.revision == self._revision:
            return
        self._revision = backlog.revision
        for state, column in self.columns.items():
            column.show_items(backlog.column(state))
        total = len(backlog.items)
        left = total - backlog.done
        self.line.setText(
            trn("{count} item left of {total}", "{count} items left of {total}", left, total=total)
        )
        self.burndown.show_burned(backlog.burned)
        self._stack.show_either(self.wanted)


def _label(text: str, kind: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setProperty("kind", kind)
    return made
