"""A message in an agent's list: to or from whom, and its first line below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.qtmodels.agent_messages import HEAD_ROLE, LINE_ROLE
from app.theme import XS, S, ThemeSource, ui_font

Index = QModelIndex | QPersistentModelIndex


class AgentMessageDelegate(QStyledItemDelegate):
    """Draws two lines, the upper one quiet."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines high."""
        lines = QFontMetricsF(ui_font(small=True)).height() + QFontMetricsF(ui_font()).height()
        return QSize(80, round(lines) + 2 * XS + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        theme, box = self._source.theme, QRectF(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.hover))
        room = box.adjusted(S + XS, XS, -S, -XS)
        small = ui_font(small=True)
        height = QFontMetricsF(small).height()
        upper = QRectF(room.left(), room.top(), room.width(), height)
        lower = QRectF(room.left(), upper.bottom() + 1, room.width(), room.bottom() - upper.bottom())
        _write(painter, upper, str(index.data(HEAD_ROLE) or ""), small, theme.muted)
        _write(painter, lower, str(index.data(LINE_ROLE) or ""), ui_font(), theme.text)


def _write(painter: QPainter, where: QRectF, text: str, font: QFont, color: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    painter.drawText(where, flags, shown)
