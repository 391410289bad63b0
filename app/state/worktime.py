"""Time at work: the time between a start and a halt, and nothing of the pauses between."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class WorkTime:
    """Seconds at work, up to the last halt (`banked`) and since the last start (`since`, 0 while halted)."""

    banked: float = 0.0
    since: float = 0.0

    def begin(self, at: float) -> None:
        """Work goes on from `at`."""
        self.since = at

    def halt(self, at: float) -> None:
        """Work stands still from `at`; a second halt changes nothing."""
        if self.since:
            self.banked += max(0.0, at - self.since)
            self.since = 0.0

    def until(self, at: float) -> float:
        """Seconds at work until the moment `at`."""
        return self.banked + (max(0.0, at - self.since) if self.since else 0.0)
