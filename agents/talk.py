"""How two agents talk: an instructor leads, an assistant works, one conclusion comes out.

This is ChatDev's phase (arXiv:2307.07924) with its *communicative dehallucination*: before it answers, the
assistant may turn the roles round and ask for what is missing. The instructor answers from what it knows;
what it cannot know goes to the user. At most `EXCHANGES` such questions a turn [ours]. A talk that does not
conclude within its turns is ended by a *reflection*: a third agent reads it and draws the conclusion.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.forms import Form, bullets
from agents.prompts import Prompt
from agents.run import Run
from agents.shortening import shortened

EXCHANGES = 2
TURNS = 10


class TalkTurn(Form):
    """What an assistant says in a talk. Subclasses name the talk by their title."""

    message: str = Field(description="what you say to your colleague, in at most three sentences")
    question: str = Field("", description="one thing you must know to decide; empty when nothing is missing")
    options: list[str] = Field(
        [], description="two to four possible answers to your question, if you ask one"
    )
    conclusion: str = Field(description="the decision in one sentence; empty while it is open")

    def shown(self) -> str:
        """The message, then what is asked or decided."""
        parts = [self.message.strip()]
        if self.question.strip():
            parts += [f"**Question:** {self.question.strip()}", bullets(self.options)]
        if self.conclusion.strip():
            parts.append(f"**Decided:** {self.conclusion.strip()}")
        return "\n\n".join(part for part in parts if part)


class Clarification(Form):
    """An instructor's answer to a question about the task."""

    known: bool = Field(description="true only if the task or an earlier decision settles the question")
    answer: str = Field(description="the answer; empty when it is not known")

    def shown(self) -> str:
        """The answer, or that only the customer knows."""
        return self.answer if self.known and self.answer.strip() else "That only the customer can say."


class MissingInformation(Form):
    """What an assistant must know before it starts."""

    class Gap(BaseModel):
        """One missing thing."""

        question: str = Field(description="the question")
        options: list[str] = Field([], description="two to four possible answers")

    questions: list[Gap] = Field([], description="empty when you can start; never ask for what is decided")

    def shown(self) -> str:
        """The questions, or that there are none."""
        return bullets(gap.question for gap in self.questions) or "Nothing is missing; I can start."


class Reflection(Form):
    """The conclusion that a third party draws from a talk."""

    conclusion: str = Field(min_length=1, description="the decision in one sentence")


TurnT = TypeVar("TurnT", bound=TalkTurn)


@dataclass(slots=True)
class Decisions:
    """Long-term memory: what the phases concluded and what was clarified, in order."""

    lines: list[str] = field(default_factory=list)

    def add(self, topic: str, decision: str) -> None:
        """Keep a decision."""
        if decision.strip():
            self.lines.append(f"- {topic}: {decision.strip()}")

    def __str__(self) -> str:
        return "\n".join(self.lines) or "- nothing yet"


@dataclass(slots=True)
class Talk:
    """A talk between two agents about one topic."""

    run: Run
    instructor: Agent
    assistant: Agent
    decisions: Decisions
    told: str = ""

    def open(self, prompt: Prompt) -> None:
        """The instructor opens the talk, and forgets what it talked about before."""
        self.told = prompt.text
        self.instructor.forget()
        self.assistant.turn_to(self.instructor, prompt)

    async def conclude(
        self,
        form: type[TurnT],
        *,
        turns: int,
        reflect: Callable[[str], Awaitable[str]] | None,
        guidance: str,
    ) -> str:
        """Talk until the assistant concludes, at most `turns` turns; then `reflect` on the transcript.

        `guidance` is what the instructor is told when it answers a reply that concluded nothing. With nobody
        to reflect, the assistant's last words are the conclusion, and none is answered after the last turn.
        """
        said: list[str] = []
        for number in range(turns):
            turn = await self._clarified(form)
            said.append(f"{self.assistant.role}: {turn.message}")
            if turn.conclusion.strip():
                return turn.conclusion.strip()
            if reflect is None and number == turns - 1:
                return turn.message.strip()
            self.instructor.forget()
            self.instructor.remember(f"{self.told}\n\n{guidance}\n\n{self._so_far(said)}")
            reply = await self.instructor.say(self.assistant.path)
            said.append(f"{self.instructor.role}: {reply}")
            self.assistant.remember(reply)
        if reflect is None:
            return ""
        self.run.notice(f"The talk did not conclude within {turns} turns; the team reflects on it.")
        return await reflect(self._so_far(said))

    def _so_far(self, said: Sequence[str]) -> str:
        """What was said, or its beginning and end where it would take more than half of a prompt."""
        return shortened("\n".join(said), self.instructor.room // 2)

    async def _clarified(self, form: type[TurnT]) -> TurnT:
        """A turn of the assistant, after its questions were answered."""
        turn = await self.assistant.fill(self.instructor.path, form)
        for _ in range(EXCHANGES):
            if not turn.question.strip():
                return turn
            answer = await self.clarify(turn.question, turn.options)
            self.assistant.remember(f"{answer}\nNow give your decision.")
            turn = await self.assistant.fill(self.instructor.path, form)
        if turn.question.strip():
            self.run.notice(f"No more than {EXCHANGES} questions a turn: {turn.question}", "warning")
        return turn

    async def ask_what_is_missing(self, prompt: str) -> None:
        """Before code is written: what the assistant must know is asked for and answered [ours: once]."""
        self.assistant.remember(prompt)
        missing = await self.assistant.fill(self.instructor.path, MissingInformation)
        gaps = [gap for gap in missing.questions if gap.question.strip()]
        for gap in gaps[:EXCHANGES]:
            self.assistant.remember(await self.clarify(gap.question, gap.options))
        if len(gaps) > EXCHANGES:
            self.run.notice(
                f"The {self.assistant.role} asked {len(gaps)} questions; {EXCHANGES} were answered."
            )

    async def clarify(self, question: str, options: Sequence[str] = ()) -> str:
        """The roles turn round: the instructor answers the assistant, or the user does."""
        self.instructor.forget()
        self.instructor.remember(
            f"{self.told}\n\nDecided so far:\n{self.decisions}\n\n"
            f"The {self.assistant.role} asks: {question}\n"
            "Answer only what the task or a decision settles. Do not guess: what only the customer can "
            "say is not known."
        )
        answered = await self.instructor.fill(self.assistant.path, Clarification)
        if answered.known and answered.answer.strip():
            answer = answered.answer.strip()
        else:
            answer = await self._ask_user(question, options)
        self.decisions.add(question, answer)
        return f"Answer to your question ({question}): {answer}"

    async def _ask_user(self, question: str, options: Sequence[str]) -> str:
        answer = await self.run.ask_user(
            self.assistant, question, options=[option for option in options if option.strip()][:6]
        )
        if answer.text.strip():
            return answer.text.strip()
        if answer.by == "later":
            key = self.assistant.last_key("?")
            self.run.meanwhile.expect_answer(
                key, lambda text: self.decisions.add(f"{question} (the customer)", text)
            )
            return "the customer answers later; until then take the most usual choice and say which"
        return "the customer leaves it to you; take the most usual choice and say which"
