"""Small marks drawn by hand: a state is never told by colour alone, and looks alike on every platform."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.icons import picture
from app.theme import RADIUS, XS, L, M, Theme, blend, ui_font

TINT = 0.16
"""How much of the role's colour is in its badge."""

Mark: TypeAlias = Literal[
    "idle",
    "waiting",
    "loading",
    "thinking",
    "writing",
    "running",
    "asking",
    "done",
    "failed",
    "info",
    "warning",
    "files",
    "paused",
    "open",
    "folded",
    "unfolded",
    "flag",
    "skipped",
]
"""What a mark stands for; the names of an agent's states among them."""


_SMALL_WORDS = frozenset({"of", "the", "and", "for"})


@lru_cache(maxsize=4096)
def initials(title: str) -> str:
    """At most three letters for a role, and its number: `Chief Executive Officer` CEO, `Programmer 2` P2."""
    words = [word for word in title.replace("-", " ").split() if word.lower() not in _SMALL_WORDS]
    if len(words) > 1:
        number = words.pop()[:3] if words[-1].isdigit() else ""  # kept, whatever the words are
        return "".join(word[0].upper() for word in words[:3]) + number
    word = words[0] if words else title
    return word[:3] if word.isupper() else word[:1].upper()


def draw_mark(painter: QPainter, mark: Mark, where: QRectF, color: QColor) -> None:
    """Draw a mark into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(where.topLeft())
    painter.scale(where.width() / 16, where.height() / 16)
    pen = QPen(color, 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _DRAWN[mark](painter, color)
    painter.restore()


def _fill(painter: QPainter, color: QColor) -> None:
    painter.setBrush(QBrush(color))


def _line(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _polygon(painter: QPainter, color: QColor, *points: tuple[float, float]) -> None:
    _fill(painter, color)
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))


def _dot(painter: QPainter, color: QColor, x: float, y: float, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    _fill(painter, color)
    painter.drawEllipse(QPointF(x, y), radius, radius)


def _idle(painter: QPainter, _color: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 4, 4)


def _waiting(painter: QPainter, _color: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 6, 6)
    _line(painter, (8, 4.8), (8, 8), (10.4, 9.4))


def _loading(painter: QPainter, _color: QColor) -> None:
    _line(painter, (8, 2), (8, 9.5))
    _line(painter, (4.8, 6.6), (8, 9.8), (11.2, 6.6))
    _line(painter, (2.5, 11), (2.5, 13.5), (13.5, 13.5), (13.5, 11))


def _thinking(painter: QPainter, color: QColor) -> None:
    for x in (3.5, 8, 12.5):
        _dot(painter, color, x, 8, 1.6)


def _writing(painter: QPainter, _color: QColor) -> None:
    _line(painter, (3, 13), (4, 9.6), (10.8, 2.8), (13.2, 5.2), (6.4, 12), (3, 13))


def _running(painter: QPainter, color: QColor) -> None:
    _polygon(painter, color, (5, 3.2), (12.4, 8), (5, 12.8))


def _asking(painter: QPainter, color: QColor) -> None:
    path = QPainterPath(QPointF(4.6, 5.2))
    path.cubicTo(4.6, 1.4, 11.6, 1.4, 11.4, 5.4)
    path.cubicTo(11.3, 7.6, 8, 7.6, 8, 10)
    painter.drawPath(path)
    _dot(painter, color, 8, 13.4, 1.2)


def _done(painter: QPainter, _color: QColor) -> None:
    _line(painter, (3, 8.6), (6.6, 12), (13, 4.4))


def _failed(painter: QPainter, _color: QColor) -> None:
    _line(painter, (4, 4), (12, 12))
    _line(painter, (12, 4), (4, 12))


def _info(painter: QPainter, color: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 6, 6)
    _line(painter, (8, 7.6), (8, 11))
    _dot(painter, color, 8, 5, 1)


def _warning(painter: QPainter, color: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(8, 2), QPointF(14.2, 13.4), QPointF(1.8, 13.4)]))
    _line(painter, (8, 6.4), (8, 9.4))
    _dot(painter, color, 8, 11.6, 0.9)


def _files(painter: QPainter, _color: QColor) -> None:
    _line(painter, (9.4, 2), (3.6, 2), (3.6, 14), (12.4, 14), (12.4, 5), (9.4, 2), (9.4, 5), (12.4, 5))


def _paused(painter: QPainter, _color: QColor) -> None:
    _line(painter, (5.6, 4), (5.6, 12))
    _line(painter, (10.4, 4), (10.4, 12))


def _open(painter: QPainter, color: QColor) -> None:
    _dot(painter, color, 8, 8, 4)


def _folded(painter: QPainter, _color: QColor) -> None:
    _line(painter, (6, 4), (10, 8), (6, 12))


def _unfolded(painter: QPainter, _color: QColor) -> None:
    _line(painter, (4, 6), (8, 10), (12, 6))


def _flag(painter: QPainter, _color: QColor) -> None:
    _line(painter, (4, 14), (4, 2.6), (12.4, 2.6), (10.2, 5.6), (12.4, 8.6), (4, 8.6))


def _skipped(painter: QPainter, _color: QColor) -> None:
    _line(painter, (4, 8), (12, 8))


_DRAWN: dict[Mark, Callable[[QPainter, QColor], None]] = {
    "idle": _idle,
    "waiting": _waiting,
    "loading": _loading,
    "thinking": _thinking,
    "writing": _writing,
    "running": _running,
    "asking": _asking,
    "done": _done,
    "failed": _failed,
    "info": _info,
    "warning": _warning,
    "files": _files,
    "paused": _paused,
    "open": _open,
    "folded": _folded,
    "unfolded": _unfolded,
    "flag": _flag,
    "skipped": _skipped,
}


def draw_badge(painter: QPainter, where: QRectF, title: str, color: QColor, behind: QColor) -> None:
    """A role's badge: its initials in a rounded square, `behind` tinted with the role's colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(blend(color.name(), behind.name(), TINT)))
    painter.drawRoundedRect(where, RADIUS, RADIUS)
    letters = initials(title)
    font = painter.font()
    share = 0.42 if len(letters) < 3 else 1.1 / max(3, len(letters))
    font.setPixelSize(max(6, round(where.height() * share)))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, letters)
    painter.restore()


EMPTY_MARK = 28
"""The size of the icon that an empty view shows, in pixels."""


def draw_empty(painter: QPainter, where: QRectF, title: str, text: str, theme: Theme, mark: str = "") -> None:
    """What an empty view says below an icon: that there is nothing yet, and what will be there."""
    painter.setFont(ui_font(bold=True))
    painter.setPen(QColor(theme.text))
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
    room = where.adjusted(L, 0, -L, 0)
    head = painter.boundingRect(room, flags, title)
    head.moveTop(where.center().y() - head.height())
    if mark:
        color = blend(theme.muted, theme.surface, 0.75)
        drawn = picture(mark, color, EMPTY_MARK, painter.device().devicePixelRatioF())
        left = where.center().x() - EMPTY_MARK / 2
        painter.drawPixmap(QPointF(left, head.top() - EMPTY_MARK - M), drawn)
    painter.drawText(head, flags, title)
    painter.setFont(ui_font())
    painter.setPen(QColor(theme.muted))
    painter.drawText(QRectF(room.left(), head.bottom() + XS, room.width(), room.height()), flags, text)
