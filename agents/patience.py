"""How long a run waits for a model server that does not answer, and how often it asks again [ours].

A server that is restarted, updated or busy comes back by itself, and a run that ended meanwhile would wait
for its user until the morning. A server that answers but fails is asked again a few times only: what fails
three times will fail a fourth time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.errors import ModelFailed, ServerBusy, ServerUnreachable, StreamCut, UserFacingError

VARIABLE = "TROUPE_PATIENCE"


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds.

    `server_seconds` is how long one call waits for a server that is away or busy; `again` how often a call is
    made again that failed otherwise. The delays grow from `first_delay` twofold to `longest_delay`.
    """

    server_seconds: float = 120.0
    again: int = 3
    first_delay: float = 0.5
    longest_delay: float = 8.0

    @classmethod
    def chosen(cls, environment: Mapping[str, str]) -> Patience:
        """The patience that `TROUPE_PATIENCE` names in seconds, else the usual one."""
        try:
            return cls(server_seconds=max(0.0, float(environment.get(VARIABLE, ""))))
        except ValueError:
            return cls()


@dataclass(slots=True)
class Waiting:
    """One call's waiting."""

    patience: Patience
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _tries: int = 0
    _since: float = field(default=0.0)

    def delay(self, error: UserFacingError) -> float | None:
        """The seconds after which the call is made again; None when it is not."""
        if not self._hopeful(error):
            return None
        self.failures += 1
        return min(self.patience.longest_delay, self.patience.first_delay * 2.0 ** (self.failures - 1))

    def _hopeful(self, error: UserFacingError) -> bool:
        if isinstance(error, (ServerUnreachable, ServerBusy)):
            self._since = self._since or self.clock()
            return self.clock() - self._since < self.patience.server_seconds
        self._since = 0.0
        # Its subclasses other than a cut stream say what must be changed before it is asked again.
        if type(error) in {ModelFailed, StreamCut}:
            self._tries += 1
            return self._tries <= self.patience.again
        return False

    def words(self, error: UserFacingError) -> str:
        """What the user is told of it."""
        if isinstance(error, (ServerUnreachable, ServerBusy)):
            bound = _told(self.patience.server_seconds)
            return f"{error.message}\nThe run waits for it, up to {bound} a call."
        return f"{error.message}\nIt is asked again."


def _told(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} seconds"
