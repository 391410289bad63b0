"""The picture of the team: cards and lines, what each agent does, messages on their way between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from app.i18n import marked, tr, trn
from app.state.all import RunState
from app.state.folding import depth_of
from app.state.hierarchy import STATE_WORDS, HierarchyState
from app.theme import ThemeSource
from app.views.hierarchy_cards import CardPainter
from app.views.hierarchy_folds import draw_folds
from app.views.hierarchy_map import MARGIN, Map
from app.views.marks import draw_empty

FLIGHT_SECONDS = 0.15
BREATH_SECONDS = 2.4
FRAME_MILLISECONDS, BREATH_MILLISECONDS = 16, 80
MOST_FLIGHTS = 8
EMPTY = (marked("No team yet"), marked("Who works for whom, and what each one is doing, appears here."))


@dataclass(frozen=True, slots=True)
class Flight:
    """A message on its way."""

    speaker: str
    to: str
    begun: float


class HierarchyPicture(QWidget):
    """Shows a `RunState`'s team; call `refresh` about thirty times a second while a run goes on."""

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._clock = clock
        self._team = HierarchyState()
        self._run = 0
        self._room: QSize | None = None
        self._seen = (0, 0)  # the team's shape and revision as they were taken in
        self._map = Map()
        self._cards = CardPainter(themes.theme)
        self._chosen = ""
        self._pairs: set[tuple[str, str]] = set()  # who talks to whom, as it was painted last
        self._flights: list[Flight] = []
        self._delivered = 0
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MILLISECONDS)
        self._frames.timeout.connect(self._fly)
        self._breaths = QTimer(self)
        self._breaths.setInterval(BREATH_MILLISECONDS)
        self._breaths.timeout.connect(self._breathe)
        self.setMinimumSize(144, 120)
        self.setAccessibleName(tr("Team"))
        self.setAccessibleDescription(tr(EMPTY[0]))
        themes.changed.connect(self._retheme)
        themes.motion_changed.connect(self._move_or_not)

    def sizeHint(self) -> QSize:
        """Room for a small team."""
        return QSize(360, 420)

    # --- what is shown -----------------------------------------------------------------------------

    def show_state(self, state: RunState | None) -> None:
        """Show a run's team, or none; another run's is shown whole and with nobody chosen."""
        number = state.run.number if state else 0
        same, self._run = number == self._run and number > 0, number
        self._team = state.hierarchy if state else HierarchyState()
        self._chosen = self._chosen if same and self._chosen in self._team.agents else ""
        self._flights.clear()
        self._delivered = self._team.deliveries[-1].number if self._team.deliveries else 0
        self._map = self._map if same else Map()
        self._arrange()

    def refresh(self) -> None:
        """Take in what has changed: another shape is laid out anew, else only changed cards are painted."""
        shape, revision = self._seen
        if (self._team.shape, self._team.revision) == self._seen:
            return
        if shape != self._team.shape:
            self._arrange()
        else:
            self._repaint_changed(revision)
        self._launch()
        self._seen = (self._team.shape, self._team.revision)
        self._move_or_not()
        self._describe()

    def _repaint_changed(self, revision: int) -> None:
        changed = self._team.changes.since(revision)
        pairs = set(self._team.talks.values())
        if changed is None or len(changed) > 64 or pairs != self._pairs:
            self._pairs = pairs
            self.update()
            return
        for agent in changed:
            self._repaint(agent)

    def _repaint(self, agent: str) -> None:
        """Paint an agent's card anew, or the one that stands for it."""
        self.update(self._map.box(self._map.outline.shown(agent)).adjusted(-6, -6, 6, 10).toAlignedRect())

    def keep_room(self, room: QSize | None) -> None:
        """Draw the team for a room of that size, of which only a part is seen; None: for what is seen."""
        if room != self._room:
            self._room = room
            self._arrange()

    def _arrange(self) -> None:
        room = self._room or self.size()
        self._map.natural = self._cards.grown
        self._map.arrange(self._team, room.width(), room.height())
        if self._room is not None:
            self._bring_into_view(self._chosen)
        self._seen = (self._team.shape, self._team.revision)
        self._move_or_not()
        self._describe()
        self.update()

    def select(self, agent: str) -> None:
        """Mark an agent as the chosen one; an empty path marks none."""
        self._chosen = agent
        if self._map.reveal(self._team, agent):
            self._arrange()
        elif self._room is not None:
            self._bring_into_view(agent)
        self.update()

    def _bring_into_view(self, agent: str) -> None:
        """Shift the picture up or down as far as it takes to see an agent's card."""
        box = self._map.box(agent)
        if not box.isEmpty():
            below = min(0.0, self.height() - MARGIN - box.bottom())
            self._map.shift(below if below < 0 else max(0.0, MARGIN - box.top()))

    @property
    def selected(self) -> str:
        """The chosen agent's path, or nothing."""
        return self._chosen

    def _describe(self) -> None:
        """The same in words, for screen readers."""
        count = len(self._team.agents)
        words = [trn("{count} agent", "{count} agents", count) if count else tr(EMPTY[0])]
        for speaker, to in self._team.talks.values():
            if (node := self._team.agents.get(speaker)) is None:
                continue
            state, listener = tr(STATE_WORDS[node.state]), self._team.role(to)
            words.append(
                tr("{role} is {state}, to {listener}", role=node.name, state=state, listener=listener)
            )
        if chosen := self._team.agents.get(self._chosen):
            state = tr(STATE_WORDS[chosen.state])
            words.append(tr("selected: {role}, {state}", role=chosen.name, state=state))
            if hidden := self._map.outline.hidden.get(self._chosen, 0):
                words.append(trn("{count} agent folded away", "{count} agents folded away", hidden))
        described = "; ".join(words)
        if described != self.accessibleDescription():
            self.setAccessibleDescription(described)

    # --- folding -----------------------------------------------------------------------------------

    def folded(self, agent: str) -> bool:
        """Whether an agent's team is folded away."""
        return agent in self._map.outline.hidden

    def hides(self, agent: str) -> bool:
        """Whether an agent is in a team that is folded away."""
        return agent in self._map.outline.inside

    def fold(self, agent: str, folded: bool) -> None:
        """Fold an agent's team away, or bring it back; the agent's card stays where it is."""
        if not (node := self._team.agents.get(agent)) or not node.team:
            return
        before = self._map.box(agent).topLeft()
        self._map.folding.say(agent, folded)
        if self._chosen and self._map.outline.shown(self._chosen) != self._chosen:
            self._chosen = ""
        self._arrange()
        if not self._map.fits:
            self._map.move(before - self._map.box(agent).topLeft())

    def show_levels(self, levels: int | None) -> None:
        """Show so many levels below the heads of every team; None: as many as can be read."""
        if levels is None:
            self._map.folding.to_what_fits()
        else:
            self._map.folding.to_level(min(levels, depth_of(self._team)))
        self.fit()

    def change_levels(self, by: int) -> None:
        """Show one level more or less than now."""
        self.show_levels(max(0, min(self._map.folding.levels, depth_of(self._team)) + by))

    # --- zoom --------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole team."""
        self._map.fits = True
        self._arrange()

    def zoom(self, factor: float, around: QPointF | None = None) -> None:
        """Make the picture larger or smaller around a point, or around its middle."""
        self._map.zoom(factor, around if around is not None else QPointF(self.rect().center()))
        self.update()

    @property
    def scale(self) -> float:
        """The present scale; 1 is natural size."""
        return self._map.scale

    def box(self, agent: str) -> QRectF:
        """Where an agent's card is, in the widget's coordinates."""
        return self._map.box(agent)

    # --- motion ------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Send the messages that were completed since the last time on their way."""
        new = [one for one in self._team.deliveries if one.number > self._delivered]
        if self._team.deliveries:
            self._delivered = self._team.deliveries[-1].number
        if self._themes.reduce_motion or not self.isVisible():
            return
        now = time.monotonic()
        self._flights += [Flight(one.speaker, one.to, now) for one in new]
        self._flights = [one for one in self._flights if now - one.begun < FLIGHT_SECONDS][-MOST_FLIGHTS:]
        if self._flights and not self._frames.isActive():
            self._frames.start()

    def _fly(self) -> None:
        now = time.monotonic()
        self._flights = [flight for flight in self._flights if now - flight.begun < FLIGHT_SECONDS]
        if not self._flights:
            self._frames.stop()
        self.update()

    def _move_or_not(self) -> None:
        """Breathe only while somebody works, can be seen, and motion is wanted."""
        works = any(node.at_work for node in self._team.agents.values())
        if works and not self._themes.reduce_motion and self.isVisible():
            if not self._breaths.isActive():
                self._breaths.start()
        else:
            self._breaths.stop()
        if self._themes.reduce_motion:
            self._flights.clear()

    def _breathe(self) -> None:
        if not self.isVisible():
            self._breaths.stop()
            return
        for agent, node in self._team.agents.items():
            if node.at_work:
                self._repaint(agent)

    def _breath(self) -> float:
        if self._themes.reduce_motion:
            return 0.5
        return 0.5 - 0.5 * cos(time.monotonic() / BREATH_SECONDS * 2 * pi)

    # --- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines, lit lines, cards, and messages on their way."""
        painter = QPainter(self)
        theme = self._themes.theme
        painter.fillRect(event.rect(), self._cards.color(theme.surface))
        if not self._team.agents:
            draw_empty(painter, QRectF(self.rect()), tr(EMPTY[0]), tr(EMPTY[1]), theme, "team")
            return
        self._paint_lines(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ways = self._ways()
        for way in ways:
            self._paint_way(painter, way)
        breath, now, region = self._breath(), self._clock(), event.region()
        managers: list[tuple[str, QRectF]] = []
        for agent, box in self._map.boxes(QRectF(event.rect()).adjusted(-4, -4, 4, 4)):
            if region.rectCount() > 1 and not region.intersects(box.adjusted(-4, -4, 4, 4).toAlignedRect()):
                continue
            node = self._team.agents[agent]
            chosen = agent == self._chosen
            self._cards.paint(painter, node, box, node.rate(now), breath, chosen=chosen)
            if node.team:
                managers.append((agent, box))
        draw_folds(painter, self._team, self._map.outline, managers, theme)
        for way in ways:
            self._paint_head(painter, way)
        self._paint_flights(painter)

    def _paint_lines(self, painter: QPainter) -> None:
        theme = self._themes.theme
        pen = QPen(self._cards.color(theme.outline if self._map.scale > 0.3 else theme.border), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        view = QTransform().translate(round(self._map.origin.x()) + 0.5, round(self._map.origin.y()) + 0.5)
        painter.setTransform(view.scale(self._map.scale, self._map.scale))
        painter.drawPath(self._map.lines())
        painter.resetTransform()

    def _ways(self) -> list[QPainterPath]:
        """The ways between those who talk now."""
        pairs = dict.fromkeys(self._team.talks.values())
        ways = (self._map.way(self._team, *pair) for pair in pairs)
        return [way for way in ways if way is not None]

    def _paint_way(self, painter: QPainter, way: QPainterPath) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._cards.color(self._themes.theme.accent), 2 if self._map.scale > 0.3 else 1))
        painter.drawPath(way)

    def _paint_head(self, painter: QPainter, way: QPainterPath) -> None:
        """The arrow's head, where the way meets the card of who listens."""
        size = min(8.0, max(3.0, 9 * self._map.scale))
        turn = QTransform().translate(way.currentPosition().x(), way.currentPosition().y())
        turn.rotate(-way.angleAtPercent(1.0))
        head = QPolygonF([QPointF(0, 0), QPointF(-size, -size * 0.55), QPointF(-size, size * 0.55)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._cards.color(self._themes.theme.accent))
        painter.drawPolygon(turn.map(head))

    def _paint_flights(self, painter: QPainter) -> None:
        now = time.monotonic()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._cards.color(self._themes.theme.accent))
        for flight in self._flights:
            share = (now - flight.begun) / FLIGHT_SECONDS
            if share <= 1.0 and (way := self._map.way(self._team, flight.speaker, flight.to)):
                painter.drawEllipse(way.pointAtPercent(share), 4, 4)

    def _retheme(self) -> None:
        grown = self._cards.grown
        self._cards = CardPainter(self._themes.theme)
        if self._cards.grown != grown:
            self._arrange()
        self.update()

    # --- Qt's events -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room may want another drawing."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Move again."""
        super().showEvent(event)
        self._move_or_not()
