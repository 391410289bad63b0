"""When it is worth knowing that the user writes something: as they begin, and now and then as they go on."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 60.0
"""Who still writes after so long may have paused so long that the server has put the model away."""


class Writing:
    """What is being written, by its place: a question, a message, a wish."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, float] = {}

    def due(self, place: str) -> bool:
        """Whether the user begins to write there, or still does after a minute."""
        now = self._clock()
        if now - self._known.get(place, -SECONDS) < SECONDS:
            return False
        self._known[place] = now
        return True
