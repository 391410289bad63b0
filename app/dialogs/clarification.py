"""The dialog in which the team asks, and the one in which it wants a command approved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from agents.contracts import Answer, Question
from app.dialogs.frame import DialogFrame, label
from app.theme import L, S
from app.views.markdown import MarkdownText

WIDTH = 560


class ClarificationDialog(DialogFrame):
    """Shows a question with who asks it and in which phase.

    `answered` carries the `Answer`; closing the dialog in any other way leaves the question open.
    """

    answered = Signal(object)

    def __init__(self, question: Question, asker: str, phase: str, parent: QWidget | None = None) -> None:
        super().__init__("The team asks", parent)
        self.question = question
        self.setMinimumWidth(WIDTH)
        self.body.addWidget(label(f"{asker} asks" + (f" · {phase}" if phase else ""), kind="muted"))
        text = MarkdownText(question.text)
        text.setAccessibleName("Question")
        self.body.addWidget(text)
        if question.context:
            context = MarkdownText(question.context, highest=160)
            context.setAccessibleName("Why the team asks")
            context.setProperty("kind", "muted")
            self.body.addWidget(context)
        self._choices = QButtonGroup(self)
        self._add_choices(question)
        self._own = _OwnWords(bool(question.options))
        self._own.textChanged.connect(self._words_changed)
        self._own.submitted.connect(self._answer)
        self.body.addWidget(self._own)
        self._add_buttons()
        self._refresh()
        first = self._choices.buttons()[0] if question.options else self._own
        first.setFocus()

    def text(self) -> str:
        """What would be answered now: one's own words before a suggestion."""
        own = self._own.toPlainText().strip()
        if own:
            return own
        checked = self._choices.checkedButton()
        return checked.property("answer") if checked is not None else ""

    def _add_choices(self, question: Question) -> None:
        choices = QVBoxLayout()
        choices.setSpacing(S)
        choices.setContentsMargins(0, S, 0, S)
        for option in question.options:
            button = QRadioButton(option.replace("&", "&&"))
            button.setProperty("answer", option)
            button.toggled.connect(self._refresh)
            self._choices.addButton(button)
            choices.addWidget(button)
        self.body.addLayout(choices)

    def _add_buttons(self) -> None:
        later = self.add_button("Answer &later", left=True)
        later.setToolTip("The question stays in the window; the team waits.")
        later.clicked.connect(self.reject)
        if self.question.purpose == "review":
            content = self.add_button("I am &content")
            content.setToolTip("Nothing has to be changed.")
            content.clicked.connect(lambda: self._give(Answer("")))
        else:
            team = self.add_button("Let the &team decide")
            team.clicked.connect(lambda: self._give(Answer("", by="team")))
        self._send = self.add_button("&Answer", kind="primary")
        self._send.clicked.connect(self._answer)

    def _words_changed(self) -> None:
        """One's own words take the place of a suggestion."""
        if self._own.toPlainText().strip() and (checked := self._choices.checkedButton()) is not None:
            self._choices.setExclusive(False)
            checked.setChecked(False)
            self._choices.setExclusive(True)
        self._refresh()

    def _refresh(self) -> None:
        self._send.setEnabled(bool(self.text()))

    def _answer(self) -> None:
        if text := self.text():
            self._give(Answer(text))

    def _give(self, answer: Answer) -> None:
        self.answered.emit(answer)
        self.accept()


class _OwnWords(QPlainTextEdit):
    """A small field for an answer in one's own words; Ctrl+Return sends it."""

    submitted = Signal()

    def __init__(self, beside_options: bool) -> None:
        super().__init__()
        self.setPlaceholderText("Or in your own words …" if beside_options else "Your answer …")
        self.setAccessibleName("Answer in your own words")
        self.setTabChangesFocus(True)
        self.setFixedHeight(3 * self.fontMetrics().lineSpacing() + L)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Ctrl+Return before the text does."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            wanted = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if wanted and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.submitted.emit()
                return True
        return super().eventFilter(watched, event)
