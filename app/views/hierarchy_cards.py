"""One agent's card, in as much detail as its size allows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from app.i18n import marked, tr
from app.scaling import text_scale
from app.state.hierarchy import AgentNode, AgentState
from app.theme import RADIUS, XS, M, S, Theme, blend, figures_font, ui_font
from app.views.marks import draw_badge, draw_mark, initials

FULL, NAMED, LETTERED = 50.0, 28.0, 11.0
"""From these heights in pixels on, at the usual size of text: all, role and state, initials; below: a box."""
TWO_LINES = 34.0
"""From this height on there is room for a role in two lines."""

WORDS: dict[AgentState, str] = {
    "idle": marked("Idle"),
    "waiting": marked("Waiting"),
    "loading": marked("Loading model"),
    "thinking": marked("Thinking"),
    "writing": marked("Writing"),
    "running": marked("Running"),
    "asking": marked("Asks you"),
    "done": marked("Done"),
    "failed": marked("Failed"),
}
BADGE, BAR = 30.0, 28.0
ONE_LINE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
MOST_CUTS, MOST_FRAMES = 8192, 128
READABLE_SHARE = 0.5
"""A model's name of which less than that would be seen is left out."""
CROWDED = 0.8
"""A context that is fuller than that is shown as a warning."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A card without its words: pixels, and the colours of its inside and its edge (no `pen`: none)."""

    width: int
    height: int
    radius: float
    fill: str
    border: str = ""
    pen: int = 0


def _drawn(frame: _Frame, ratio: float) -> QPixmap:
    picture = QPixmap(round(frame.width * ratio), round(frame.height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(frame.fill))
    painter.setPen(QPen(QColor(frame.border), frame.pen) if frame.pen else Qt.PenStyle.NoPen)
    inset = frame.pen / 2
    edge = QRectF(inset, inset, frame.width - frame.pen, frame.height - frame.pen)
    painter.drawRoundedRect(edge, frame.radius, frame.radius)
    painter.end()
    return picture


class CardPainter:
    """Paints cards in a theme; fonts and colours are made once."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._bold, self._small, self._figures = (
            ui_font(bold=True),
            ui_font(small=True),
            figures_font(small=True),
        )
        self._small_bold = ui_font(small=True, bold=True)
        self.grown = max(1.0, text_scale())  # larger words need larger cards for as much detail
        self._colors: dict[str, QColor] = {}
        self._roles: dict[str, str] = {}
        self._cuts: dict[tuple[str, int, int], str] = {}
        self._widths: dict[tuple[str, int], float] = {}
        self._frames: dict[tuple[_Frame, float], QPixmap] = {}
        self._tints: dict[tuple[str, float], QColor] = {}

    def color(self, color: str) -> QColor:
        """A colour of the theme, ready to paint with."""
        return self._colors.setdefault(color, QColor(color))

    def role(self, title: str) -> str:
        """The colour of a role."""
        found = self._roles.get(title)
        if found is None:
            found = self._roles[title] = self.theme.role(title)
        return found

    def state_color(self, node: AgentNode) -> QColor:
        """The colour that goes with what an agent is doing."""
        theme = self.theme
        if node.state == "failed":
            return self.color(theme.bad)
        if node.state == "asking":
            return self.color(theme.warning)
        if node.state == "done":
            return self.color(theme.good)
        return self.color(theme.accent if node.at_work else theme.muted)

    def paint(
        self, painter: QPainter, node: AgentNode, box: QRectF, rate: float, breath: float, *, chosen: bool
    ) -> None:
        """Paint a card into `box`, in pixels of the view; `breath` from 0 to 1 moves one that is at work."""
        if box.height() < LETTERED * self.grown:
            self._paint_box(painter, node, box, chosen=chosen)
            return
        box = QRectF(round(box.x()), round(box.y()), round(box.width()), round(box.height()))
        self._paint_frame(painter, node, box, breath, chosen=chosen)
        if box.height() >= FULL * self.grown:
            self._paint_full(painter, node, box, rate)
        elif box.height() >= NAMED * self.grown:
            self._paint_named(painter, node, box)
        else:
            self._paint_lettered(painter, node, box)

    def _paint_box(self, painter: QPainter, node: AgentNode, box: QRectF, *, chosen: bool) -> None:
        theme = self.theme
        strength = 1.0 if node.at_work else 0.3 if node.state == "done" else 0.45
        key = (node.role, strength)
        if key not in self._tints:
            self._tints[key] = QColor(blend(self.role(node.role), theme.surface, strength))
        painter.fillRect(box, self._tints[key])
        if chosen or node.state in ("asking", "failed"):
            painter.setPen(QPen(self.color(theme.accent) if chosen else self.state_color(node), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-1, -1, 1, 1))

    def _paint_frame(
        self, painter: QPainter, node: AgentNode, box: QRectF, breath: float, *, chosen: bool
    ) -> None:
        theme = self.theme
        radius = min(RADIUS, box.height() / 5)
        ratio = painter.device().devicePixelRatio()
        width, height = int(box.width()), int(box.height())
        if node.at_work:
            halo = _Frame(width + 5, height + 5, radius + 3, self.state_color(node).name())
            painter.setOpacity(0.10 + 0.16 * breath)
            painter.drawPixmap(box.topLeft() - QPointF(2.5, 2.5), self._framed(halo, ratio))
            painter.setOpacity(1.0)
        fill = theme.surface if node.state == "done" else theme.raised
        busy = node.at_work or node.state == "failed"
        border = theme.accent if chosen else self.state_color(node).name() if busy else theme.border
        frame = _Frame(width, height, radius, fill, border, 2 if chosen else 1)
        painter.drawPixmap(box.topLeft(), self._framed(frame, ratio))

    def _framed(self, frame: _Frame, ratio: float) -> QPixmap:
        """The empty card as a picture: most cards share one, and rounded edges are dear to draw."""
        picture = self._frames.get((frame, ratio))
        if picture is None:
            if len(self._frames) > MOST_FRAMES:
                self._frames.clear()
            picture = self._frames[frame, ratio] = _drawn(frame, ratio)
        return picture

    def _paint_full(self, painter: QPainter, node: AgentNode, box: QRectF, rate: float) -> None:
        theme = self.theme
        badge = QRectF(box.left() + S, box.top() + (box.height() - BADGE) / 2, BADGE, BADGE)
        role = self.color(self.role(node.role))
        draw_badge(painter, badge, node.role, role, self.color(theme.raised))
        left, right = badge.right() + S, box.right() - S
        step = (box.height() - 12) / 3
        line = QRectF(left, box.top() + 6, right - left, step)
        font, titles = self._title(node.name, line.width())
        for title in titles:
            self._text(painter, line, title, font, theme.text)
            line.translate(0, step)
        if len(titles) > 1:
            self._paint_fullness(
                painter, node, line.translated(0, step / 2 + 2)
            )  # below, for the model's sake
            line.setLeft(self._paint_state(painter, node, line, rate) + S)
            self._paint_model_name(painter, node, line)
        else:
            self._paint_state(painter, node, line, rate)
            self._paint_model(painter, node, line.translated(0, step))

    def _title(self, role: str, width: float) -> tuple[QFont, list[str]]:
        """A role in one line where it fits, in two where it does not, and the font that they are set in."""
        for font in (self._bold, self._small_bold):
            if self._wide(role, font) <= width:
                return font, [role]
        words = role.split()
        for upto in range(len(words) - 1, 0, -1):
            first = " ".join(words[:upto])
            if self._wide(first, self._small_bold) <= width:
                return self._small_bold, [first, " ".join(words[upto:])]
        return self._small_bold, [role]

    def _wide(self, text: str, font: QFont) -> float:
        """How wide a text is; the same words are asked for at every frame."""
        key = (text, id(font))
        if key not in self._widths:
            if len(self._widths) > MOST_CUTS:
                self._widths.clear()
            self._widths[key] = QFontMetricsF(font).horizontalAdvance(text)
        return self._widths[key]

    def _paint_state(self, painter: QPainter, node: AgentNode, where: QRectF, rate: float) -> float:
        """The state and, while tokens come, their rate; gives where what stands behind it may begin."""
        color = self.state_color(node)
        mark = QRectF(where.left(), where.center().y() - 5, 10, 10)
        draw_mark(painter, node.state, mark, color)
        left, right = where.left() + 14, where.right()
        figure = tr("{rate} tok/s", rate=f"{rate:.0f}")
        width = self._wide(figure, self._figures) + 1
        word = tr(WORDS[node.state])
        needed = self._wide(word, self._small) + XS
        if rate >= 0.5 and node.state in ("thinking", "writing") and left + needed + width <= right:
            spot = QRectF(right - width, where.top(), width, where.height())
            self._text(painter, spot, figure, self._figures, self.theme.muted)
            right -= width + XS
        spot = QRectF(left, where.top(), right - left, where.height())
        shade = color.name() if node.at_work or node.state == "failed" else self.theme.muted
        self._text(painter, spot, word, self._small, shade)
        return where.right() if right < where.right() else left + needed

    def _paint_fullness(self, painter: QPainter, node: AgentNode, where: QRectF) -> float:
        """A bar at the right end for how full the context is; gives where what stands beside it must end."""
        if not node.context_size:
            return where.right()
        theme, full = self.theme, node.fullness
        bar = QRectF(where.right() - BAR, round(where.center().y()) - 1.5, BAR, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.color(blend(theme.outline, theme.raised, 0.35)))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.setBrush(self.color(theme.warning if full > CROWDED else theme.accent))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(3.0, BAR * full), 3), 1.5, 1.5)
        return bar.left() - S

    def _paint_model(self, painter: QPainter, node: AgentNode, where: QRectF) -> None:
        """The model's name and how full its context is."""
        room = QRectF(where)
        room.setRight(self._paint_fullness(painter, node, where))
        self._paint_model_name(painter, node, room)

    def _paint_model_name(self, painter: QPainter, node: AgentNode, room: QRectF) -> None:
        """The model's name, unless hardly anything of it could be read."""
        name = tr(node.model)  # the demo's is words
        if room.width() >= self._wide(name, self._small) * READABLE_SHARE:
            self._text(painter, room, name, self._small, self.theme.muted)

    def _paint_named(self, painter: QPainter, node: AgentNode, box: QRectF) -> None:
        theme = self.theme
        mark = QRectF(box.right() - M - 6, box.center().y() - 5, 10, 10)
        draw_mark(painter, node.state, mark, self.state_color(node))
        stripe = QRectF(box.left() + XS, box.top() + XS + 1, 3, box.height() - 2 * XS - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.color(self.role(node.role)))
        painter.drawRoundedRect(stripe, 1.5, 1.5)
        where = QRectF(stripe.right() + 5, box.top(), mark.left() - stripe.right() - 9, box.height())
        font, lines = self._title(node.name, where.width())
        if len(lines) > 1 and box.height() >= TWO_LINES * self.grown:
            step = min(box.height() / 2 - XS, 16.0 * self.grown)
            line = QRectF(where.left(), where.center().y() - step, where.width(), step)
            for text in lines:
                self._text(painter, line, text, font, theme.text)
                line.translate(0, step)
            return
        fits = self._wide(node.name, self._small_bold) <= where.width()
        title = node.name if fits or where.width() > 90 else initials(node.role)
        self._text(painter, where, title, self._small_bold, theme.text)

    def _paint_lettered(self, painter: QPainter, node: AgentNode, box: QRectF) -> None:
        font = QFont(self._small_bold)
        font.setPixelSize(max(7, round(box.height() * 0.5)))
        color = self.role(node.role)
        painter.setFont(font)
        painter.setPen(self.color(color))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(node.role))

    def _text(self, painter: QPainter, where: QRectF, text: str, font: QFont, color: str) -> None:
        painter.setFont(font)
        painter.setPen(self.color(color))
        painter.drawText(where, ONE_LINE, self._cut(text, font, int(where.width())))

    def _cut(self, text: str, font: QFont, width: int) -> str:
        """The text as far as it fits; the same words are asked for at every frame."""
        key = (text, id(font), width)
        if key not in self._cuts:
            if len(self._cuts) > MOST_CUTS:
                self._cuts.clear()
            elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._cuts[key] = elided
        return self._cuts[key]
