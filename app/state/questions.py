"""What the team asked, and what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import AnsweredBy, Purpose, QuestionAnswered, QuestionAsked, Reading, Stamped


@dataclass(slots=True)
class AskedQuestion:
    """A question with its answer; `by` is None while it is open."""

    question: str
    agent: str
    phase: str
    text: str
    options: tuple[str, ...]
    context: str
    purpose: Purpose
    at: float
    inputs: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    answer: str = ""
    by: AnsweredBy | None = None


@dataclass(slots=True)
class QuestionsState:
    """All questions by identity, in the order in which they were asked."""

    asked: dict[str, AskedQuestion] = field(default_factory=dict)
    revision: int = field(default=0, compare=False)

    @property
    def open(self) -> list[AskedQuestion]:
        """The questions that wait for an answer, the oldest first."""
        return [question for question in self.asked.values() if question.by is None]

    @property
    def put_off(self) -> list[AskedQuestion]:
        """The questions that the user wants to answer while the team goes on, the oldest first."""
        return [question for question in self.asked.values() if question.by == "later"]

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        match stamped.event:
            case QuestionAsked() as event:
                self.revision += 1
                self.asked.pop(event.question, None)  # asked again after a crash: it is the latest now
                self.asked[event.question] = AskedQuestion(
                    question=event.question,
                    agent=event.agent,
                    phase=event.phase,
                    text=event.text,
                    options=event.options,
                    context=event.context,
                    purpose=event.purpose,
                    at=stamped.at,
                    inputs=event.inputs,
                    readings=event.readings,
                )
            case QuestionAnswered() as event if asked := self.asked.get(event.question):
                self.revision += 1
                asked.answer, asked.by = event.answer, event.by
            case _:
                pass
