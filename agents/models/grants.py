"""How many requests a server answers at the same time, found out from those that are made anyway [ours].

The server does not tell. So many as stream in turns it answers at once; one that began only when another had
ended was let wait behind it. When more wait than are granted, one more is made now and then: Ollama answers
in the order in which requests come, so one that it lets wait loses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.contracts import FinalPart
from agents.models._ollama.loads import Kind

MOST_AT_ONCE = 64
SURE = 3  # pieces of each reply after the last one began: what a buffer held back is no proof
AGAIN = 64  # replies after which one more is offered again
LONG = 0.05  # seconds: who waited for less has told nothing
MOSTLY = 0.5  # so much of the time until another one's end must it have waited


@dataclass(eq=False, slots=True)
class Call:
    """A request that the server has: when it was made, when its reply began, what was there before it."""

    kind: Kind
    made: float
    ahead: int
    begun: float = 0.0
    last: float = 0.0  # when the latest piece of its reply came
    pieces: int = 0
    loading: bool = False
    freed: float = 0.0  # when the first one that was there before it had ended, if it waited until then


@dataclass(eq=False, slots=True)
class Grants:
    """What a server grants: `at_once` requests of a model, `settled` when one more was seen to wait.

    `expected` is what somebody says of it for now, which is neither seen nor remembered.
    """

    at_once: int = 1
    settled: bool = False
    expected: int = 0
    clock: Callable[[], float] = time.monotonic
    _calls: list[Call] = field(default_factory=list)
    _since: int = 0

    @property
    def believed(self) -> int:
        """How many it answers at the same time, as far as is known or said."""
        return self.at_once if self.settled else max(self.at_once, self.expected)

    @property
    def offered(self) -> int:
        """How many requests of a model may be made at the same time now: one more while that is unknown."""
        curious = not self.settled or self._since >= AGAIN
        return min(MOST_AT_ONCE, self.believed + curious)

    def remember(self, at_once: int, settled: bool) -> None:
        """What another program saw of it, which may have changed since: one more is offered soon."""
        self.at_once, self.settled, self._since = at_once, settled, AGAIN

    def forget(self) -> None:
        """Nothing is known of it any more."""
        self.at_once, self.settled, self._since = 1, False, 0

    def made(self, kind: Kind) -> Call:
        """A request is made."""
        call = Call(kind, self.clock(), sum(call.kind == kind for call in self._calls))
        self._calls.append(call)
        return call

    def heard(self, call: Call) -> bool:
        """A piece of its reply has come; whether the server is now known to grant more."""
        call.last = self.clock()
        if not call.begun:
            call.begun = call.last
            for other in self._calls:
                other.pieces = 0
        call.pieces += 1
        if len(self._calls) > self.at_once and call.pieces >= SURE:
            streaming = [other for other in self._calls if other.begun and other.kind == call.kind]
            if len(streaming) > self.at_once and all(other.pieces >= SURE for other in streaming):
                self.at_once, self.settled = len(streaming), False
                return True
        return False

    def ended(self, call: Call, final: FinalPart | None = None) -> None:
        """A request is over, with its reply's figures where it came to its end."""
        place, now = self._calls.index(call), self.clock()
        del self._calls[place]
        answered = call.begun or final is not None  # else it had no place that it could have freed
        for later in self._calls[place:]:
            if answered and later.kind == call.kind and not later.freed:
                if not later.begun:
                    later.freed = now
                elif later.begun >= call.last:  # its first piece came together with the other one's end
                    later.freed = later.begun
        self._since += 1
        if final is not None and self._waited(call, final):
            self.at_once, self.settled, self._since = min(self.believed, call.ahead), True, 0

    def _waited(self, call: Call, final: FinalPart) -> bool:
        """Whether the server let it wait behind another one, rather than read its prompt meanwhile."""
        if not (call.begun and call.freed) or call.loading or final.loading_seconds > 1:
            return False
        until = call.freed - call.made
        return until >= LONG and call.begun - call.made - final.reading_seconds >= MOSTLY * until
