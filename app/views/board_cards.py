"""The cards of a board and its columns. An open item is edited where it stands: by mouse, keys or menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from agents.events import BacklogItem
from app.i18n import tr
from app.plain import PlainLabel
from app.theme import XS, M, S

FORMAT = "application/x-troupe-backlog-item"


class ItemCard(QFrame):
    """A piece of work with its acceptance criteria; each is ticked once the item is done.

    `wanted` carries what the user wants with the item: `edit`, `remove`, `up`, `down` or `reopen`. `waits`: a
    change of the user's has not reached the team yet.
    """

    wanted = Signal(str)

    def __init__(
        self, item: BacklogItem, parent: QWidget | None = None, *, editable: bool = False, waits: bool = False
    ) -> None:
        super().__init__(parent)
        self.item = item
        self._editable = editable
        self._pressed: QPoint | None = None
        self.setProperty("kind", "card")
        self.setAccessibleName(item.title)
        if editable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setToolTip(tr("Enter edits, Delete removes, Alt+↑ and Alt+↓ move it"))
        column = QVBoxLayout(self)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(XS)
        column.addWidget(_label(item.title, "heading"))
        done = item.state == "done"
        for criterion in item.criteria:
            row = QHBoxLayout()
            row.setSpacing(S)
            mark = _label("✓" if done else "○", "good" if done else "muted")
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(_label(criterion, "muted"), 1)
            column.addLayout(row)
        if waits:
            column.addWidget(_label(tr("The team takes your change up at its next planning."), "warning"))

    def menu(self) -> QMenu:
        """What can be done with the item."""
        menu = QMenu(self)
        choices = [("reopen", tr("Not done after all"))] if self.item.state == "done" else []
        if self.item.state != "done":
            choices += [("edit", tr("Edit …")), ("up", tr("Move up")), ("down", tr("Move down"))]
        for what, title in [*choices, ("remove", tr("Remove"))]:
            menu.addAction(title, partial(self.wanted.emit, what))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the menu."""
        if self._editable:
            self.menu().popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit, remove or move the item."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        moves = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"} if alt else {}
        keys = {Qt.Key.Key_Return: "edit", Qt.Key.Key_Enter: "edit", Qt.Key.Key_Delete: "remove", **moves}
        wanted = keys.get(Qt.Key(event.key()), "")
        if not self._editable or not wanted or (self.item.state == "done" and wanted != "remove"):
            super().keyPressEvent(event)
        else:
            self.wanted.emit(wanted)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the item."""
        if self._editable and self.item.state != "done":
            self.wanted.emit("edit")
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag an open item to another place."""
        if not self._editable or self.item.state != "backlog" or self._pressed is None:
            return
        moved = event.position().toPoint() - self._pressed
        if moved.manhattanLength() < QApplication.startDragDistance():
            return
        drag = QDrag(self.window())  # the card may be replaced while it is dragged
        data = QMimeData()
        data.setData(FORMAT, self.item.item.encode())
        drag.setMimeData(data)
        drag.setPixmap(self.grab())
        drag.setHotSpot(self._pressed)
        self._pressed = None
        drag.exec(Qt.DropAction.MoveAction)


class Column(QWidget):
    """One state of the items, under its name and their number.

    `wanted` carries an item and what the user wants with it; `dropped` an item that was dragged here and the
    one that it was dropped before, by their identities (empty: last).
    """

    wanted = Signal(object, str)
    dropped = Signal(str, str)

    def __init__(self, title: str, parent: QWidget | None = None, *, takes_drops: bool = False) -> None:
        super().__init__(parent)
        self._title = title
        self.setAccessibleName(title)
        self.setAcceptDrops(takes_drops)
        self.head = PlainLabel(kind="heading")
        self.cards: list[ItemCard] = []
        self._stack = QVBoxLayout()
        self._stack.setSpacing(S)
        self.foot = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.head)
        column.addLayout(self._stack)
        column.addLayout(self.foot)
        column.addStretch(1)

    def show_items(self, items: list[BacklogItem], *, editable: bool, waiting: frozenset[str]) -> None:
        """Show these cards and no others; the item that had the keyboard keeps it."""
        focused = next((card.item.item for card in self.cards if card.hasFocus()), "")
        while (old := self._stack.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = [ItemCard(item, editable=editable, waits=item.item in waiting) for item in items]
        for card in self.cards:
            card.wanted.connect(partial(self.wanted.emit, card.item))
            self._stack.addWidget(card)
            if card.item.item == focused:
                card.setFocus(Qt.FocusReason.OtherFocusReason)
        self.head.setText(tr("{title}  {count}", title=self._title, count=len(items)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take items of a backlog."""
        if event.mimeData().hasFormat(FORMAT):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the item before the card under the mouse."""
        item = bytes(event.mimeData().data(FORMAT).data()).decode()
        self.dropped.emit(item, self.item_at(event.position().toPoint().y()))
        event.acceptProposedAction()

    def item_at(self, y: int) -> str:
        """The item whose upper half, or what lies above it, is at height `y`; empty below all."""
        return next((card.item.item for card in self.cards if y < card.geometry().center().y()), "")


def _label(text: str, kind: str) -> PlainLabel:
    return PlainLabel(text, kind=kind, wraps=True)
