"""A row of the transcript: an entry measured for a width, painted, and asked what lies under the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.i18n import tr, trn
from app.theme import RADIUS, XS, L, M, S, blend
from app.views.marks import draw_badge, draw_mark
from app.views.transcript_content import Content, Line, Piece
from app.views.transcript_documents import Look
from app.views.transcript_found import Found, behind, marked
from app.views.transcript_lines import cut_text, draw_line, draw_text
from app.views.transcript_segment import Segment, chosen_in, code_around
from app.views.transcript_split import Part, Splitter

BADGE = 28
MARK = 14
TEXT_X = L + BADGE + M
RIGHT = L + XS
WIDEST = 880
"""Lines longer than that are hard to read."""
SETTLING = 6
"""How often measuring the end of a row is repeated at most until the measures no longer change."""
EAGER = 4
"""A message of so few parts is laid out as a whole, a longer one only where it is seen."""

Place: TypeAlias = tuple[int, int]
"""A position in a row's text: the segment and the position in it."""
Target: TypeAlias = Literal["", "text", "link", "thinking", "phase", "title"]


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a point; `link` is an address."""

    target: Target
    place: Place = (0, 0)
    link: str = ""


class Row:
    """Built when an entry comes into view; `height` is valid after `lay_out`."""

    def __init__(self, content: Content, look: Look) -> None:
        self.content = content
        self.height = 0.0
        self.grown_above = 0.0
        self.unfolded = False
        self._look = look
        self._width = 0.0
        self._splitter = Splitter()
        self._segments: list[Segment] = []
        self._thoughts: list[Segment] = []
        self._body_top = self._fold_top = self._lines_top = 0.0
        self._right_from = 0.0
        self._found: Found | None = None
        self._cut: dict[float, str] = {}  # by the upper edge of their lines: texts that had no room
        self._split("")

    # --- what it shows -----------------------------------------------------------------------------

    def update(self, content: Content) -> None:
        """The entry changed."""
        before, self.content = self.content, content
        self._split(before.body)
        if self.unfolded and content.thinking != before.thinking:
            self._think()

    def wear(self, look: Look) -> None:
        """Take another theme or other fonts; the measures stay until the row is laid out again."""
        self._look = look
        for segment in (*self._thoughts, *self._segments):
            segment.wear(look)

    def toggle_thinking(self) -> None:
        """Unfold or fold what was thought before the reply."""
        self.unfolded = not self.unfolded
        self._think()

    def _think(self) -> None:
        thoughts = Part("prose", self.content.thinking, self.content.thinking)
        if not self.unfolded:
            self._thoughts = []
        elif self._thoughts:
            self._thoughts[0].grow(thoughts)
        else:
            self._thoughts = [Segment(thoughts, self._look, live=True)]

    def _split(self, before: str) -> None:
        """Bring the segments up to the body: closed parts stay, the open one grows."""
        body = self.content.body
        if not body.startswith(before):
            self._splitter, self._segments = Splitter(), []
        known = self._segments
        open_segment = known.pop() if known and known[-1].live else None
        rest = self._splitter.update(body, complete=not self.content.live)
        known += [Segment(part, self._look) for part in self._splitter.closed[len(known) :]]
        if rest is not None:
            if open_segment is None:
                open_segment = Segment(rest, self._look, live=True)
            else:
                open_segment.grow(rest)
            known.append(open_segment)

    # --- measuring ---------------------------------------------------------------------------------

    @property
    def _inset(self) -> float:
        return float(M) if self.content.style == "card" else 0.0

    def _text_width(self) -> float:
        return max(80.0, min(self._width - TEXT_X - RIGHT, WIDEST)) - 2 * self._inset

    def lay_out(self, width: float, top: float = 0.0, bottom: float = 1e9) -> float:
        """Measure for a width; exactly at least what lies between `top` and `bottom`. Gives the height.

        `grown_above` is then by how much what begins above `top` turned out higher than it was taken for.
        """
        self._width = width
        self.grown_above = 0.0
        style, line = self.content.style, self._look.line
        if style == "heading":
            self.height = float((S if self.content.nested else L) + line + XS)
            return self.height
        y = {"message": 10.0, "line": 4.0, "card": 4.0 + M}[style]
        if self.content.title:
            y += line + (XS if style != "line" else 1)
        if self.content.thinking:
            self._fold_top = y
            y += line + XS
            y = self._lay_out_all(self._thoughts, y, top, bottom)
        self._body_top = y
        y = self._lay_out_all(self._segments, y, top, bottom)
        self._lines_top = y
        y += (line + 1) * (len(self.content.lines) + bool(self.content.note))
        self.height = float(round(y + {"message": 10, "line": 5, "card": 4 + M}[style]))
        return self.height

    def lay_out_from(self, width: float, scrolled: float, room: float, estimate: float | None) -> float:
        """Measure what is seen of a row scrolled by so much; gives how far it is scrolled then.

        What turns out higher above moves other parts into sight, so it repeats; each part grows only once.
        """
        height = self.lay_out(width, scrolled, scrolled + room)
        growth = self.grown_above if estimate is None else height - estimate
        while scrolled > 0 and growth:
            scrolled = max(0.0, scrolled + growth)
            self.lay_out(width, scrolled, scrolled + room)
            growth = self.grown_above
        return scrolled

    def lay_out_end(self, width: float, room: float) -> float:
        """Measure for a width; exactly at least the last `room` pixels. Gives the height."""
        height = self.lay_out(width, 1e9)
        for _ in range(SETTLING):
            before, height = height, self.lay_out(width, height - room)
            if height == before:
                break
        return height

    def _lay_out_all(self, segments: Sequence[Segment], y: float, top: float, bottom: float) -> float:
        width = self._text_width()
        for segment in segments:
            guess = segment.estimate(width)
            seen = y < bottom and y + guess > top
            if seen or len(segments) <= EAGER:
                growth = segment.lay_out(width) - guess
                self.grown_above += growth if y < top else 0.0
            y += segment.height + _gap(segment)
        return y - (XS if segments else 0)

    # --- painting ----------------------------------------------------------------------------------

    def paint(
        self,
        painter: QPainter,
        top: float,
        clip: QRectF,
        rate: str = "",
        chosen: tuple[Place, Place] | None = None,
        found: Found | None = None,
    ) -> None:
        """Paint with the row's upper edge at `top`; `rate` stands beside the phase while it is written."""
        self._found = found
        self._cut.clear()
        painter.save()
        painter.translate(0, top)
        clip = clip.translated(0, -top)
        if self.content.style == "heading":
            self._paint_heading(painter)
        else:
            if self.content.style == "card":
                self._paint_card(painter)
            self._paint_left(painter)
            self._paint_title(painter, rate)
            self._paint_fold(painter)
            self._paint_segments(painter, self._thoughts, self._fold_top + self._look.line + XS, clip, None)
            self._paint_segments(painter, self._segments, self._body_top, clip, chosen)
            self._paint_lines(painter)
        painter.restore()

    def _paint_heading(self, painter: QPainter) -> None:
        """A phase of the chain goes across, one within it is a smaller line of the text."""
        look = self._look
        if self.content.nested:
            self._draw_line(painter, self.content.title, TEXT_X, S, self._text_width())
            return
        middle = round(L + look.line / 2) + 0.5
        end = self._draw_line(painter, self.content.title, L, L, self._width - L - RIGHT)
        painter.setPen(look.color(look.theme.border))
        painter.drawLine(QPointF(end + M, middle), QPointF(self._width - RIGHT, middle))

    def _paint_card(self, painter: QPainter) -> None:
        look, theme = self._look, self._look.theme
        width = self._text_width() + 2 * self._inset
        box = QRectF(TEXT_X + 0.5, 4.5, width - 1, self.height - 9)
        tone = getattr(theme, self.content.tone)
        answered = self.content.tone == "muted"
        painter.setPen(look.color(theme.border if answered else blend(tone, theme.border, 0.5)))
        painter.setBrush(look.color(theme.raised))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_left(self, painter: QPainter) -> None:
        content, look = self.content, self._look
        if content.badge:
            color = look.theme.accent if content.badge == tr("You") else look.theme.role(content.badge)
            where = QRectF(L, 10, BADGE, BADGE)
            draw_badge(painter, where, content.badge, look.color(color), look.color(look.theme.raised))
            return
        top = (4.0 + M if content.style == "card" else 4.0) + (look.line - MARK) / 2
        where = QRectF(L + (BADGE - MARK) / 2, top, MARK, MARK)
        draw_mark(painter, content.mark, where, look.color(getattr(look.theme, content.tone)))

    def _paint_title(self, painter: QPainter, rate: str) -> None:
        look, content = self._look, self.content
        if not content.title:
            return
        top = {"message": 10.0, "line": 4.0, "card": 4.0 + M}[content.style]
        left, right = TEXT_X + self._inset, TEXT_X + self._text_width() + self._inset
        self._right_from = right
        if self._width >= 420 and content.right:
            width = QFontMetricsF(look.small).horizontalAdvance(content.right)
            self._right_from = right - width
            self._draw(painter, content.right, look.small, look.color(look.theme.muted), right - width, top)
            right -= width + M
        if rate:
            width = QFontMetricsF(look.small_bold).horizontalAdvance(rate)
            self._draw(painter, rate, look.small_bold, look.color(look.theme.accent), right - width, top)
            right -= width + S
            where = QRectF(right - M, top + (look.line - M) / 2, M, M)
            draw_mark(painter, "writing", where, look.color(look.theme.accent))
            right -= M + S
        self._draw_line(painter, content.title, left, top, right - left)

    def _paint_fold(self, painter: QPainter) -> None:
        if not self.content.thinking:
            return
        look = self._look
        muted = look.color(look.theme.muted)
        where = QRectF(TEXT_X - 2, self._fold_top + (look.line - M) / 2, M, M)
        draw_mark(painter, "unfolded" if self.unfolded else "folded", where, muted)
        thinks = self.content.live and not self.content.body
        words = len(self.content.thinking.split()) if len(self.content.thinking) < 20_000 else 0
        label = tr("Thinking …") if thinks else tr("Thought at length")
        if words and not thinks:
            label = trn("Thought in {count} word", "Thought in {count} words", words)
        pieces = [Piece(label, "muted", bold=thinks)]
        if not self.unfolded:
            pieces.append(Piece("   " + self.content.thinking[-160:].replace("\n", " ").strip(), "muted"))
        self._draw_line(painter, tuple(pieces), TEXT_X + M + XS, self._fold_top, self._text_width() - M - XS)

    def _paint_segments(
        self,
        painter: QPainter,
        segments: Sequence[Segment],
        y: float,
        clip: QRectF,
        chosen: tuple[Place, Place] | None,
    ) -> None:
        body = segments is self._segments
        marks = marked(segments, self._found) if self._found is not None and body else []
        for number, segment in enumerate(segments):
            if y > clip.bottom():
                return
            if y + segment.height >= clip.top():
                tints = []
                if marks:
                    theme, (some, current) = self._look.theme, (marks[number].spans, marks[number].current)
                    tints = [(*span, behind(theme, current=span == current)) for span in some]
                if between := chosen_in(number, segment, chosen):
                    tints.append((*between, self._look.theme.selection))
                segment.paint(painter, QPointF(TEXT_X + self._inset, y), clip, tints)
            y += segment.height + _gap(segment)

    def top_of_found(self, found: Found) -> float:
        """How far below the row's top the current one of the found places is; 0 where it is in no text."""
        y = self._body_top
        for segment, places in zip(self._segments, marked(self._segments, found), strict=True):
            if places.current is not None:
                segment.lay_out(self._text_width())
                return y + segment.top_of(places.current[0])
            y += segment.height + _gap(segment)
        return 0.0

    def code_at(self, place: Place) -> str:
        """The whole stretch of code at a place; empty where there is none."""
        return code_around(self._segments, place[0])

    def _paint_lines(self, painter: QPainter) -> None:
        y = self._lines_top
        width = self._text_width()
        for line in self.content.lines:
            self._draw_line(painter, line, TEXT_X + self._inset, y, width)
            y += self._look.line + 1
        if self.content.note:
            note = (Piece(self.content.note, self.content.note_tone),)
            self._draw_line(painter, note, TEXT_X + self._inset, y, width)

    def _draw_line(self, painter: QPainter, line: Line, x: float, y: float, width: float) -> float:
        """Draw pieces one after the other, cut at `width`; gives where they end."""
        found, mark = self._found, None
        if whole := cut_text(self._look, line, width):
            self._cut[y] = whole
        if found is not None and self.content.style != "message":
            mark = (found.pattern, behind(self._look.theme, current=found.nth >= 0))
        return draw_line(painter, self._look, line, QRectF(x, y, width, self._look.line), mark)

    def _draw(self, painter: QPainter, text: str, font: QFont, color: QColor, x: float, y: float) -> None:
        draw_text(painter, self._look, text, font, color, QRectF(x, y, self._width, self._look.line))

    # --- pointing and choosing ---------------------------------------------------------------------

    def cut_at(self, point: QPointF) -> str:
        """The whole text of the line at a point if it was cut when it was painted last."""
        return next((text for y, text in self._cut.items() if 0 <= point.y() - y < self._look.line), "")

    def hit(self, point: QPointF) -> Hit:
        """What lies under a point, relative to the row's upper left corner."""
        line = self._look.line
        if self.content.style == "heading":
            return Hit("phase")
        if self.content.title and point.y() < 10 + line:
            right = point.x() >= self._right_from and bool(self.content.right)
            return Hit("phase" if right else "title")
        if self.content.thinking and self._fold_top <= point.y() < self._fold_top + line:
            return Hit("thinking")
        if not self._segments or point.y() < self._body_top or point.y() >= self._lines_top:
            return Hit("")
        place, inner = self._segment_at(point)
        link = self._segments[place].link_at(inner)
        position = self._segments[place].position_at(inner)
        return Hit("link" if link else "text", (place, position), link)

    def place_at(self, point: QPointF) -> Place:
        """The text position nearest to a point."""
        if not self._segments:
            return (0, 0)
        number, inner = self._segment_at(point)
        return (number, self._segments[number].position_at(inner))

    def _segment_at(self, point: QPointF) -> tuple[int, QPointF]:
        y = self._body_top
        for number, segment in enumerate(self._segments):
            below = y + segment.height + _gap(segment)
            if point.y() < below or number == len(self._segments) - 1:
                return number, QPointF(point.x() - TEXT_X - self._inset, point.y() - y)
            y = below
        return 0, QPointF()

    def chosen_text(self, start: Place, end: Place) -> str:
        """The text between two positions."""
        parts = []
        for number in range(start[0], min(end[0] + 1, len(self._segments))):
            segment = self._segments[number]
            if between := chosen_in(number, segment, (start, end)):
                parts.append(segment.slice(*between))
        return "\n".join(parts)

    def everything(self) -> tuple[Place, Place]:
        """The first and the last position of the text."""
        if not self._segments:
            return (0, 0), (0, 0)
        last = len(self._segments) - 1
        return (0, 0), (last, self._segments[last].length())


def _gap(segment: Segment) -> float:
    """The space below a segment: none between the parts of one stretch of code."""
    if segment.part.kind == "code" and not (segment.part.last or segment.live):
        return 0.0
    return float(S)
