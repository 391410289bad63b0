"""The queue in front of a server: who is asked next when one of its places gets free [ours].

A server answers so many requests of a model at the same time and lets the others wait in the order in which
they came. Here they wait before it, and the order is better: first those whose model is loaded, so that
models are not swapped in and out, then the one whose prompt begins most like what the server read last, then
the oldest. Nobody is overtaken more than `MOST_OVERTAKEN` times: whoever was goes before all younger ones,
and as long as its model has no place, nobody else gets one.

A request may wait at several servers, and goes to the first of them that lets it through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agents.models._ollama.loads import Kind

MOST_OVERTAKEN = 12


class Knows(Protocol):
    """What the queue must know of its server."""

    def places(self, kind: Kind) -> int:
        """How many requests of a model may be made of it at the same time; at least 1."""

    def is_loaded(self, kind: Kind) -> bool:
        """Whether a model is known to be in its memory."""

    def has_read(self, kind: Kind, prompt: str) -> int:
        """With how many characters of the prompt a text begins that it still holds."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A request that waits; `admitted` becomes the queue that let it through, None when it is sent away."""

    kind: Kind
    prompt: str
    overtaken: int = 0
    admitted: asyncio.Future[Admission | None] = field(default_factory=asyncio.Future)

    def again(self) -> Ticket:
        """The same request, which looks for another server; how often it was overtaken still counts."""
        return Ticket(self.kind, self.prompt, self.overtaken)


class Admission:
    """The queue of one server, on one event loop; whoever was let through must `leave`."""

    def __init__(self, server: Knows) -> None:
        self._server = server
        self._waiting: list[Ticket] = []
        self._at_hand: dict[Kind, int] = {}

    @property
    def at_hand(self) -> int:
        """How many requests the server has."""
        return sum(self._at_hand.values())

    @property
    def waiting(self) -> int:
        """How many requests wait here."""
        return len(self._open())

    def leave(self, kind: Kind) -> None:
        """A request is over: its place is free."""
        left = self._at_hand[kind] - 1
        if left:
            self._at_hand[kind] = left
        else:
            del self._at_hand[kind]
        self.let_in()

    def let_in(self) -> None:
        """Let through whoever may go now."""
        while self._waiting and (chosen := self._next()) is not None:
            for older in self._open():
                if older is chosen:
                    break
                older.overtaken += 1
            self._waiting.remove(chosen)
            self._at_hand[chosen.kind] = self._at_hand.get(chosen.kind, 0) + 1
            chosen.admitted.set_result(self)

    def send_away(self) -> None:
        """Whoever waits here shall look for another server."""
        for ticket in self._open():
            ticket.admitted.set_result(None)
        self._waiting.clear()

    # --- within --------------------------------------------------------------------------------------

    def _open(self) -> list[Ticket]:
        """Those that no other server has let through meanwhile, the oldest first."""
        return [ticket for ticket in self._waiting if not ticket.admitted.done()]

    def _next(self) -> Ticket | None:
        waiting = self._open()
        for ticket in waiting:
            if ticket.overtaken >= MOST_OVERTAKEN:
                return ticket if self._has_place(ticket.kind) else None
        ready = [ticket for ticket in waiting if self._has_place(ticket.kind)]
        loaded = [ticket for ticket in ready if self._server.is_loaded(ticket.kind)]
        best = loaded or ready
        if len(best) < 2:
            return best[0] if best else None
        return max(best, key=lambda ticket: self._server.has_read(ticket.kind, ticket.prompt))

    def _has_place(self, kind: Kind) -> bool:
        """Beside other models only one goes that needs no load: that might have to wait for their end."""
        own = self._at_hand.get(kind, 0)
        if not own and self._at_hand and not self._server.is_loaded(kind):
            return False
        return own < self._server.places(kind)

    def _enter(self, ticket: Ticket) -> None:
        self._waiting.append(ticket)
        self.let_in()

    def _withdraw(self, ticket: Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            self.let_in()


async def admitted(ticket: Ticket, doors: Sequence[Admission]) -> Admission | None:
    """Wait before these servers; the first that lets the request through, or None when one sent it away."""
    entered: list[Admission] = []
    try:
        for door in doors:
            entered.append(door)
            door._enter(ticket)
            if ticket.admitted.done():
                break
        return await ticket.admitted
    except asyncio.CancelledError:
        if ticket.admitted.done() and not ticket.admitted.cancelled():
            through = ticket.admitted.result()
            if through is not None:
                through.leave(ticket.kind)
        raise
    finally:
        for door in entered:
            door._withdraw(ticket)
