"""The dialogs through which the team's questions are answered, at most one for each question."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agents.contracts import Answer, Question
from app.dialogs.approval import ApprovalDialog
from app.dialogs.clarification import ClarificationDialog
from app.session import Session


class Conversations:
    """Opens the fitting dialog for a question and hands its answer to the session's user."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._open: dict[tuple[int, str], ClarificationDialog | ApprovalDialog] = {}

    def open(self, session: Session, question: Question) -> None:
        """Show `question`; when its dialog is open already, bring it to the front."""
        place = (id(session), question.key)
        if place in self._open:
            self._open[place].raise_()
            return
        asker, phase = session.asker(question)
        approval = question.purpose in ("execute", "install")
        kind = ApprovalDialog if approval else ClarificationDialog
        dialog = kind(question, asker, phase, self._parent)

        def give(answer: Answer) -> None:
            session.user.give(question.key, answer)

        def settle(key: str) -> None:
            if key == question.key and place in self._open:
                dialog.reject()

        def forget() -> None:
            self._open.pop(place, None)
            session.user.settled.disconnect(settle)

        dialog.answered.connect(give)
        session.user.settled.connect(settle)
        dialog.finished.connect(forget)
        self._open[place] = dialog
        dialog.open()
