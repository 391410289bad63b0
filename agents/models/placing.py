"""Where a request goes among several servers: which of them can take it, and how soon it is answered [ours].

What it would take at a server is reckoned in seconds (`Host.seconds`): the load, unless the model is loaded
there with this context; reading what its prompt does not share with what was read there; writing, at the
speed that was measured; all that the longer, the more requests it has; and reading again what it would
displace. Equal ones are taken in the order in which they were named.

A server that fails, or gives only replies that cannot be used, is set aside for a while; one that says it has
not the model, whatever it lists, or not the memory for it, is so for this model alone. Whether it is back is
seen while the others are asked: nobody waits for it, unless no other one has the model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from agents.contracts import ChatRequest
from agents.errors import ModelFailed, ModelNotFound, ServerBusy, ServerUnreachable, UserFacingError
from agents.models._ollama.loads import Kind, kind_of
from agents.models.faults import missing, raise_unexpected
from agents.models.host import Host
from agents.models.ollama import OllamaModel

USELESS = 2  # replies to one request that could not be used, after which another server is asked
SET_ASIDE = 60.0  # seconds for which a server is not asked after it failed


@dataclass(frozen=True, eq=False, slots=True)
class Member:
    """A server of the pool: a connection of its own, and what all runs know of it."""

    server: OllamaModel
    host: Host


class Choice(NamedTuple):
    """A server that has the model: whether it is `loaded` there, and in how many `seconds` it would reply."""

    member: Member
    loaded: bool
    seconds: float


class Placing:
    """What is known of the servers, by `clock` in seconds; `members` are in the order of their naming."""

    def __init__(self, members: Sequence[Member], clock: Callable[[], float]) -> None:
        self.members = members
        self._clock = clock
        self._lacking: dict[tuple[Member, Kind], tuple[UserFacingError, float]] = {}
        self.looks: dict[Member, asyncio.Task[dict[Member, object]]] = {}

    async def close(self) -> None:
        """Look no longer for those that may be back."""
        looks = list(self.looks.values())
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    async def by_time(self, request: ChatRequest, prompt: str) -> list[Choice]:
        """The servers that have the model, the soonest first.

        Raises why when none has it. One server alone is not asked for it.
        """
        if len(self.members) == 1:
            return [Choice(self.members[0], True, 0.0)]
        found: dict[Member, object] = {}
        for tier in self._tiers():
            found |= await self._looked_at(tier, request)
            if able := [member for member, answer in found.items() if isinstance(answer, bool)]:
                self._look_again([member for member in self.ready() if member not in found], request)
                break
        else:
            raise missing(list(found.values()))
        ready = self.ready()  # one of them may have failed meanwhile
        able = [member for member in able if member in ready] or able
        kind, fastest = kind_of(request), self.fastest
        choices = [
            Choice(member, loaded, member.host.seconds(kind, prompt, loaded, fastest))
            for member in self._useful(able, request)
            if isinstance(loaded := found[member], bool)
        ]
        return sorted(choices, key=lambda choice: choice.seconds)

    async def _looked_at(self, members: Sequence[Member], request: ChatRequest) -> dict[Member, object]:
        """Whether the model is loaded at each of them, or why it is not known."""
        found = await asyncio.gather(
            *(member.server.is_loaded(request.model, request.options.num_ctx) for member in members),
            return_exceptions=True,
        )
        raise_unexpected(found)
        for member, answer in zip(members, found, strict=True):
            self.note(member, answer)
        return {
            member: self._lack(member, kind_of(request)) or answer
            for member, answer in zip(members, found, strict=True)
        }

    def _look_again(self, members: Sequence[Member], request: ChatRequest) -> None:
        """See meanwhile whether these are back."""

        for member in members:
            if member not in self.looks:
                look = asyncio.ensure_future(self._looked_at([member], request))
                self.looks[member] = look
                look.add_done_callback(partial(self._looked, member))

    def _looked(self, member: Member, look: asyncio.Task[dict[Member, object]]) -> None:
        del self.looks[member]

    def _useful(self, able: list[Member], request: ChatRequest) -> list[Member]:
        """Without those whose replies to this could not be used, which are set aside; all if all are."""
        by = request.refused_by
        useless = {member for member in able if by.count(member.server.short_address) >= USELESS}
        others = [member for member in able if member not in useless]
        if not others:
            return able
        for member in useless:
            address = member.server.address
            problem = f"The replies of the Ollama server at {address} could not be used."
            self.set_aside(member, ModelFailed(problem))
        return others

    # --- how they are -----------------------------------------------------------------------------------

    def ready(self) -> list[Member]:
        """The servers that are not set aside; all of them when they all are."""
        now = self._clock()
        return [member for member in self.members if member.host.aside_until <= now] or list(self.members)

    def _tiers(self) -> list[list[Member]]:
        """The servers to be asked together: all that are well, else those that may be back, else the rest."""
        ready = self.ready()
        well = [member for member in ready if not member.host.problem]
        back = [member for member in ready if member.host.problem]
        aside = [member for member in self.members if member not in ready]
        return [tier for tier in (well, back, aside) if tier]

    def set_aside(self, member: Member, error: UserFacingError) -> None:
        """Ask a server no more for a while; who waits for it looks for another.

        Time and again silent, it is let alone as much longer as it is given for an answer: the time that is
        lost with it stays a small part.
        """
        member.host.fail(error, self._clock() + SET_ASIDE * member.host.slack)
        if len(self.members) > 1:
            member.host.queue.send_away()

    def lacks(self, member: Member, request: ChatRequest, error: UserFacingError) -> None:
        """A server cannot have the model after all: for a while it is asked for others only."""
        member.host.loads.forget()
        self._lacking[member, kind_of(request)] = error, self._clock() + SET_ASIDE

    def _lack(self, member: Member, kind: Kind) -> UserFacingError | None:
        """What a server said lately that cannot have this model, whatever it lists."""
        error, until = self._lacking.get((member, kind), (None, 0.0))
        return error if self._clock() < until else None

    def note(self, member: Member, found: object) -> None:
        """Take in what a server answered, or how it failed to."""
        if isinstance(found, ServerUnreachable | ServerBusy):
            self.set_aside(member, found)
            return
        answers = not isinstance(found, BaseException) or isinstance(found, ModelNotFound)
        if answers and member.host.aside_until <= self._clock():
            member.host.problem, member.host.aside_until = "", 0.0

    @property
    def fastest(self) -> Host:
        """The one that writes fastest, as far as is known."""
        return max((member.host for member in self.members), key=lambda host: host.writing)
