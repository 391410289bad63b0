"""A download of a model, folded from what the server says of it: bytes, speed, time left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW = 5.0
"""Seconds over which the speed is measured."""
LEAST = 0.5
"""Seconds after which a speed means something."""


@dataclass(slots=True)
class PullState:
    """Bytes are those of all files so far. The server names each file in its status ("pulling 8eeb…").

    What a file had when it was first told of was there already: it counts as progress, not as speed.
    """

    status: str = ""
    _files: dict[str, tuple[int, int]] = field(default_factory=dict)
    _samples: deque[tuple[float, int]] = field(default_factory=deque)
    _fetched: int = 0

    @property
    def total(self) -> int:
        """The bytes of all files that were told of."""
        return sum(total for total, _ in self._files.values())

    @property
    def completed(self) -> int:
        """The bytes that are here."""
        return sum(completed for _, completed in self._files.values())

    @property
    def fraction(self) -> float:
        """How much of it is here, from 0 to 1."""
        return self.completed / self.total if self.total else 0.0

    def receive(self, status: str, total: int, completed: int, now: float) -> None:
        """Fold what the server said at `now`, in seconds of any clock that only goes forward."""
        self.status = status
        if total <= 0:
            return
        kept = min(max(completed, 0), total)
        before = self._files.get(status)
        if before is not None:
            self._fetched += max(0, kept - before[1])
        self._files[status] = (total, kept)
        self._samples.append((now, self._fetched))
        while len(self._samples) > 2 and now - self._samples[0][0] > WINDOW:
            self._samples.popleft()

    def begin(self) -> None:
        """The download goes on after a break: what came before it says nothing of the speed."""
        self._samples.clear()

    @property
    def speed(self) -> float:
        """Bytes per second of late; 0 where that is not known yet."""
        if len(self._samples) < 2:
            return 0.0
        (first, before), (last, after) = self._samples[0], self._samples[-1]
        return (after - before) / (last - first) if last - first >= LEAST else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at this speed; None where that is not known."""
        speed = self.speed
        return (self.total - self.completed) / speed if speed > 0 else None
