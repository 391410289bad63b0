"""The team's side of a run: the picture of the hierarchy, and below it the agent that was chosen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.state.all import RunState
from app.state.folding import depth_of
from app.theme import ThemeSource
from app.views.agent_panel import AgentPanel
from app.views.hierarchy import HierarchyView
from app.views.hierarchy_tools import HierarchyTools

SHARES = (5, 6)
"""How the height is shared between the picture and the panel when the panel is opened first."""


class TeamPane(QSplitter):
    """A click on a card opens the panel, one beside the cards closes it, and so does Esc."""

    def __init__(
        self,
        source: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setChildrenCollapsible(False)
        self.hierarchy = HierarchyView(source, clock=clock)
        self.tools = HierarchyTools(self.hierarchy, source)
        self.panel = AgentPanel(source)
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.hierarchy, 1)
        column.addWidget(self.tools)
        self.addWidget(picture)
        self.addWidget(self.panel)
        for at, share in enumerate(SHARES):
            self.setStretchFactor(at, share)
        self._state = RunState()
        self._shape = -1
        self.hierarchy.agent_clicked.connect(self.show_agent)
        self.panel.closed.connect(self._leave)

    def show_state(self, state: RunState | None) -> None:
        """Show another run, or none."""
        self._state = state or RunState()
        self.hierarchy.show_state(state)
        self.panel.show_state(state)
        self._shape = -1
        self._offer()

    def refresh(self) -> None:
        """Take in what is new."""
        self.hierarchy.refresh()
        self.panel.refresh()
        self._offer()

    def show_agent(self, agent: str) -> None:
        """Open the panel for an agent and mark its card; nobody closes it."""
        if not agent:
            self.panel.close_panel()
            return
        first = self.panel.isHidden()
        self.hierarchy.keep_room(self._whole_room())
        self.panel.show_agent(agent)
        if first and not all(self.sizes()):
            height = self.height()
            self.setSizes([height * share // sum(SHARES) for share in SHARES])
        self.hierarchy.select(agent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps the room that it has without the panel."""
        super().resizeEvent(event)
        if not self.panel.isHidden():
            self.hierarchy.keep_room(self._whole_room())

    def _whole_room(self) -> QSize:
        """What the picture has of the pane while the panel is closed."""
        tools = 0 if self.tools.isHidden() else self.tools.sizeHint().height()
        return QSize(self.width(), self.height() - tools)

    def _offer(self) -> None:
        team = self._state.hierarchy
        if team.shape != self._shape:
            self._shape = team.shape
            self.tools.show_levels(depth_of(team) if team.agents else -1)

    def _leave(self) -> None:
        self.hierarchy.keep_room(None)
        if self.hierarchy.selected:
            self.hierarchy.select("")
        self.hierarchy.setFocus()
