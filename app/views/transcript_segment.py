"""One part of a message in the transcript: measured when it is first seen, painted, selected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QPainter, QTextCharFormat, QTextCursor

from app.theme import XS, S
from app.views.transcript_documents import Document, Look, code, plain, prose, utf16
from app.views.transcript_split import Part
from app.visible import visible

CODE_PAD = S


class Segment:
    """One part of a body, laid out when it is first seen. Its height is estimated until then."""

    def __init__(self, part: Part, look: Look, *, live: bool = False) -> None:
        self.part = part
        self.live = live
        self._look = look
        self._document: Document | None = None
        self._width = 0.0
        self.height = 0.0

    @property
    def text(self) -> str:
        """What is shown, as plain text."""
        return self._document.toPlainText() if self._document else self.part.text

    def estimate(self, width: float) -> float:
        """Give the segment a height for `width` without laying it out, if it has none for it."""
        if self._width != width:
            letters = max(20.0, width / self._look.metrics.averageCharWidth())
            lines = self.part.text.count("\n") + 1 + len(self.part.text) / letters
            self.height = lines * self._look.line + self._frame
        return self.height

    def lay_out(self, width: float) -> float:
        """Set the text to `width` exactly; gives the height."""
        if self._document is None:
            self._document = self._made()
            self._width = 0.0
        if self._width != width:
            self._width = width
            self._document.setTextWidth(max(40.0, width - 2 * self._inset))
            self.height = float(int(self._document.size().height() + 0.99)) + self._frame
        return self.height

    def wear(self, look: Look) -> None:
        """Take another theme or other fonts when it is seen next; until then it is as high as it was."""
        self._look, self._document = look, None

    def grow(self, part: Part) -> None:
        """The live part has become longer, or another one."""
        before, after = visible(self.part.text), visible(part.text)
        added = after[len(before) :] if after.startswith(before) else None
        same = part.kind == self.part.kind
        self.part = part
        if self._document is None:
            self._width = 0.0
            return
        if added is None or not same:
            self._document = None
        elif added:
            cursor = QTextCursor(self._document)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(added)
        self._width = 0.0

    def _made(self) -> Document:
        if self.part.kind == "code":
            if self.live:
                return plain(self.part.text, self._look, mono=True)
            return code(self.part.text, self.part.info, self._look)
        return plain(self.part.text, self._look) if self.live else prose(self.part.text, self._look)

    # --- code stands in a frame --------------------------------------------------------------------

    @property
    def _inset(self) -> float:
        return CODE_PAD + XS if self.part.kind == "code" else 0.0

    @property
    def _label(self) -> str:
        return self.part.info if self.part.kind == "code" and self.part.first else ""

    @property
    def _above(self) -> float:
        """What lies between the segment's top and its text."""
        if self.part.kind != "code" or not self.part.first:
            return 0.0
        return CODE_PAD + (self._look.line if self._label else 0.0)

    @property
    def _frame(self) -> float:
        if self.part.kind != "code":
            return 0.0
        return self._above + (CODE_PAD if self.part.last or self.live else 0.0)

    # --- painting and pointing ---------------------------------------------------------------------

    def paint(
        self, painter: QPainter, at: QPointF, clip: QRectF, tints: Sequence[tuple[int, int, str]] = ()
    ) -> None:
        """Paint at a place; `tints` are stretches of the text with the colour behind them.

        It must have been laid out.
        """
        if self._document is None:
            return
        if self.part.kind == "code":
            self._paint_frame(painter, at)
        painter.save()
        origin = at + QPointF(self._inset, self._above)
        painter.translate(origin)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = self._look.palette
        context.clip = clip.translated(-origin)
        context.selections = [self._tinted(self._document, *tint) for tint in tints]
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def _tinted(
        self, document: Document, start: int, end: int, color: str
    ) -> QAbstractTextDocumentLayout.Selection:
        tinted = QAbstractTextDocumentLayout.Selection()
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setBackground(self._look.color(color))
        if color != self._look.theme.selection:
            form.setForeground(self._look.color(self._look.theme.text))
        tinted.cursor, tinted.format = cursor, form
        return tinted

    def _paint_frame(self, painter: QPainter, at: QPointF) -> None:
        theme, look = self._look.theme, self._look
        frame = QRectF(at.x() + 0.5, at.y() + 0.5, self._width - 1, self.height - 1)
        painter.setPen(look.color(theme.border))
        painter.setBrush(look.color(theme.code))
        rounded = self.part.first and (self.part.last or self.live)
        if rounded:
            painter.drawRoundedRect(frame, XS, XS)
        else:
            painter.fillRect(QRectF(at.x(), at.y(), self._width, self.height), painter.brush())
            painter.drawLine(frame.topLeft(), frame.bottomLeft())
            painter.drawLine(frame.topRight(), frame.bottomRight())
            if self.part.first:
                painter.drawLine(frame.topLeft(), frame.topRight())
            if self.part.last or self.live:
                painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        if self._label:
            painter.setFont(look.small_mono)
            painter.setPen(look.color(theme.muted))
            where = QRectF(at.x() + self._inset, at.y() + XS, self._width - 2 * self._inset, look.line)
            metrics = painter.fontMetrics()
            text = metrics.elidedText(self._label, Qt.TextElideMode.ElideMiddle, int(where.width()))
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)

    def places(self, pattern: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
        """Where the text has a pattern, as pairs of positions."""
        text = self.text
        return tuple((utf16(text, hit.start()), utf16(text, hit.end())) for hit in pattern.finditer(text))

    def top_of(self, position: int) -> float:
        """How far below the segment's top a position of the text is; it must have been laid out."""
        if self._document is None:
            return 0.0
        block = self._document.findBlock(position)
        line = block.layout().lineForTextPosition(position - block.position())
        top = self._document.documentLayout().blockBoundingRect(block).top()
        return self._above + top + (line.y() if line.isValid() else 0.0)

    def position_at(self, point: QPointF) -> int:
        """The text position at a point relative to the segment; 0 while it is not laid out."""
        if self._document is None:
            return 0
        inner = point - QPointF(self._inset, self._above)
        return max(0, self._document.documentLayout().hitTest(inner, Qt.HitTestAccuracy.FuzzyHit))

    def link_at(self, point: QPointF) -> str:
        """The address of a link at a point; empty where there is none."""
        if self._document is None:
            return ""
        return self._document.documentLayout().anchorAt(point - QPointF(self._inset, self._above))

    def length(self) -> int:
        """The number of text positions."""
        return self._document.characterCount() - 1 if self._document else 0

    def slice(self, start: int, end: int) -> str:
        """The shown text between two positions."""
        if self._document is None:
            return ""
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selection().toPlainText()


def chosen_in(
    number: int, segment: Segment, chosen: tuple[tuple[int, int], tuple[int, int]] | None
) -> tuple[int, int] | None:
    """From where to where a segment is chosen, the `number`th of its row; None where it is not."""
    if chosen is None or not chosen[0][0] <= number <= chosen[1][0]:
        return None
    start = chosen[0][1] if chosen[0][0] == number else 0
    end = chosen[1][1] if chosen[1][0] == number else segment.length()
    return (min(start, segment.length()), min(end, segment.length()))


def code_around(segments: Sequence[Segment], number: int) -> str:
    """The whole stretch of code that a segment is a part of; empty where it is no code."""
    if not 0 <= number < len(segments) or segments[number].part.kind != "code":
        return ""
    first = last = number
    while first > 0 and not segments[first].part.first:
        first -= 1
    while last + 1 < len(segments) and not (segments[last].part.last or segments[last + 1].part.first):
        last += 1
    return "\n".join(segment.part.text for segment in segments[first : last + 1])
