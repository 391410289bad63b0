"""Where the user says something to the team."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QToolButton, QWidget

from agents.events import EVERYONE
from app.i18n import tr
from app.icons import icon
from app.plain import plain_tip
from app.recall import Recall
from app.state.all import RunState
from app.theme import L, S, ThemeSource
from app.views.controls import Choice

MOST_LINES = 6


class Composer(QFrame):
    """A text that grows with what is written, and whom it is for. `said` carries the text and the agent.

    `writing` carries the agent while the text is written.
    """

    said = Signal(str, str)
    writing = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._team: tuple[str, ...] = ()
        self._earlier = Recall()
        self._told = ""
        self.setProperty("kind", "composer")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Message to the team"))
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(3)
        self.text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.text.textChanged.connect(self._fit)
        self.text.textChanged.connect(self._written)
        self.text.installEventFilter(self)
        self.text.viewport().installEventFilter(self)
        self.to = Choice()
        self.to.setAccessibleName(tr("To"))
        self.to.setToolTip(tr("Who hears it: everyone, or one agent at its next turn"))
        self.to.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.to.setMinimumContentsLength(13)
        self.send = QToolButton()
        self.send.setAccessibleName(tr("Send"))
        self.send.setToolTip(tr("Send (Return; Shift+Return for a new line)"))
        self.send.clicked.connect(self._say)
        row = QHBoxLayout(self)
        row.setContentsMargins(S, S, S, S)
        row.setSpacing(S)
        row.addWidget(self.text, 1)
        row.addWidget(self.to, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        source.changed.connect(self._rethemed)
        self._rethemed()
        self.set_going(False)
        self._list_team()
        self._fit()

    def show_state(self, state: RunState) -> None:
        """Offer the team of another run; what was being written stays."""
        self._state = state
        self.refresh()

    def refresh(self) -> None:
        """Take in newly hired agents."""
        if tuple(self._state.hierarchy.agents) != self._team:
            self._list_team()

    def set_going(self, going: bool, *, follow: bool = False) -> None:
        """Whether there is a team that listens, or a finished program with which a new run may go on."""
        self.text.setEnabled(going or follow)
        self.to.setEnabled(going)
        self.to.setVisible(going or not follow)
        self._fit()
        if going:
            told = tr("Say something to the team …")
        elif follow:
            told = tr("What should be changed next? A new run goes on with this program …")
        else:
            told = tr("The team listens while a run is going on.")
        self._told = told
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return sends; with Shift it begins a new line. In another width the hint is cut elsewhere."""
        if event.type() == QEvent.Type.Resize:
            self._tell()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_return and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._say()
                return True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
                return self._recall(up=event.key() == Qt.Key.Key_Up)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        """Say in one line what may be written: Qt would wrap it and cut the second line."""
        room = self.text.viewport().width() - 2 * int(self.text.document().documentMargin())
        shown = self.text.fontMetrics().elidedText(self._told, Qt.TextElideMode.ElideRight, room)
        self.text.setPlaceholderText(shown)
        self.text.setToolTip(plain_tip(self._told if shown != self._told else ""))

    def _written(self) -> None:
        if self.text.toPlainText().strip():
            self.writing.emit(self.to.currentData() or EVERYONE)

    def _say(self) -> None:
        if text := self.text.toPlainText().strip():
            self.said.emit(text, self.to.currentData() or EVERYONE)
            self._earlier.add(text)
            self.text.clear()

    def _recall(self, *, up: bool) -> bool:
        """In the first line Up calls an earlier message back, in the last one Down a later one."""
        cursor, document = self.text.textCursor(), self.text.document()
        if cursor.blockNumber() != (0 if up else document.blockCount() - 1):
            return False
        found = self._earlier.earlier(self.text.toPlainText()) if up else self._earlier.later()
        if found is None:
            return False
        self.text.setPlainText(found)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        return True

    def _list_team(self) -> None:
        chosen = self.to.currentData()
        self._team = tuple(self._state.hierarchy.agents)
        self.to.clear()
        self.to.addItem(tr("to everyone"), EVERYONE)
        for agent in self._team:
            self.to.addItem(tr("to {role}", role=self._state.hierarchy.role(agent)), agent)
        self.to.setCurrentIndex(max(0, self.to.findData(chosen)))

    def _fit(self) -> None:
        lines = min(max(self.text.document().blockCount(), 1), MOST_LINES)
        line = self.to.sizeHint().height()
        self.text.setFixedHeight(max(line, lines * self.text.fontMetrics().lineSpacing() + L + 2))
        self.to.setFixedHeight(max(line, self.text.fontMetrics().lineSpacing() + L + 2))
        self.send.setFixedHeight(self.to.minimumHeight())
        self.send.setEnabled(self.text.isEnabled() and bool(self.text.toPlainText().strip()))

    def _rethemed(self) -> None:
        theme = self._source.theme
        self._tell()
        self.send.setIcon(icon("send", theme, theme.accent))
        self._fit()
