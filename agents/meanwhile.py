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
        self.stage.put_off[question] = ""
        self._open[question] = hear

    def expect_decision(self, question: str, asked: str) -> None:
        """Let every later phase know the answer to a question that was put off; `asked` are its words."""
        self.stage.put_off[question] = asked

    async def hear_late_answers(self, phase: str) -> tuple[str, ...]:
        """Pass on the answers that came before `phase`, which begins; the decisions among them, one a line.

        Each phase takes up all of them: phases that go on at the same time do not hear each other.
        """
        put_off = self.stage.put_off
        if not put_off:
            return ()

        def take() -> list[Json]:
            return [{"question": key, "text": text} for key, text in self.stage.late_answers.items()]

        answers = await self._taken_up(f"late:{phase}", "late", take)
        for answer in answers:
            if hear := self._open.pop(answer["question"], None):
                hear(answer["text"])
        return tuple(
            f"{asked} {answer['text']}"
            for answer in answers
            if (asked := put_off.get(answer["question"], ""))
        )

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
