"""What was asked of a run's servers and of its user, and when: written down once, reckoned with often."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_ROLE = re.compile(r"(?:\[.*?\])?<system>You are ([^.,\n<]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was really made; `began` and `ended` are real seconds.

    An empty prompt only loads, or unloads. `host` is the place of its server among the run's servers. One
    that `takes` seconds asks the user, and no server. `phase` is where in the run it was made, if known.
    """

    model: str
    num_ctx: int
    prompt: str
    reply: str
    began: float
    ended: float
    unloads: bool = False
    host: int = 0
    takes: float = 0.0
    phase: str = ""

    @property
    def loads(self) -> bool:
        """Whether it only loads: nobody waits for it."""
        return not self.prompt and not self.unloads and not self.takes

    @property
    def role(self) -> str:
        """Who speaks; nobody where it only loads."""
        found = _ROLE.match(self.prompt)
        return found.group(1).strip() if found else ""


def role_last(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The same requests with the system message behind the others."""
    moved = []
    for exchange in exchanges:
        system, user, rest = exchange.prompt.partition("<user>")
        moved.append(replace(exchange, prompt=f"{user}{rest}{system}" if user else exchange.prompt))
    return moved
