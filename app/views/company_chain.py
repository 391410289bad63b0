"""The chain of a company as cards: dragged into order, or moved by keys; switched on and off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agents.companies.editing import Place
from app.i18n import tr, trn
from app.plain import plain_tip
from app.state.company import Row, drop_target
from app.theme import HAIRLINE, RADIUS, XL, XS, M, S, ThemeSource, blend, ui_font
from app.told import titled
from app.views.marks import draw_mark

ROW = int(Qt.ItemDataRole.UserRole)
BOX = 14
GRIP = 10
MARK = 16


class CompanyChain(QListWidget):
    """One card a step; the parts of a composed phase stand indented below it.

    `chosen`: another place is the current one. `moved` carries a place and where its step goes among the
    rest, `switched` a place and whether it takes place, `unwanted` a place whose step goes.
    """

    chosen = Signal(object)
    moved = Signal(object, int)
    switched = Signal(object, bool)
    unwanted = Signal(object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self.setAccessibleName(tr("Phases of the chain"))
        self.setItemDelegate(_CardDelegate(source, self))
        self.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setToolTip(tr("Drag a card, or move it with Alt+↑ and Alt+↓; Space switches it on and off."))
        self.currentRowChanged.connect(self._tell)
        source.changed.connect(self.viewport().update)

    @property
    def place(self) -> Place:
        """The current step's place; empty where there is none."""
        row = self.currentRow()
        return self._rows[row].place if 0 <= row < len(self._rows) else ()

    def show_rows(self, rows: Sequence[Row], place: Place) -> None:
        """Show these steps, the one at `place` as the current one."""
        self._rows = rows
        self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        while self.count() < len(rows):
            self.addItem(QListWidgetItem())
        for number, row in enumerate(rows):
            item = self.item(number)
            item.setData(ROW, row)
            item.setText(row.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(row))
            item.setToolTip(plain_tip(row.problem or _spoken(row)))
        places = [row.place for row in rows]
        self.setCurrentRow(places.index(place) if place in places else min(0, len(rows) - 1))
        self.blockSignals(False)
        self.viewport().update()

    def _tell(self, number: int) -> None:
        if 0 <= number < len(self._rows):
            self.chosen.emit(self._rows[number].place)

    # --- keys and mouse ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and an arrow move the card, Space switches it, Delete takes it out."""
        key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if not self.place:
            super().keyPressEvent(event)
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(self.place, self.place[-1] + (1 if key == Qt.Key.Key_Down else -1))
        elif key == Qt.Key.Key_Space:
            self._switch(self.currentRow())
        elif key == Qt.Key.Key_Delete:
            self.unwanted.emit(self.place)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a card's box switches it."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and box_of(self.visualRect(index)).contains(event.position().toPoint()):
            self._switch(index.row())
        super().mouseReleaseEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the card where it was let go, if it can stand there."""
        point = event.position().toPoint()
        over = self.indexAt(point)
        below = over.isValid() and point.y() > self.visualRect(over).center().y()
        to = drop_target(self._rows, self.place, over.row(), below=below) if self.place else None
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the rows follow from the chain, not from the view
        event.accept()
        if to is not None:
            self.moved.emit(self.place, to)

    def _switch(self, number: int) -> None:
        row = self._rows[number]
        if row.level == 0:
            self.switched.emit(row.place, not row.on)


def box_of(area: QRect) -> QRect:
    """Where the box of a card stands that switches it on and off, with some room around it."""
    top = area.top() + XS + S
    return QRect(area.left() + S + GRIP + XS, top, BOX + S, BOX + S)


def _spoken(row: Row) -> str:
    """A card for who does not see it."""
    parts = [row.name]
    if row.talk:
        parts.append(
            tr("{instructor} to {assistant}", instructor=titled(row.talk[0]), assistant=titled(row.talk[1]))
        )
    if row.turns > 1:
        parts.append(trn("{count} turn", "{count} turns", row.turns))
    if row.cycles > 1:
        parts.append(trn("{count} round", "{count} rounds", row.cycles))
    if not row.on:
        parts.append(tr("switched off"))
    return ", ".join([*parts, row.problem] if row.problem else parts)


class _CardDelegate(QStyledItemDelegate):
    """Grip, box, name, who talks, how often, and a mark where something is wrong."""

    def __init__(self, source: ThemeSource, view: CompanyChain) -> None:
        super().__init__(view)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines, and some air around the card."""
        row = index.data(ROW)
        lines = 2 if isinstance(row, Row) and (row.talk or row.level == 0) else 1
        return QSize(0, lines * QFontMetrics(ui_font()).height() + 2 * S + XS)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a card."""
        row = index.data(ROW)
        if not isinstance(row, Row):
            return
        area: QRect = option.rect
        card = QRectF(area).adjusted(XS + row.level * XL + 0.5, XS / 2 + 0.5, -XS - 0.5, -XS / 2 - 0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter, card, option)
        if row.level == 0:
            self._paint_grip(painter, card)
            self._paint_box(painter, box_of(area), row.on)
        left = card.left() + (S + GRIP + XS + BOX + S if row.level == 0 else M)
        words = QRectF(left, card.top() + XS, card.right() - left - S, card.height() - 2 * XS).toRect()
        self._paint_words(painter, words, row)
        painter.restore()

    def _paint_card(self, painter: QPainter, card: QRectF, option: QStyleOptionViewItem) -> None:
        theme, state = self._source.theme, option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        edge = theme.accent if chosen else theme.outline if over else theme.border
        painter.setPen(QPen(QColor(edge), HAIRLINE))
        painter.setBrush(QColor(theme.selection if chosen else theme.raised))
        painter.drawRoundedRect(card, RADIUS, RADIUS)

    def _paint_grip(self, painter: QPainter, card: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._source.theme.outline))
        for x in (0, 4):
            for y in (-5, 0, 5):
                painter.drawEllipse(QRectF(card.left() + S + x, card.center().y() + y - 1, 2, 2))

    def _paint_box(self, painter: QPainter, area: QRect, on: bool) -> None:
        theme = self._source.theme
        box = QRectF(0, 0, BOX, BOX)
        box.moveCenter(QRectF(area).center())
        painter.setPen(QPen(QColor(theme.accent if on else theme.outline), HAIRLINE))
        painter.setBrush(QColor(theme.accent if on else theme.raised))
        painter.drawRoundedRect(box, XS, XS)
        if on:
            draw_mark(painter, "done", box.adjusted(1, 1, -1, -1), QColor(theme.on_accent))

    def _paint_words(self, painter: QPainter, area: QRect, row: Row) -> None:
        theme = self._source.theme
        text = theme.text if row.on else blend(theme.muted, theme.raised, 0.75)
        painter.setFont(ui_font(bold=row.level == 0))
        height = painter.fontMetrics().height()
        first = QRect(area.left(), area.top() + (XS if self._second(row) else 0), area.width(), height)
        if not self._second(row):
            first.moveCenter(area.center())
        room = first.width()
        if row.problem:
            mark = QRectF(first.right() - MARK, first.center().y() - MARK / 2 + 1, MARK, MARK)
            draw_mark(painter, "warning", mark, QColor(theme.bad))
            room -= MARK + XS
        self._write(painter, QRect(first.left(), first.top(), room, height), row.name, text)
        if second := self._second(row):
            painter.setFont(ui_font(small=True))
            below = QRect(area.left(), first.bottom() + 1, area.width(), height)
            self._write(painter, below, second, theme.muted if row.on else text)

    @staticmethod
    def _second(row: Row) -> str:
        """The second line: who talks, how long; that a step is switched off."""
        parts = [tr("off")] if not row.on and row.level == 0 else []
        if row.talk:
            parts.append(f"{titled(row.talk[0])} → {titled(row.talk[1])}")
        elif row.level == 0:
            parts.append(tr("up to {count} rounds", count=row.cycles))
        if row.turns > 1:
            parts.append(trn("{count} turn", "{count} turns", row.turns))
        return " · ".join(parts)

    @staticmethod
    def _write(painter: QPainter, area: QRect, text: str, color: str) -> None:
        painter.setPen(QColor(color))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
