"""Rows of a list with two lines: what it is, and below it, quieter, how it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import XS, S, ui_font

MOST_LINES = 3
"""So many lines the first text takes at most."""
WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class TwoLines(QStyledItemDelegate):
    """Draws an item's text up to its first line break as usual and the rest small and muted."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        view.setResizeMode(QListView.ResizeMode.Adjust)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As wide as the list, as high as the words need there."""
        full = QStyleOptionViewItem(option)
        self.initStyleOption(full, index)
        width = self._view.viewport().width()
        first, _, second = _text(index).partition("\n")
        room = width - 2 * S - self._icon_width(full)
        height = self._first_height(first, room) + (
            QFontMetrics(ui_font(small=True)).height() if second else 0
        )
        return QSize(width, max(height, full.decorationSize.height()) + S + XS)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint what lies behind as Qt does, then the icon and both lines."""
        full = QStyleOptionViewItem(option)
        self.initStyleOption(full, index)
        mark, full.text = QIcon(full.icon), ""
        icon_width, size = self._icon_width(full), full.decorationSize
        full.icon = QIcon()
        style = self._view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, full, painter, self._view)
        area = full.rect.adjusted(S, XS + 2, -S, -XS)
        if icon_width:
            mark.paint(painter, QRect(area.topLeft(), size))
            area.setLeft(area.left() + icon_width)
        first, _, second = _text(index).partition("\n")
        painter.save()
        painter.setFont(ui_font())
        painter.setPen(self._view.palette().color(QPalette.ColorRole.Text))
        high = self._first_height(first, area.width())
        painter.drawText(QRect(area.left(), area.top(), area.width(), high), WRAPPED, first)
        painter.setFont(ui_font(small=True))
        painter.setPen(self._view.palette().color(QPalette.ColorRole.PlaceholderText))
        below = painter.fontMetrics().elidedText(second, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area.adjusted(0, high, 0, 0), Qt.AlignmentFlag.AlignLeft, below)
        painter.restore()

    @staticmethod
    def _icon_width(option: QStyleOptionViewItem) -> int:
        return 0 if option.icon.isNull() else option.decorationSize.width() + S

    @staticmethod
    def _first_height(text: str, width: int) -> int:
        metrics = QFontMetrics(ui_font())
        needed = metrics.boundingRect(0, 0, max(1, width), 10_000, WRAPPED, text).height()
        return max(metrics.height(), min(needed, MOST_LINES * metrics.lineSpacing()))


def _text(index: QModelIndex | QPersistentModelIndex) -> str:
    """An item's text as it was given; for drawing Qt has other line breaks in it."""
    return str(index.data(Qt.ItemDataRole.DisplayRole) or "")
