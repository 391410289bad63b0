"""The small mark at a card's lower edge that folds its team away or brings it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.state.folding import Outline
from app.state.hierarchy import HierarchyState
from app.theme import XS, Theme, figures_font
from app.views.hierarchy_map import Map

HEIGHT, NARROWEST = 14.0, 22.0
LOWEST_CARD = 26.0
"""Cards lower than that have no room for a mark."""
CROSS = 3.0


def mark_text(hidden: int, busy: int) -> str:
    """What a folded team's mark says: how many agents it stands for, and how many of them are at work."""
    return f"{hidden} · {busy}" if busy else str(hidden)


def mark_box(card: QRectF, text: str = "") -> QRectF:
    """Where the mark of a card is; empty where the card is too small for one."""
    if card.height() < LOWEST_CARD:
        return QRectF()
    words = QFontMetricsF(figures_font(small=True)).horizontalAdvance(text) + 4 * XS + CROSS if text else 0.0
    width = max(NARROWEST, round(words))
    return QRectF(round(card.center().x() - width / 2), round(card.bottom() - HEIGHT / 2), width, HEIGHT)


def draw_fold(painter: QPainter, where: QRectF, text: str, theme: Theme, *, lit: bool) -> None:
    """Draw a mark: a minus for an unfolded team, a plus and `text` for a folded one; `lit`: work goes on."""
    edge = QColor(theme.accent if lit else theme.outline if text else theme.border)
    shade = QColor(theme.accent if lit else theme.muted)
    painter.save()
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), HEIGHT / 2, HEIGHT / 2)
    painter.setPen(QPen(shade, 1.4))
    middle = QPointF(where.left() + XS + CROSS if text else where.center().x(), where.center().y())
    painter.drawLine(QLineF(middle.x() - CROSS, middle.y(), middle.x() + CROSS, middle.y()))
    if text:
        painter.drawLine(QLineF(middle.x(), middle.y() - CROSS, middle.x(), middle.y() + CROSS))
        painter.setFont(figures_font(small=True))
        room = where.adjusted(2 * XS + 2 * CROSS - 1, 0, -XS, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


def busy_inside(team: HierarchyState, outline: Outline) -> Counter[str]:
    """How many agents are at work in each team that is folded away."""
    inside = outline.inside
    if not inside:
        return Counter()
    return Counter(inside[path] for path, node in team.agents.items() if node.at_work and path in inside)


def _text(outline: Outline, busy: Counter[str], agent: str) -> str:
    hidden = outline.hidden.get(agent, 0)
    return mark_text(hidden, busy[agent]) if hidden else ""


def draw_folds(
    painter: QPainter,
    team: HierarchyState,
    outline: Outline,
    managers: Sequence[tuple[str, QRectF]],
    theme: Theme,
) -> None:
    """Draw the marks of managers, each given with the box of its card."""
    busy = busy_inside(team, outline)
    for agent, box in managers:
        text = _text(outline, busy, agent)
        where = mark_box(box, text)
        if not where.isEmpty():
            draw_fold(painter, where, text, theme, lit=busy[agent] > 0)


def fold_at(where: Map, team: HierarchyState, point: QPointF) -> str:
    """The agent whose mark lies under a point; empty where there is none."""
    around = QRectF(point.x(), point.y() - HEIGHT, 1, 2 * HEIGHT)
    for agent, box in where.boxes(around):
        if team.agents[agent].team:
            text = _text(where.outline, busy_inside(team, where.outline), agent)
            if mark_box(box, text).adjusted(-2, -2, 2, 2).contains(point):
                return agent
    return ""
