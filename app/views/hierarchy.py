"""The team on the screen: who works for whom, what each does, and the messages that go between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.state.all import RunState
from app.state.hierarchy import STATE_WORDS, AgentNode, HierarchyState
from app.theme import ThemeSource, ui_font
from app.views.hierarchy_cards import CardPainter
from app.views.hierarchy_map import Map
from app.views.transcript_content import tokens

FLIGHT_SECONDS = 0.15
BREATH_SECONDS = 2.4
FRAME_MILLISECONDS, BREATH_MILLISECONDS = 16, 80
MOST_FLIGHTS = 8
EMPTY = "The team appears here when a run starts:\nwho works for whom, and what each one is doing."


@dataclass(frozen=True, slots=True)
class Flight:
    """A message on its way."""

    speaker: str
    to: str
    begun: float


class HierarchyView(QWidget):
    """Shows a `RunState`'s team; call `refresh` about thirty times a second while a run goes on.

    `agent_clicked` carries an agent's path, or nothing when the click went beside all cards.
    """

    agent_clicked = Signal(str)

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
        self._seen = (0, 0)  # the team's shape and revision as they were taken in
        self._map = Map()
        self._cards = CardPainter(themes.theme)
        self._chosen = ""
        self._flights: list[Flight] = []
        self._delivered = 0
        self._dragged: QPointF | None = None
        self._pressed: QPointF | None = None
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MILLISECONDS)
        self._frames.timeout.connect(self._fly)
        self._breaths = QTimer(self)
        self._breaths.setInterval(BREATH_MILLISECONDS)
        self._breaths.timeout.connect(self._breathe)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self.setAccessibleName("Team")
        self.setAccessibleDescription("No team yet")
        themes.changed.connect(self._retheme)
        themes.motion_changed.connect(self._move_or_not)

    def sizeHint(self) -> QSize:
        """Room for a small team."""
        return QSize(360, 420)

    # --- what is shown -----------------------------------------------------------------------------

    def show_state(self, state: RunState | None) -> None:
        """Show another run's team, or none."""
        self._team = state.hierarchy if state else HierarchyState()
        self._chosen = ""
        self._flights.clear()
        self._delivered = self._team.deliveries[-1].number if self._team.deliveries else 0
        self._map = Map()
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
        talking = any(pair for pair in self._team.talks.values())
        if changed is None or len(changed) > 64 or talking:
            self.update()
            return
        for agent in changed:
            self.update(self._map.box(agent).adjusted(-6, -6, 6, 6).toAlignedRect())

    def _arrange(self) -> None:
        self._map.arrange(self._team, self.width(), self.height())
        self._seen = (self._team.shape, self._team.revision)
        self._move_or_not()
        self._describe()
        self.update()

    def select(self, agent: str) -> None:
        """Mark an agent as the chosen one; an empty path marks none."""
        self._chosen = agent
        self.update()

    @property
    def selected(self) -> str:
        """The chosen agent's path, or nothing."""
        return self._chosen

    def _describe(self) -> None:
        """The same in words, for screen readers."""
        count = len(self._team.agents)
        words = [f"{count} agent{'' if count == 1 else 's'}" if count else "No team yet"]
        if (talk := self._team.talk) and (node := self._team.agents.get(talk[0])):
            words.append(f"{node.role} is {STATE_WORDS[node.state]}, to {self._team.role(talk[1])}")
        if chosen := self._team.agents.get(self._chosen):
            words.append(f"selected: {chosen.role}, {STATE_WORDS[chosen.state]}")
        described = "; ".join(words)
        if described != self.accessibleDescription():
            self.setAccessibleDescription(described)

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
        self._flights += [Flight(one.speaker, one.to, now) for one in new[-MOST_FLIGHTS:]]
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
                self.update(self._map.box(agent).adjusted(-4, -4, 4, 4).toAlignedRect())

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
            painter.setFont(ui_font())
            painter.setPen(self._cards.color(theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), int(flags), EMPTY)
            return
        self._paint_lines(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ways = self._ways()
        for way in ways:
            self._paint_way(painter, way)
        breath, now = self._breath(), self._clock()
        for agent, box in self._map.boxes(QRectF(event.rect()).adjusted(-4, -4, 4, 4)):
            node = self._team.agents[agent]
            chosen = agent == self._chosen
            self._cards.paint(painter, node, box, node.rate(now), breath, chosen=chosen)
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
            way = self._map.way(self._team, flight.speaker, flight.to)
            share = (now - flight.begun) / FLIGHT_SECONDS
            if way is not None and share <= 1.0:
                painter.drawEllipse(way.pointAtPercent(share), 4, 4)

    def _retheme(self) -> None:
        self._cards = CardPainter(self._themes.theme)
        self.update()

    # --- Qt's events -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room may want another drawing."""
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse."""
        self.zoom(1.0015 ** event.angleDelta().y(), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press begins a click or a move of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture, or show that a card can be clicked."""
        if self._dragged is None or self._pressed is None:
            over = self._map.agent_at(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        if (event.position() - self._pressed).manhattanLength() < 6 and self._pressed == self._dragged:
            return
        self._map.move(event.position() - self._dragged)
        self._dragged = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that did not move was a click."""
        clicked = self._pressed is not None and self._pressed == self._dragged
        self._pressed = self._dragged = None
        if clicked:
            self._choose(self._map.agent_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Beside the cards: show everything again."""
        if not self._map.agent_at(event.position()):
            self.fit()

    def _choose(self, agent: str) -> None:
        self._chosen = agent
        self._describe()
        self.update()
        self.agent_clicked.emit(agent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from card to card, Enter chooses, plus and minus zoom, 0 fits."""
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1.25)
            case Qt.Key.Key_Minus:
                self.zoom(0.8)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._chosen:
                self._choose(self._chosen)
            case Qt.Key.Key_Escape if self._chosen:
                self._choose("")
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down | Qt.Key.Key_Home:
                self._go(Qt.Key(event.key()))
            case _:
                super().keyPressEvent(event)

    def _go(self, key: Qt.Key) -> None:
        """Up to the manager, down into the team, left and right among equals."""
        node = self._team.agents.get(self._chosen)
        if node is None or key == Qt.Key.Key_Home:
            target = self._team.heads[0] if self._team.heads else ""
        elif key == Qt.Key.Key_Up:
            target = node.manager or node.path
        elif key == Qt.Key.Key_Down:
            target = node.team[0] if node.team else node.path
        else:
            target = self._beside(node, 1 if key == Qt.Key.Key_Right else -1)
        self.select(target)
        self._describe()

    def _beside(self, node: AgentNode, by: int) -> str:
        manager = self._team.agents.get(node.manager)
        equals = manager.team if manager else self._team.heads
        at = equals.index(node.path) + by
        return equals[at] if 0 <= at < len(equals) else node.path

    def focusInEvent(self, event: QFocusEvent) -> None:
        """With the keyboard comes a place to start from."""
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tooltips and the pinch of a touchpad."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            node = self._team.agents.get(self._map.agent_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), self._told(node) if node else "", self)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1.0 + event.value(), event.position())
                return True
        return super().event(event)

    def _told(self, node: AgentNode) -> str:
        """An agent in a few lines."""
        lines = [f"{node.role} ({node.path})", f"{STATE_WORDS[node.state]}, model {node.model}"]
        if node.messages:
            lines.append(f"{node.messages} messages, {tokens(node.output_tokens)} tokens written")
        if node.context_size:
            lines.append(f"context {tokens(node.context_tokens)} of {tokens(node.context_size)} tokens")
        rate = node.rate(self._clock())
        if rate >= 0.5:
            lines.append(f"{rate:.0f} tokens a second")
        return "\n".join(lines)

    def showEvent(self, event: QEvent) -> None:  # type: ignore[override]  # QShowEvent is a QEvent
        """Move again."""
        self._move_or_not()
