"""The team on the screen: who works for whom, what each does, and the messages that go between them."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.i18n import tr, trn
from app.plain import plain_tip
from app.state.hierarchy import STATE_WORDS, AgentNode
from app.theme import ThemeSource
from app.views.focus_frame import QUIET
from app.views.hierarchy_folds import fold_at
from app.views.hierarchy_picture import HierarchyPicture
from app.views.transcript_content import tokens


class HierarchyView(HierarchyPicture):
    """The picture with mouse and keyboard.

    `agent_clicked` carries an agent's path, or nothing when the click went beside all cards. `menu_wanted`
    carries the agent whose menu is asked for and the place on the screen.
    """

    agent_clicked = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(themes, parent, clock)
        self._dragged: QPointF | None = None
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(QUIET, True)
        self.setMouseTracking(True)

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
            over = self._manager_at(event.position()) or self._map.agent_at(event.position())
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
        if not clicked:
            return
        if manager := self._manager_at(event.position()):
            self.fold(manager, not self.folded(manager))
        else:
            self._choose(self._map.agent_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Beside the cards: show everything again."""
        if not self._map.agent_at(event.position()) and not self._manager_at(event.position()):
            self.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the agent under the mouse, or of the chosen one."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        agent = self._map.agent_at(QPointF(event.pos())) if by_mouse else self._chosen
        if agent:
            self.menu_wanted.emit(agent, event.globalPos())

    def _manager_at(self, point: QPointF) -> str:
        """The agent whose fold mark lies under a point; empty where there is none."""
        return fold_at(self._map, self._team, point)

    def _choose(self, agent: str) -> None:
        self._chosen = agent
        self._describe()
        self.update()
        self.agent_clicked.emit(agent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from card to card, Enter chooses, Space folds a team, [ and ] fold and unfold a level.

        Plus and minus zoom, 0 fits.
        """
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1.25)
            case Qt.Key.Key_Minus:
                self.zoom(0.8)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_BracketLeft | Qt.Key.Key_BracketRight:
                self.change_levels(1 if event.key() == Qt.Key.Key_BracketRight else -1)
            case Qt.Key.Key_Space if self._chosen:
                self.fold(self._chosen, not self.folded(self._chosen))
                self._describe()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._chosen:
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
            manager = self._manager_at(QPointF(event.pos()))
            node = self._team.agents.get(self._map.agent_at(QPointF(event.pos())))
            told = self._told(node) if node else ""
            QToolTip.showText(
                event.globalPos(), plain_tip(self._told_fold(manager) if manager else told), self
            )
            return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1.0 + event.value(), event.position())
            return True
        return super().event(event)

    def _told_fold(self, manager: str) -> str:
        """What a click on a fold mark would do."""
        hidden = self._map.outline.hidden.get(manager, 0)
        if hidden:
            return trn("Show the agent below (Space)", "Show the {count} agents below (Space)", hidden)
        return tr("Fold the team away (Space)")

    def _told(self, node: AgentNode) -> str:
        """An agent in a few lines."""
        state = tr("{state}, model {model}", state=tr(STATE_WORDS[node.state]), model=node.model)
        lines = [f"{node.name} ({node.path})", state]
        if node.messages:
            lines.append(
                trn(
                    "{count} message, {written} tokens written",
                    "{count} messages, {written} tokens written",
                    node.messages,
                    written=tokens(node.output_tokens),
                )
            )
        if node.context_size:
            used, size = tokens(node.context_tokens), tokens(node.context_size)
            lines.append(tr("context {used} of {size} tokens", used=used, size=size))
        rate = node.rate(self._clock())
        if rate >= 0.5:
            lines.append(tr("{rate} tokens a second", rate=f"{rate:.0f}"))
        return "\n".join(lines)
