"""The dialog in which the user speaks for an agent."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget

from agents.contracts import Answer, Question
from app.dialogs.frame import DialogFrame, label
from app.dialogs.schema_form import SchemaForm
from app.i18n import tr
from app.theme import S, mono_font
from app.views.markdown import MarkdownText

SIZE = (860, 620)
HIGHEST = 1_000_000


class PlayDialog(DialogFrame):
    """Shows what the agent was told, and takes its reply: a form where one is asked for, else text and files.

    `answered` carries the `Answer`; closing the dialog in any other way leaves the turn open.
    """

    answered = Signal(object)

    def __init__(self, question: Question, role: str, phase: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("You are the {role}", role=role), parent)
        self.question = question
        self.resize(*SIZE)
        heading = tr("You speak for the {role}", role=role)
        self.body.addWidget(label(heading, kind="heading"))
        if phase:
            self.body.addWidget(label(phase, kind="muted"))
        self.form: SchemaForm | None = None
        self.text = QPlainTextEdit()
        self.problem = label("", kind="bad")
        self.problem.hide()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._prompt(question.text))
        split.addWidget(self._reply(question.form))
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([SIZE[0] // 2, SIZE[0] // 2])
        self.body.addWidget(split, 1)
        self.body.addWidget(self.problem)
        self._add_buttons()
        self._refresh()
        first = next(iter(self.form.fields.values())).widget if self.form and self.form.fields else self.text
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def reply(self) -> str:
        """What would be said now. Raises `ValueError` with a sentence when a field of the form is not valid."""
        return self.form.text() if self.form is not None else self.text.toPlainText().strip()

    def _prompt(self, prompt: str) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, S, 0)
        column.setSpacing(S)
        column.addWidget(label(tr("What the agent is told"), kind="muted"))
        text = MarkdownText(prompt, highest=HIGHEST)
        text.setAccessibleName(tr("What the agent is told"))
        column.addWidget(_scrolling(text), 1)
        return side

    def _reply(self, form: str) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(S, 0, 0, 0)
        column.setSpacing(S)
        if form:
            self.form = SchemaForm(json.loads(form))
            self.form.changed.connect(self._refresh)
            column.addWidget(label(tr("Your reply, which the team reads as a form"), kind="muted"))
            column.addWidget(_scrolling(self.form), 1)
            self.text.hide()
            return side
        column.addWidget(label(tr("Your reply in Markdown"), kind="muted"))
        self.text.setFont(mono_font())
        self.text.setAccessibleName(tr("Your reply in Markdown"))
        self.text.setPlaceholderText(
            tr("Words, or files: each whole, in a fenced block with its path, such as ```python main.py")
        )
        self.text.textChanged.connect(self._refresh)
        column.addWidget(self.text, 1)
        return side

    def _add_buttons(self) -> None:
        later = self.add_button(tr("Answer &later"), left=True)
        later.setToolTip(tr("The question stays in the window; the team waits."))
        later.clicked.connect(self.reject)
        model = self.add_button(tr("Let the &model speak this time"))
        model.setToolTip(tr("You still speak for this agent at its next turn."))
        model.clicked.connect(lambda: self._give(Answer("", by="team")))
        self._send = self.add_button(tr("&Send"), kind="primary")
        self._send.setDefault(False)  # Return belongs to the fields here
        self._send.setToolTip(QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText))
        self._send.clicked.connect(self._answer)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._answer)

    def _refresh(self) -> None:
        problem = ""
        try:
            text = self.reply()
        except ValueError as error:
            text, problem = "", str(error)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._send.setEnabled(bool(text))

    def _answer(self) -> None:
        if self._send.isEnabled():
            self._give(Answer(self.reply()))

    def _give(self, answer: Answer) -> None:
        self.answered.emit(answer)
        self.accept()


def _scrolling(content: QWidget) -> QScrollArea:
    """A frameless area in which a long content scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, S, 0)
    column.addWidget(content)
    column.addStretch(1)
    area.setWidget(holder)
    return area
