"""The dialogs through which the team's questions are answered. None of them blocks the window or the team."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from agents.contracts import Answer, Question
from app.dialogs.approval import ApprovalDialog
from app.dialogs.clarification import ClarificationDialog
from app.dialogs.frame import DialogFrame
from app.dialogs.play import PlayDialog
from app.session import Session


class Conversations:
    """Opens the fitting dialog for a question and hands its answer to the session's user.

    What a run wants to know is asked in one dialog, all open questions together; each consent and each turn
    that the user takes for an agent has a dialog of its own.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._asking: dict[int, ClarificationDialog] = {}
        self._single: dict[tuple[int, str], DialogFrame] = {}
        self._drafts: dict[tuple[int, str], str] = {}

    def open(self, session: Session, question: Question) -> None:
        """Show `question`; when its dialog is open already, bring it to the front."""
        if question.purpose in ("clarify", "review"):
            self._ask(session, question)
        else:
            self._open_single(session, question)

    # --- what the team wants to know -----------------------------------------------------------------

    def _ask(self, session: Session, question: Question) -> None:
        dialog = self._asking.get(id(session)) or self._new_asking(session)
        for waiting in session.user.waiting():
            if waiting.purpose in ("clarify", "review"):
                draft = self._drafts.pop((id(session), waiting.key), "")
                dialog.ask(waiting, *session.asker(waiting), draft=draft)
        dialog.turn_to(question.key)
        dialog.present()

    def _new_asking(self, session: Session) -> ClarificationDialog:
        dialog = ClarificationDialog(self._parent)
        self._asking[id(session)] = dialog
        dialog.answered.connect(session.user.give)
        dialog.writing.connect(session.user_writes)
        session.user.settled.connect(dialog.settle)

        def forget() -> None:
            self._asking.pop(id(session), None)
            self._drafts.update({(id(session), key): text for key, text in dialog.drafts().items()})
            session.user.settled.disconnect(dialog.settle)

        dialog.finished.connect(forget)
        return dialog

    # --- consents and turns of an agent --------------------------------------------------------------

    def _open_single(self, session: Session, question: Question) -> None:
        place = (id(session), question.key)
        if place in self._single:
            self._single[place].present()
            return
        kind = PlayDialog if question.purpose == "play" else ApprovalDialog
        dialog = kind(question, *session.asker(question), self._parent)

        def settle(key: str) -> None:
            if key == question.key and place in self._single:
                dialog.reject()

        def forget() -> None:
            self._single.pop(place, None)
            session.user.settled.disconnect(settle)

        dialog.answered.connect(partial(_give, session, question.key))
        session.user.settled.connect(settle)
        dialog.finished.connect(forget)
        self._single[place] = dialog
        dialog.present()


def _give(session: Session, key: str, answer: Answer) -> None:
    session.user.give(key, answer)
