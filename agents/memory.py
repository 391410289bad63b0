"""What an agent remembers: its role, and the talk at hand as the model is told it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.contracts import ChatMessage
from agents.known import Known
from agents.phases import decided_late
from agents.prompts import Prompt

SUM_UP = """Here is the older part of a talk between you and a colleague:

{talk}

Say in at most 120 words what of it matters for what follows: what was decided, what was tried and failed, \
what is still open. Keep the names of files and functions as they are."""
_DECIDED = "The customer has decided since, and this holds instead of what was assumed:"
_SUMMED_UP = "\n\nWhat was said since then, in short:\n"


@dataclass(slots=True)
class Said:
    """What was said in a talk, and what its reader knows from it."""

    messages: list[ChatMessage] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    asked_at: int = 0  # where the latest prompt stands
    mark: int = 0
    remarks: list[str] = field(default_factory=list)  # what the user said since the mark
    told: str = ""  # how the message at `asked_at` begins: with the latest prompt as it was told
    whole: str = ""  # that prompt as it is told to somebody who knows nothing, if it can be


class Memory:
    """A talk as one agent remembers it: nobody else's, unless it is given what others `said`."""

    goes_on = False
    """Whether each new thing to do is told in the talk at hand."""

    def __init__(self, system: str, said: Said | None = None) -> None:
        self._system = ChatMessage("system", system)
        self._said = Said() if said is None else said

    def __len__(self) -> int:
        return len(self._said.messages)

    @property
    def known(self) -> Known:
        """What need not be said again."""
        return self._said.known

    @property
    def messages(self) -> tuple[ChatMessage, ...]:
        """All of it, as it is sent: with what the customer decided after the work was begun without it."""
        if decided := decided_late():
            told = "\n".join((self._system.content, "", _DECIDED, *(f"- {line}" for line in decided)))
            return (ChatMessage("system", told), *self._said.messages)
        return (self._system, *self._said.messages)

    def begun_anew(self) -> Memory:
        """Another one of the same role, with nothing said yet."""
        return Memory(self._system.content)

    @property
    def characters(self) -> int:
        """How long all of it is."""
        return sum(len(message.content) for message in self.messages)

    @property
    def latest(self) -> str:
        """What was said last; empty in a new talk."""
        return self._said.messages[-1].content if self._said.messages else ""

    def forget(self) -> None:
        """Begin a new talk."""
        self.clear()

    def clear(self) -> None:
        """Nothing was said."""
        self._said.messages.clear()
        self._said.known.forget()
        self._said.asked_at = 0

    def take_in(self, prompt: Prompt, *, whole: bool = False) -> None:
        """Hear what to do, without what is known already; `whole`: the prompt needs no talk before it."""
        said = self._said
        said.asked_at = len(said.messages) - self._unanswered
        self.remember(said.known.news(prompt))
        said.known.take_in(prompt)
        said.told, said.whole = self.latest, prompt.text if whole else ""

    def remember(self, text: str) -> None:
        """Hear something; what is heard without an answer in between is one message."""
        text = self._addressed(text)
        if self._unanswered:
            text = f"{self._said.messages.pop().content}\n\n{text}"
        self._said.messages.append(ChatMessage("user", text))

    def _addressed(self, text: str) -> str:
        """A text as it is said to whom this memory is."""
        return text

    @property
    def _unanswered(self) -> bool:
        """Whether something was heard that nobody has answered yet."""
        return bool(self._said.messages) and self._said.messages[-1].role == "user"

    def remark(self, text: str) -> None:
        """Hear the user, whose words outlast the attempts in which they were said."""
        text = f"The user says: {text}"
        self.remember(text)
        if len(self) > self._said.mark:
            self._said.remarks.append(text)

    def answer(self, text: str) -> None:
        """Say something."""
        self._said.messages.append(ChatMessage("assistant", text))

    def was_told(self, text: str) -> bool:
        """Whether this stands in the latest prompt or behind it."""
        return any(text in message.content for message in self._said.messages[self._said.asked_at :])

    def mark(self) -> None:
        """Something is asked for that may take several attempts."""
        self._said.mark = len(self)
        self._said.remarks.clear()

    def settle(self, answer: str) -> None:
        """Leave only this answer, and the user's remarks, of all that was said since the mark."""
        del self._said.messages[self._said.mark :]
        for text in self._said.remarks:
            self.remember(text)
        self.answer(answer)

    # --- a talk that has grown too long --------------------------------------------------------------

    def begin_with_prompt(self) -> bool:
        """Leave out what came before the latest prompt, which is told whole then; whether anything was.

        Nothing is where the prompt is none without the talk before it.
        """
        said = self._said
        if not said.whole or not said.asked_at:
            return False
        behind = said.messages[said.asked_at].content.removeprefix(said.told)
        said.messages[: said.asked_at + 1] = [ChatMessage("user", f"{said.whole}{behind}")]
        said.mark = max(1, said.mark - said.asked_at)
        said.asked_at = 0
        said.known.forget()
        return True

    def oldest(self, characters: int) -> Sequence[ChatMessage]:
        """The exchanges after the opening that must go so that no more than `characters` are left.

        Whole exchanges, and never the latest; empty when there is none to spare.
        """
        count, left, messages = 0, self.characters, self._said.messages
        while left > characters and count + 3 < len(messages):
            left -= sum(len(message.content) for message in messages[1 + count : 3 + count])
            count += 2
        return messages[1 : 1 + count]

    def sum_up(self, count: int, summary: str) -> None:
        """Put a summary in the place of so many messages after the opening; empty: they are left out."""
        said = self._said
        opening, _, before = said.messages[0].content.partition(_SUMMED_UP)
        summary = summary.strip() or before
        del said.messages[1 : 1 + count]
        told = f"{opening}{_SUMMED_UP}{summary}" if summary else opening
        said.messages[0] = ChatMessage("user", told)
        said.asked_at = max(0, said.asked_at - count)
        said.mark = max(1, said.mark - count)
        said.known.forget()

    @property
    def summary(self) -> str:
        """The summary that the opening holds, if any."""
        return self._said.messages[0].content.partition(_SUMMED_UP)[2] if self._said.messages else ""
