"""The dialog for a question that was put off: the team has gone on, and hears the answer when it comes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agents.contracts import Question
from app.dialogs.frame import DialogFrame, label
from app.dialogs.question_page import QuestionPage
from app.i18n import tr

WIDTH = 560


class LateAnswerDialog(DialogFrame):
    """`answered` carries the answer in words."""

    answered = Signal(str)

    def __init__(self, question: Question, asker: str, phase: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Answer the team"), parent)
        self.setMinimumWidth(WIDTH)
        self.page = QuestionPage(question, asker, phase)
        self.body.addWidget(self.page)
        told = tr("The team has gone on with a choice of its own. It hears your answer at its next step.")
        self.body.addWidget(label(told, kind="muted"))
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.send = self.add_button(tr("&Answer"), kind="primary")
        self.send.clicked.connect(self._answer)
        self.page.changed.connect(self._refresh)
        self.page.submitted.connect(self._answer)
        self._refresh()
        self.page.take_focus()

    def _refresh(self) -> None:
        self.send.setEnabled(bool(self.page.text()))

    def _answer(self) -> None:
        if text := self.page.text():
            self.answered.emit(text)
            self.accept()
