"""One talk for a whole team, so that a server with a single place for prompts reads nothing twice [ours].

Each role's requests begin with its own `You are <Role>`, so a server that holds one prompt reads the next
role's from its beginning. Here all that is said to and by the team is one talk instead: its system message
names the team, and each message says to whom it is said. The server reads every new piece once, whoever it is
for, and what one member was told or wrote the others know (`agents.known`).

It needs room for everything in one context, and everybody sees how the others came to what they say. So the
user asks for it, and the workflows whose members are to judge apart do not offer it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.memory import Memory, Said
from agents.prompts import Prompt, Prompts

TEAM = "Software Team"
ANSWER = "Answer what was said last."
OUTGROWN = (
    "The team's talk has outgrown the context of {:,} tokens and begins anew; a larger one saves reading."
)
OPTION = "The team shares one talk, so that a server that answers one request at a time reads less"


@dataclass(slots=True)
class _Shared(Said):
    """The talk, and who of the team was told who they are."""

    introduced: set[str] = field(default_factory=set)
    addressed: str = ""  # to whom the latest message was said


class OneTalk:
    """The talk of a team: one for each model, since models cannot read each other's prompts."""

    def __init__(self) -> None:
        self._talks: dict[str, _Shared] = {}

    def member(self, model: str, role: str, duty: str) -> Memory:
        """The memory of a member that `model` speaks for; `duty` is what its system message would be."""
        return _Member(self._talks.setdefault(model, _Shared()), role, duty)


class _Member(Memory):
    """The team's talk as one of its members hears it."""

    goes_on = True

    def __init__(self, talk: _Shared, role: str, duty: str) -> None:
        super().__init__(Prompts.of("one_talk").system(TEAM), talk)
        self._talk, self._role, self._duty = talk, role, duty
        self._anew = False

    def begun_anew(self) -> Memory:
        """A memory of this role's own, with nothing said yet."""
        return Memory(self._duty)

    def forget(self) -> None:
        """The talk goes on; but what this member hears next needs none before it."""
        self._anew = True

    def clear(self) -> None:
        """The team begins a new talk."""
        super().clear()
        self._talk.introduced.clear()
        self._talk.addressed = ""

    def take_in(self, prompt: Prompt, *, whole: bool = False) -> None:
        """Hear what to do, without what anybody in the team knows already."""
        super().take_in(prompt, whole=whole or self._anew)
        if self._said.whole:
            self._said.whole = f"{self._duty}\n\n{self._said.whole}"

    def remember(self, text: str) -> None:
        """Hear something; what a colleague said last need not be repeated."""
        self._anew = False
        super().remember(ANSWER if text == self.latest and not self._unanswered else text)

    def _addressed(self, text: str) -> str:
        talk = self._talk
        if talk.addressed == self._role:
            return text
        who = f"You are {self._role} again." if self._role in talk.introduced else self._duty
        talk.introduced.add(self._role)
        talk.addressed = self._role
        return f"{who}\n\n{text}"

    def begin_with_prompt(self) -> bool:
        """As always; whoever speaks later is told again who they are."""
        begun = super().begin_with_prompt()
        if begun:
            self._talk.introduced.clear()
        return begun

    def sum_up(self, count: int, summary: str) -> None:
        """As always; whoever speaks later is told again who they are."""
        super().sum_up(count, summary)
        self._talk.introduced.clear()
