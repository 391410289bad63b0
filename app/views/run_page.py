"""A run on the screen: chain above, hierarchy beside transcript, composer below, artifacts at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.background import Background
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.artifacts import Artifacts
from app.views.chain import ChainView
from app.views.code import ReadBlob
from app.views.composer import Composer
from app.views.figures import FiguresView
from app.views.hierarchy import HierarchyView
from app.views.notice import Notice
from app.views.transcript import TranscriptView


class RunPage(QWidget):
    """`show_state` binds every view to a run's state, `refresh` lets them take in what is new.

    `resized` says that the user moved a splitter.
    """

    resized = Signal()

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chain = ChainView(source)
        self.hierarchy = HierarchyView(source)
        self.transcript = TranscriptView(source)
        self.notice = Notice(source)
        self.composer = Composer(source)
        self.artifacts = Artifacts(source, background)
        self.figures = FiguresView(source)
        self.talk = QSplitter(Qt.Orientation.Horizontal)
        self.talk.setChildrenCollapsible(False)
        self.talk.addWidget(self.hierarchy)
        self.talk.addWidget(self.transcript)
        self.talk.setStretchFactor(0, 2)
        self.talk.setStretchFactor(1, 5)
        self.talk.setSizes([220, 440])
        self.middle = QTabWidget()
        self.middle.setDocumentMode(True)
        self.middle.addTab(self.talk, "Conversation")
        self.middle.addTab(self.figures, "Figures")
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chain)
        column.addWidget(self.middle, 1)
        column.addWidget(self.notice)
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
        self.chain.phase_clicked.connect(self._show_phase)
        self.hierarchy.agent_clicked.connect(lambda agent: self.transcript.set_filter(agent or None))
        self.transcript.version_clicked.connect(self.artifacts.show_version)
        self.transcript.command_clicked.connect(self.artifacts.show_command)
        for split in self.splitters().values():
            split.splitterMoved.connect(self.resized)

    def splitters(self) -> dict[str, QSplitter]:
        """The splitters whose places are remembered, by name."""
        return {"page": self.split, "talk": self.talk, "artifacts": self.artifacts.split}

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show another run; `read` gives the content of a file's digest."""
        self.chain.show_state(state)
        self.hierarchy.show_state(state)
        self.transcript.show_state(state)
        self.figures.show_state(state)
        self.composer.show_state(state)
        self.artifacts.show_state(state, read)

    def refresh(self) -> None:
        """Take in what is new."""
        self.chain.refresh()
        self.hierarchy.refresh()
        self.transcript.refresh()
        self.figures.refresh()
        self.composer.refresh()
        self.artifacts.refresh()

    def _show_phase(self, phase: str) -> None:
        self.middle.setCurrentWidget(self.talk)
        self.transcript.scroll_to_phase(phase)
