"""The person at the window, as a run sees them: whoever answers the team's questions."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from agents.contracts import Answer, Question


class WindowUser(QObject):
    """Implements `contracts.User` for one run: a question waits here until a dialog or a banner answers it.

    `asked` carries the new `Question`, `settled` the key of one that no longer waits: it was answered, or the
    run that asked it has ended.
    """

    asked = Signal(object)
    settled = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, tuple[Question, asyncio.Future[Answer]]] = {}

    async def answer(self, question: Question) -> Answer:
        """Show the question and wait, as long as it takes."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[question.key] = (question, future)
        self.asked.emit(question)
        try:
            return await future
        finally:
            self._waiting.pop(question.key, None)
            self.settled.emit(question.key)

    def give(self, key: str, answer: Answer) -> bool:
        """Answer the question called `key`; false when it does not wait any more."""
        found = self._waiting.get(key)
        if found is None or found[1].done():
            return False
        found[1].set_result(answer)
        return True

    def waiting(self) -> list[Question]:
        """The questions without an answer, the oldest first."""
        return [question for question, future in self._waiting.values() if not future.done()]
