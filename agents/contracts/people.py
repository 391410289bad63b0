"""Who answers a run's questions, and who watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what only asks a server or runs programs need not load the events
    from agents.events import AnsweredBy, Purpose, Reading, Stamped


@dataclass(frozen=True, slots=True)
class Question:
    """What the team asks. `key` is its identity; `options` are suggestions, free text is always possible.

    `form` is the JSON schema that the answer must fit, when the user speaks for an agent that is asked so.
    `inputs` and `readings` show how attempts read the task differently, see `events.QuestionAsked`.
    """

    key: str
    agent: str
    text: str
    options: tuple[str, ...] = ()
    context: str = ""
    purpose: Purpose = "clarify"
    form: str = ""
    inputs: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The user's answer; `by="team"` with an empty text means "let the team decide".

    `by="later"` lets the team go on meanwhile; the answer may come at any time after that.
    """

    text: str
    by: AnsweredBy = "user"


class User(Protocol):
    """Whoever answers the team's questions: a dialog, a terminal, a file of answers, nobody."""

    async def answer(self, question: Question) -> Answer:
        """Wait for an answer, as long as it takes."""


class Consumer(Protocol):
    """Whoever watches a run."""

    def receive(self, stamped: Stamped) -> None:
        """Take one event, on the run's event loop. Must return at once."""
