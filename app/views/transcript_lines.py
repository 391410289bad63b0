"""Single lines of a transcript's row: pieces one after the other, cut where the room ends."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.views.transcript_content import Line, Piece
from app.views.transcript_documents import Look


def tone(piece: Piece, look: Look) -> QColor:
    """The colour of a piece."""
    return look.color(look.theme.role(piece.role) if piece.role else getattr(look.theme, piece.tone))


def draw_text(painter: QPainter, look: Look, text: str, font: QFont, color: QColor, at: QRectF) -> None:
    """Draw a text in one line, centred in the height of `at`."""
    painter.setFont(font)
    painter.setPen(color)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(QRectF(at.x(), at.y(), max(at.width(), 1e4), look.line), int(flags), text)


def draw_line(
    painter: QPainter, look: Look, line: Line, room: QRectF, mark: tuple[re.Pattern[str], str] | None = None
) -> float:
    """Draw pieces, cut at the right edge of `room`, and give where they end.

    `mark` has words that are to be marked, and the colour behind them.
    """
    x = room.left()
    for piece in line:
        font = _font(look, piece)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(piece.text, Qt.TextElideMode.ElideRight, max(0.0, room.right() - x))
        if mark is not None:
            _draw_marks(painter, look, text, metrics, (x, room.top()), mark)
        draw_text(painter, look, text, font, tone(piece, look), QRectF(x, room.top(), 0, 0))
        x += metrics.horizontalAdvance(text)
        if text != piece.text:
            break
    return x


def cut_text(look: Look, line: Line, width: float) -> str:
    """The whole text of a line that has no room in `width`; empty where it has."""
    needed = sum(QFontMetricsF(_font(look, piece)).horizontalAdvance(piece.text) for piece in line)
    return "".join(piece.text for piece in line) if needed > width + 0.5 else ""


def _font(look: Look, piece: Piece) -> QFont:
    return look.small_mono if piece.mono else look.bold if piece.bold else look.font


def _draw_marks(
    painter: QPainter,
    look: Look,
    text: str,
    metrics: QFontMetricsF,
    at: tuple[float, float],
    mark: tuple[re.Pattern[str], str],
) -> None:
    for hit in mark[0].finditer(text):
        left = at[0] + metrics.horizontalAdvance(text[: hit.start()])
        width = metrics.horizontalAdvance(hit[0])
        painter.fillRect(QRectF(left, at[1], width, look.line), look.color(mark[1]))
