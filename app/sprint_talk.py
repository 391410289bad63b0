"""What the user does with the team's plans: edits the backlog, answers questions that were put off."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agents.contracts import Question
from agents.events import BacklogItem
from app.controller import Controller
from app.dialogs.backlog_item import BacklogItemDialog
from app.dialogs.late_answer import LateAnswerDialog
from app.session import Session
from app.state.questions import AskedQuestion
from app.window import MainWindow


class SprintTalk(QObject):
    """Ties the board of a window, and the questions that wait for a late answer, to the run that is shown."""

    def __init__(self, window: MainWindow, controller: Controller) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        window.page.board.edited.connect(self._edit)
        window.page.board.asked_for.connect(self._ask)

    def refresh(self) -> None:
        """Let the board be edited while the team works on it, and not while an earlier moment is shown."""
        session = self._controller.current
        editable = session is not None and session.going and not session.replaying
        self._window.page.board.set_editable(editable)

    def answer_late(self, session: Session, asked: AskedQuestion) -> None:
        """Open the dialog for a question that was put off."""
        question = Question(
            asked.question,
            asked.agent,
            asked.text,
            asked.options,
            asked.context,
            asked.purpose,
            inputs=asked.inputs,
            readings=asked.readings,
        )
        dialog = LateAnswerDialog(question, *session.asker(question), self._window)

        def give(text: str) -> None:
            if session.live is not None:
                session.live.answer_late(asked.question, asked.text, text)

        dialog.answered.connect(give)
        dialog.present()

    def _edit(self, change: str, item: BacklogItem, before: str) -> None:
        session = self._controller.current
        if session is not None and session.live is not None:
            match change:
                case "put" | "remove" | "move" | "reopen":
                    session.live.edit_backlog(change, item, before)
                case _:
                    raise AssertionError(f"the board knows no change called {change}")

    def _ask(self, item: BacklogItem | None) -> None:
        session = self._controller.current
        if session is None:
            return
        taken = {known.item for known in session.present.backlog.items}
        number = next(number for number in range(1, len(taken) + 2) if f"u{number}" not in taken)
        dialog = BacklogItemDialog(item or BacklogItem(item=f"u{number}", title=""), self._window)
        dialog.written.connect(lambda written: self._edit("put", written, ""))
        dialog.present()
