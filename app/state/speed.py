"""How fast a reply is being written, estimated while it streams."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

CHARACTERS_A_TOKEN = 4
WINDOW = 2.0
"""The estimate forgets what is older than about so many seconds."""


@dataclass(slots=True)
class Speed:
    """Tokens per second of one stream of text, decaying exponentially.

    A piece counts as one token at least: a server sends one token a piece, a coalescing pump several. The
    server's own count, which comes with the complete message, replaces the estimate.
    """

    weight: float = 0.0
    first: float = 0.0
    last: float = 0.0

    def add(self, text: str, at: float) -> None:
        """Take a piece that came `at`."""
        if not self.first:
            self.first = self.last = at
        self.weight = self._decayed(at) + max(1.0, len(text) / CHARACTERS_A_TOKEN)
        self.last = max(at, self.last)

    def rate(self, now: float) -> float:
        """Tokens per second; 0 in the first tenth of a second, when a figure would only flicker."""
        lived = now - self.first
        if not self.first or lived < 0.1:
            return 0.0
        return self._decayed(now) / (WINDOW * (1.0 - exp(-lived / WINDOW)))

    def _decayed(self, now: float) -> float:
        return self.weight * exp(-max(0.0, now - self.last) / WINDOW)
