"""One question of the team: what is asked, why, the suggestions side by side, and one's own words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from agents.contracts import Question
from app.dialogs.behaviour_table import BehaviourTable
from app.dialogs.frame import label
from app.dialogs.option_cards import OptionCards
from app.i18n import tr
from app.theme import L, S
from app.views.markdown import MarkdownText

CONTEXT_HEIGHT = 160
LINES = 3
"""So high is the field for one's own words; without suggestions it takes all the room there is."""


class QuestionPage(QWidget):
    """`changed` says that the answer is another one, `submitted` that it shall be given now."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, question: Question, asker: str, phase: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        who = tr("{role} asks · {phase}", role=asker, phase=phase) if phase else tr("{role} asks", role=asker)
        column.addWidget(label(who, kind="muted"))
        text = MarkdownText(question.text)
        text.setAccessibleName(tr("Question"))
        text.setProperty("kind", "question")
        column.addWidget(text)
        if question.inputs:
            column.addWidget(BehaviourTable(question.inputs, question.readings))
        elif question.context:
            context = MarkdownText(question.context, highest=CONTEXT_HEIGHT)
            context.setAccessibleName(tr("Why the team asks"))
            context.setProperty("kind", "aside")
            column.addWidget(context)
        self.cards = OptionCards(question.options, _shares(question))
        self.cards.changed.connect(self._option_changed)
        column.addWidget(self.cards)
        self.own = OwnWords(bool(question.options))
        self.own.textChanged.connect(self._words_changed)
        self.own.submitted.connect(self.submitted)
        column.addWidget(self.own, 0 if question.options else 1)
        if question.options:
            column.addStretch(1)

    def text(self) -> str:
        """What would be answered now: one's own words before a suggestion; empty for nothing yet."""
        return self.own.toPlainText().strip() or self.cards.chosen()

    def take_focus(self) -> None:
        """Put the keyboard where the answer begins."""
        first: QWidget = self.cards.buttons()[0] if self.question.options else self.own
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _words_changed(self) -> None:
        """One's own words take the place of a suggestion."""
        if self.own.toPlainText().strip():
            self.cards.clear()
        self.changed.emit()

    def _option_changed(self) -> None:
        self.changed.emit()


def _shares(question: Question) -> tuple[str, ...]:
    """For each option how many attempts stand for it; nothing where that is not known."""
    held = [reading.held_by for reading in question.readings]
    return tuple(tr("{count} of {all} read it so", count=count, all=sum(held)) for count in held)


class OwnWords(QPlainTextEdit):
    """A small field for an answer in one's own words; Ctrl+Return sends it."""

    submitted = Signal()

    def __init__(self, beside_options: bool) -> None:
        super().__init__()
        self.setPlaceholderText(tr("Or in your own words …") if beside_options else tr("Your answer …"))
        self.setAccessibleName(tr("Answer in your own words"))
        self.setTabChangesFocus(True)
        self.setMinimumHeight(LINES * self.fontMetrics().lineSpacing() + L)
        if beside_options:
            self.setMaximumHeight(self.minimumHeight())
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Ctrl+Return before the text does."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            wanted = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if wanted and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.submitted.emit()
                return True
        return super().eventFilter(watched, event)
