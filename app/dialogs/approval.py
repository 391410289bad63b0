"""The dialog that wants the user's consent before a program runs or a package is installed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from agents.contracts import Answer, Question
from app.dialogs.frame import DialogFrame, label
from app.theme import L, mono_font
from app.views.controls import Tick

WIDTH = 560
YES, ALWAYS, NO, NEVER = "yes", "always", "no", "never"


class ApprovalDialog(DialogFrame):
    """Shows exactly what would be run or installed.

    `answered` carries an `Answer` of "yes" or "no"; of "always" or "never" where the question offers them and
    the user wants it remembered for the project.
    """

    answered = Signal(object)

    def __init__(self, question: Question, asker: str, phase: str, parent: QWidget | None = None) -> None:
        installs = question.purpose == "install"
        title = "Install packages?" if installs else "Run this program?"
        super().__init__(title, parent, heading=title)
        self.question = question
        self.setMinimumWidth(WIDTH)
        self.body.addWidget(label(f"{asker}" + (f" · {phase}" if phase else ""), kind="muted"))
        exact = quoted(question.text)
        if exact:
            self.body.addWidget(_exact(exact, "Packages" if installs else "Command"))
        else:
            self.body.addWidget(label(question.text))
        if question.context:
            self.body.addWidget(label(question.context, kind="muted"))
        self.remember = Tick("Do the same for the rest of this project")
        self.remember.setVisible(ALWAYS in question.options)
        self.body.addWidget(self.remember)
        later = self.add_button("Answer &later", left=True)
        later.clicked.connect(self.reject)
        refuse = self.add_button("&Not now")
        refuse.clicked.connect(lambda: self._give(NEVER if self.remember.isChecked() else NO))
        allow = self.add_button("&Install" if installs else "&Run it", kind="primary")
        allow.clicked.connect(lambda: self._give(ALWAYS if self.remember.isChecked() else YES))
        refuse.setDefault(True)  # Return must not allow by accident
        refuse.setFocus()

    def _give(self, text: str) -> None:
        self.answered.emit(Answer(text))
        self.accept()


def quoted(text: str) -> str:
    """What stands between the first and the last backtick of `text`; empty when there are not two."""
    start, end = text.find("`"), text.rfind("`")
    return text[start + 1 : end] if start < end else ""


def _exact(text: str, name: str) -> QPlainTextEdit:
    """The exact text of what is asked for, in a fixed-width font, scrollable when it is long."""
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setFont(mono_font())
    lines = min(max(text.count("\n") + 1, 2), 10)
    field.setFixedHeight(lines * field.fontMetrics().lineSpacing() + 2 * L)
    return field
