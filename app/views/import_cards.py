"""How a file's card and an import's arrow are drawn in the import graph."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from app.theme import RADIUS, S, Theme, ui_font

CARD, GAP = QSize(136, 40), QSize(20, 52)
HEAD = 7.0
"""The length of an arrow's head."""


def draw_arrow(
    painter: QPainter, start: QRectF, end: QRectF, color: str, *, width: float, dashed: bool
) -> None:
    """An arrow from the card `start` to the card `end`: down, up, or below two that stand in a row."""
    if abs(start.center().y() - end.center().y()) < 1:
        begin, finish = (QPointF(card.center().x(), card.bottom()) for card in (start, end))
        bow, upwards = QPointF(0, GAP.height() * 0.6), True
        controls = (begin + bow, finish + bow)
    else:
        upwards = end.top() < start.top()
        begin = QPointF(start.center().x(), start.top() if upwards else start.bottom())
        finish = QPointF(end.center().x(), end.bottom() if upwards else end.top())
        half = QPointF(0, (finish.y() - begin.y()) / 2)
        controls = (begin + half, finish - half)
    path = QPainterPath(begin)
    path.cubicTo(*controls, finish)
    line = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(color), width, line))
    painter.drawPath(path)
    turn = 1.0 if upwards else -1.0
    head = [finish, finish + QPointF(-HEAD / 2, turn * HEAD), finish + QPointF(HEAD / 2, turn * HEAD)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawPolygon(QPolygonF(head))


def draw_card(painter: QPainter, path: str, card: QRectF, theme: Theme, *, marked: bool) -> None:
    """A file's card: its name, and its folder below it."""
    painter.setPen(QPen(QColor(theme.accent if marked else theme.outline), 2 if marked else 1))
    painter.setBrush(QColor(theme.selection if marked else theme.raised))
    painter.drawRoundedRect(card, RADIUS, RADIUS)
    folder, _, name = path.rpartition("/")
    inside = card.adjusted(S, 0, -S, 0)
    lines = [(name, theme.text, ui_font(bold=True))]
    if folder:
        lines.append((f"{folder}/", theme.text if marked else theme.muted, ui_font(small=True)))
    height = QFontMetricsF(lines[0][2]).height()
    top = inside.center().y() - height * len(lines) / 2
    for number, (text, color, font) in enumerate(lines):
        painter.setFont(font)
        painter.setPen(QColor(color))
        place = QRectF(inside.left(), top + number * height, inside.width(), height)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, round(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
