"""Where the cards of the hierarchy are on the screen: layout, zoom, and the lines between the cards."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from app.state.folding import Folding, Outline, depth_of, outlined
from app.state.hierarchy import HierarchyState
from app.state.tree_layout import CARD_HEIGHT, CARD_WIDTH, Layout, fitting

MARGIN = 16.0
LOWEST = 48.0
"""A small team hangs so far below the upper edge at most."""
SMALLEST, LARGEST = 0.02, 2.0
READABLE = 0.45
"""From this scale on a card has room for its role; teams are folded by themselves until it is reached."""
BOW, BOW_SHARE = 10.0, 0.04
"""How far the line between two cards without an edge bows out: pixels, and a share of its length."""


class Map:
    """From the layout's coordinates to pixels. `fits` holds until the user zooms or moves the picture.

    `folding` says which teams are folded away, `outline` what is left to be seen.
    """

    def __init__(self) -> None:
        self.folding = Folding()
        self.outline = Outline()
        self.layout = Layout()
        self.scale = 1.0
        self.origin = QPointF()
        self.fits = True
        self.natural = 1.0  # the scale at which the words of a card have just the room that they need
        self._lines = QPainterPath()

    def arrange(self, team: HierarchyState, width: float, height: float) -> None:
        """Lay the team out for a room; what the user zoomed to stays in the middle."""
        room = (max(40.0, width - 2 * MARGIN), max(40.0, height - 2 * MARGIN))
        if self.folding.automatic:
            self._fold_to_fit(team, *room)
        else:
            self._lay_out(team, *room)
        self._lines = QPainterPath()
        for points in self.layout.edges.values():
            self._lines.moveTo(*points[0])
            for point in points[1:]:
                self._lines.lineTo(*point)
        if self.fits:
            self.fit(width, height)

    def _lay_out(self, team: HierarchyState, width: float, height: float) -> None:
        self.outline = outlined(team, self.folding)
        self.layout = fitting(self.outline.heads, self.outline.members, width, height)

    def _fold_to_fit(self, team: HierarchyState, width: float, height: float) -> None:
        """Show as many levels as can be read, the first below the heads at least."""
        readable = READABLE * self.natural
        most = width * height / (CARD_WIDTH * CARD_HEIGHT * readable**2)
        for levels in range(max(1, depth_of(team)), 0, -1):
            self.folding.levels = levels
            if levels > 1 and outlined(team, self.folding).count > most:
                continue
            self._lay_out(team, width, height)
            if self.layout.scale_in(width, height) >= readable:
                return

    def reveal(self, team: HierarchyState, agent: str) -> bool:
        """Unfold the teams that an agent is hidden in; whether there were any."""
        hidden = agent in self.outline.inside
        while (node := team.agents.get(agent)) is not None and hidden:
            agent = node.manager
            if agent in team.agents:
                self.folding.say(agent, folded=False)
        return hidden

    def fit(self, width: float, height: float) -> None:
        """Show everything, at its natural size if there is room."""
        self.fits = True
        room = (max(40.0, width - 2 * MARGIN), max(40.0, height - 2 * MARGIN))
        self.scale = max(SMALLEST, min(self.natural, self.layout.scale_in(*room)))
        free_x = width - self.layout.width * self.scale
        free_y = height - self.layout.height * self.scale
        self.origin = QPointF(round(free_x / 2), round(min(max(free_y / 2, 0), LOWEST)))

    def zoom(self, factor: float, around: QPointF) -> None:
        """Make everything larger or smaller; what lies at `around` stays there."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        self.origin = around + (self.origin - around) * (scale / self.scale)
        self.scale = scale
        self.fits = False

    def move(self, by: QPointF) -> None:
        """Shift the picture."""
        self.origin += by
        self.fits = False

    def shift(self, down: float) -> None:
        """Shift a picture that fits up or down; it still counts as one that fits."""
        self.origin += QPointF(0, round(down))

    # --- cards -------------------------------------------------------------------------------------

    def box(self, agent: str) -> QRectF:
        """An agent's card in pixels; empty when it has none yet, or is folded away."""
        place = self.layout.cards.get(agent)
        if place is None:
            return QRectF()
        return QRectF(
            self.origin.x() + place[0] * self.scale,
            self.origin.y() + place[1] * self.scale,
            CARD_WIDTH * self.scale,
            CARD_HEIGHT * self.scale,
        )

    def boxes(self, seen: QRectF) -> Iterator[tuple[str, QRectF]]:
        """The cards that lie in a part of the view."""
        scale, x0, y0 = self.scale, self.origin.x(), self.origin.y()
        width, height = CARD_WIDTH * scale, CARD_HEIGHT * scale
        left, top, right, bottom = seen.left() - width, seen.top() - height, seen.right(), seen.bottom()
        for agent, (card_x, card_y) in self.layout.cards.items():
            x, y = x0 + card_x * scale, y0 + card_y * scale
            if left <= x <= right and top <= y <= bottom:
                yield agent, QRectF(x, y, width, height)

    def agent_at(self, point: QPointF) -> str:
        """The agent whose card lies under a point; empty where there is none."""
        for agent, box in self.boxes(QRectF(point.x(), point.y(), 1, 1)):
            if box.contains(point):
                return agent
        return ""

    # --- lines -------------------------------------------------------------------------------------

    def lines(self) -> QPainterPath:
        """All lines between managers and teams, in the layout's coordinates."""
        return self._lines

    def way(self, team: HierarchyState, speaker: str, to: str) -> QPainterPath | None:
        """The way of a message in pixels: along the line between the two, or a bow from card to card.

        Whoever is folded away is stood for by a manager; within one card there is no way.
        """
        speaker, to = self.outline.shown(speaker), self.outline.shown(to)
        one, other = team.agents.get(speaker), team.agents.get(to)
        if one is None or other is None or speaker == to:
            return None
        if one.manager == to and speaker in self.layout.edges:
            points = list(reversed(self.layout.edges[speaker]))
        elif other.manager == speaker and to in self.layout.edges:
            points = list(self.layout.edges[to])
        else:
            return self._bow(self.box(speaker), self.box(to))
        path = QPainterPath(self._pixel(points[0]))
        for point in points[1:]:
            path.lineTo(self._pixel(point))
        return path

    def _pixel(self, point: tuple[float, float]) -> QPointF:
        return QPointF(self.origin.x() + point[0] * self.scale, self.origin.y() + point[1] * self.scale)

    @staticmethod
    def _bow(start: QRectF, end: QRectF) -> QPainterPath:
        """Below two cards that stand side by side, to the right of two that stand one above the other."""
        away = end.center() - start.center()
        bow = BOW + BOW_SHARE * away.manhattanLength()
        if abs(away.x()) >= abs(away.y()):
            begin, finish = (QPointF(box.center().x(), box.bottom()) for box in (start, end))
            aside = QPointF(0, bow)
        else:
            begin, finish = (QPointF(box.right(), box.center().y()) for box in (start, end))
            aside = QPointF(bow, 0)
        path = QPainterPath(begin)
        path.cubicTo(begin + aside, finish + aside, finish)
        return path
