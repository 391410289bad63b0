"""A run on the screen: chain above, hierarchy beside transcript, composer below, artifacts at the right."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.background import Background
from app.i18n import tr
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.artifacts import Artifacts
from app.views.board import BoardView
from app.views.candidates import CandidatesView
from app.views.chain import ChainView
from app.views.code import ReadBlob
from app.views.composer import Composer
from app.views.controls import Tabs
from app.views.conversation import Conversation
from app.views.figures import FiguresView
from app.views.notice import Notice
from app.views.replay_bar import ReplayBar
from app.views.team import TeamPane


class RunPage(QWidget):
    """`show_state` binds every view to a run's state, `refresh` lets them take in what is new.

    `resized` says that the user moved a splitter, `replay_left` that the replay is to end.
    """

    resized = Signal()
    replay_left = Signal()

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock: Callable[[], float] = time.time
        self.chain = ChainView(source, clock=self.now)
        self.team = TeamPane(source, clock=self.now)
        self.hierarchy, self.agent_panel = self.team.hierarchy, self.team.panel
        self.conversation = Conversation(source, clock=self.now)
        self.transcript = self.conversation.transcript
        self.board = BoardView(source)
        self.candidates = CandidatesView(source)
        self.notice = Notice(source)
        self.replay_bar = ReplayBar(source)
        self.composer = Composer(source)
        self.artifacts = Artifacts(source, background)
        self.figures = FiguresView(source)
        self.talk = QSplitter(Qt.Orientation.Horizontal)
        self.talk.setChildrenCollapsible(False)
        self.talk.addWidget(self.team)
        self.talk.addWidget(self.conversation)
        self.talk.setStretchFactor(0, 2)
        self.talk.setStretchFactor(1, 5)
        self.talk.setSizes([256, 424])
        self.middle = self._pages()
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chain)
        column.addWidget(self.middle, 1)
        column.addWidget(self.notice)
        column.addWidget(self.replay_bar)
        column.addWidget(self.composer)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(centre)
        self.split.addWidget(self.artifacts)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 3)
        self.split.setSizes([680, 380])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.split)
        self._leave_replay = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.replay_left.emit)
        self._leave_replay.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._leave_replay.setEnabled(False)
        self.artifacts.widened.connect(lambda wide: centre.setVisible(not wide))
        self._connect()

    def _pages(self) -> Tabs:
        """What the middle of the page shows, one at a time."""
        self.middle = Tabs(tr("Views of the run"))
        self.middle.addTab(self.talk, tr("Conversation"))
        self.middle.addTab(self.figures, tr("Figures"))
        self.middle.addTab(self.board, tr("Board"))
        self.middle.addTab(self.candidates, tr("Candidates"))
        self._offer_pages()
        return self.middle

    def _connect(self) -> None:
        """Let what is clicked in one view be shown in the others."""
        self.chain.phase_clicked.connect(self._show_phase)
        self.transcript.agent_clicked.connect(self.team.show_agent)
        self.agent_panel.entry_clicked.connect(self._show_entry)
        self.candidates.message_clicked.connect(self._show_message)
        self.agent_panel.only_wanted.connect(self.transcript.set_filter)
        self.transcript.version_clicked.connect(self.artifacts.show_version)
        self.transcript.command_clicked.connect(self.artifacts.show_command)
        for split in self.splitters().values():
            split.splitterMoved.connect(self.resized)

    def splitters(self) -> dict[str, QSplitter]:
        """The splitters whose places are remembered, by name."""
        return {
            "page": self.split,
            "talk": self.talk,
            "team": self.team,
            "artifacts": self.artifacts.split,
        }

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show another run; `read` gives the content of a file's digest."""
        self.chain.show_state(state)
        self.team.show_state(state)
        self.conversation.show_state(state)
        self.board.show_state(state)
        self.candidates.show_state(state, read)
        self._offer_pages()
        self.figures.show_state(state)
        self.composer.show_state(state)
        self.artifacts.show_state(state, read)

    def refresh(self) -> None:
        """Take in what is new."""
        self.chain.refresh()
        self.team.refresh()
        self.conversation.refresh()
        self.board.refresh()
        self.candidates.refresh()
        self._offer_pages()
        self.figures.refresh()
        self.composer.refresh()
        self.artifacts.refresh()

    def now(self) -> float:
        """The time to count durations and speeds to, in seconds since the epoch: a replay has its own."""
        return self._clock()

    def show_replay(self, clock: Callable[[], float] | None) -> None:
        """Put the replay's strip in the composer's place and take its time; None puts all back."""
        self._clock = clock or time.time
        self.replay_bar.setVisible(clock is not None)
        self.composer.setVisible(clock is None)
        self._leave_replay.setEnabled(clock is not None)
        self.artifacts.code.set_editable(clock is None)

    def show_figures(self) -> None:
        """Change between the conversation and the figures."""
        shown = self.middle.currentWidget() is self.figures
        self.middle.setCurrentWidget(self.talk if shown else self.figures)

    def find_words(self) -> None:
        """Look for words in the conversation."""
        self.middle.setCurrentWidget(self.talk)
        self.conversation.open_find()

    def _offer_pages(self) -> None:
        """The board is there once the run has a backlog, the candidates once one was tried."""
        for page in (self.board, self.candidates):
            self.middle.setTabVisible(self.middle.indexOf(page), page.wanted)

    def _show_message(self, seq: int) -> None:
        """Show where something was said."""
        self.middle.setCurrentWidget(self.talk)
        self.transcript.scroll_to_seq(seq)

    def _show_entry(self, index: int) -> None:
        self.middle.setCurrentWidget(self.talk)
        self.transcript.scroll_to_entry(index)

    def _show_phase(self, phase: str) -> None:
        self.middle.setCurrentWidget(self.talk)
        self.transcript.scroll_to_phase(phase)
