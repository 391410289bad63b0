"""What the user did while the team worked: taken up at fixed places, and there too in a replay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from agents.backlog import edit_from
from agents.contracts import Json
from agents.events import BacklogEdited
from agents.journal import Performed
from agents.stage import Stage


@dataclass(slots=True)
class Meanwhile:
    """Late answers and edits of the backlog, as the stage has gathered them."""

    stage: Stage
    _open: dict[str, Callable[[str], None]] = field(default_factory=dict)  # questions to be answered later

    def expect_answer(self, question: str, hear: Callable[[str], None]) -> None:
        """Have `hear` called when a question that was put off is answered, as the next phase begins."""
        self._open[question] = hear

    async def hear_late_answers(self, phase: str) -> None:
        """Pass on the answers that came before `phase`, which begins."""
        if not self._open:
            return

        def take() -> list[Json]:
            waiting, self.stage.late_answers = self.stage.late_answers, {}
            return [{"question": question, "text": text} for question, text in waiting.items()]

        for answer in await self._taken_up(f"late:{phase}", "late", take):
            if hear := self._open.pop(answer["question"], None):
                hear(answer["text"])

    async def backlog_edits(self, key: str) -> list[BacklogEdited]:
        """The user's edits of the backlog since the last time; `key` is this place's in the journal."""

        def take() -> list[Json]:
            waiting, self.stage.backlog_edits = self.stage.backlog_edits, []
            return [asdict(edit) for edit in waiting]

        return [edit_from(stored) for stored in await self._taken_up(key, "backlog", take)]

    async def _taken_up(self, key: str, name: str, take: Callable[[], list[Json]]) -> list[Json]:
        """What is taken now, or was taken in the run that is replayed; it is no part of the step's input."""
        recorded = self.stage.journal.recorded(key)
        taken = take() if recorded is None else recorded.get(name, [])

        async def perform() -> Performed:
            return Performed({"value": taken})

        step = await self.stage.journal.step(key, "value", {}, perform, aside={name: taken})
        value: list[Json] = step["value"]
        return value
