"""What an agent remembers: its role, and the talk at hand as the model is told it."""

from __future__ import annotations

from collections.abc import Sequence

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


class Memory:
    """The messages of one talk. `known` is what its reader need not be told again."""

    def __init__(self, system: str) -> None:
        self.known = Known()
        self._system = ChatMessage("system", system)
        self._said: list[ChatMessage] = []
        self._asked_at = 0  # where the latest prompt stands
        self._mark = 0
        self._remarks: list[str] = []  # what the user said since the mark
        self._told = ""  # how the message at `_asked_at` begins: with the latest prompt as it was told
        self._whole = ""  # that prompt as it is told to somebody who knows nothing, if it can be

    def __len__(self) -> int:
        return len(self._said)

    @property
    def messages(self) -> tuple[ChatMessage, ...]:
        """All of it, as it is sent: with what the customer decided after the work was begun without it."""
        if decided := decided_late():
            told = "\n".join((self._system.content, "", _DECIDED, *(f"- {line}" for line in decided)))
            return (ChatMessage("system", told), *self._said)
        return (self._system, *self._said)

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
        return self._said[-1].content if self._said else ""

    def forget(self) -> None:
        """Begin a new talk."""
        self._said.clear()
        self.known.forget()
        self._asked_at = 0

    def take_in(self, prompt: Prompt, *, whole: bool = False) -> None:
        """Hear what to do, without what is known already; `whole`: the prompt needs no talk before it."""
        self._asked_at = len(self._said) - bool(self._said and self._said[-1].role == "user")
        self.remember(self.known.news(prompt))
        self.known.take_in(prompt)
        self._told, self._whole = self.latest, prompt.text if whole else ""

    def remember(self, text: str) -> None:
        """Hear something; what is heard without an answer in between is one message."""
        if self._said and self._said[-1].role == "user":
            text = f"{self._said.pop().content}\n\n{text}"
        self._said.append(ChatMessage("user", text))

    def remark(self, text: str) -> None:
        """Hear the user, whose words outlast the attempts in which they were said."""
        text = f"The user says: {text}"
        self.remember(text)
        if len(self._said) > self._mark:
            self._remarks.append(text)

    def answer(self, text: str) -> None:
        """Say something."""
        self._said.append(ChatMessage("assistant", text))

    def was_told(self, text: str) -> bool:
        """Whether this stands in the latest prompt or behind it."""
        return any(text in message.content for message in self._said[self._asked_at :])

    def mark(self) -> None:
        """Something is asked for that may take several attempts."""
        self._mark = len(self._said)
        self._remarks.clear()

    def settle(self, answer: str) -> None:
        """Leave only this answer, and the user's remarks, of all that was said since the mark."""
        del self._said[self._mark :]
        for text in self._remarks:
            self.remember(text)
        self.answer(answer)

    # --- a talk that has grown too long --------------------------------------------------------------

    def begin_with_prompt(self) -> bool:
        """Leave out what came before the latest prompt, which is told whole then; whether anything was.

        Nothing is where the prompt is none without the talk before it.
        """
        if not self._whole or not self._asked_at:
            return False
        behind = self._said[self._asked_at].content.removeprefix(self._told)
        self._said[: self._asked_at + 1] = [ChatMessage("user", f"{self._whole}{behind}")]
        self._mark = max(1, self._mark - self._asked_at)
        self._asked_at = 0
        self.known.forget()
        return True

    def oldest(self, characters: int) -> Sequence[ChatMessage]:
        """The exchanges after the opening that must go so that no more than `characters` are left.

        Whole exchanges, and never the latest; empty when there is none to spare.
        """
        count, left = 0, self.characters
        while left > characters and count + 3 < len(self._said):
            left -= sum(len(message.content) for message in self._said[1 + count : 3 + count])
            count += 2
        return self._said[1 : 1 + count]

    def sum_up(self, count: int, summary: str) -> None:
        """Put a summary in the place of so many messages after the opening; empty: they are left out."""
        opening, _, before = self._said[0].content.partition(_SUMMED_UP)
        summary = summary.strip() or before
        del self._said[1 : 1 + count]
        told = f"{opening}{_SUMMED_UP}{summary}" if summary else opening
        self._said[0] = ChatMessage("user", told)
        self._asked_at = max(0, self._asked_at - count)
        self._mark = max(1, self._mark - count)
        self.known.forget()

    @property
    def summary(self) -> str:
        """The summary that the opening holds, if any."""
        return self._said[0].content.partition(_SUMMED_UP)[2] if self._said else ""
