"""The dialog in which the user speaks for an agent."""

from __future__ import annotations

import json

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget

from agents.contracts import Answer, Question
from app.dialogs.frame import DialogFrame, label
from app.dialogs.schema_form import SchemaForm
from app.i18n import tr
from app.plain import plain_tip
from app.theme import S, mono_font

SIZE = (860, 620)


class PlayDialog(DialogFrame):
    """Shows what the agent was told, and takes its reply: a form where one is asked for, else text and files.

    `answered` carries the `Answer`; closing the dialog in any other way leaves the turn open.
    """

    answered = Signal(object)

    def __init__(self, question: Question, role: str, phase: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("You are the {role}", role=role), parent)
        self.question = question
        self.begin_with(*SIZE)
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
        self._first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def reply(self) -> str:
        """What would be said now. Raises `ValueError` with a sentence when a field is not valid."""
        return self.form.text() if self.form is not None else self.text.toPlainText().strip()

    def _first_field(self) -> QWidget:
        fields = list(self.form.fields.values()) if self.form is not None else []
        return fields[0].widget if fields else self.text

    def _prompt(self, prompt: str) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, S, 0)
        column.setSpacing(S)
        column.addWidget(_title(tr("What the agent is told")))
        self.prompt = QPlainTextEdit(prompt)  # as it is: Markdown would hide the paths of the files in it
        self.prompt.setReadOnly(True)
        self.prompt.setFont(mono_font(small=True))
        self.prompt.setAccessibleName(tr("What the agent is told"))
        column.addWidget(self.prompt, 1)
        return side

    def _reply(self, form: str) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(S, 0, 0, 0)
        column.setSpacing(S)
        if form:
            self.form = SchemaForm(json.loads(form))
            self.form.changed.connect(self._refresh)
            column.addWidget(_title(tr("Your reply, which the team reads as a form")))
            column.addWidget(_scrolling(self.form), 1)
            self.text.hide()
            return side
        column.addWidget(_title(tr("Your reply in Markdown")))
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
        self._send.setToolTip(
            plain_tip(QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText))
        )
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


def _title(text: str) -> QLabel:
    made = label(text, kind="muted")
    made.setWordWrap(False)
    return made


class _Holder(QWidget):
    """As high as its layout needs at the width that it has; a scroll area asks for no more than a hint."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height of the new width."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Take another height when something was added."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))


def _scrolling(content: QWidget) -> QScrollArea:
    """A frameless area in which a long content scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    holder = _Holder()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, S, 0)
    column.addWidget(content)
    column.addStretch(1)
    area.setWidget(holder)
    return area
