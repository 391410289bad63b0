"""Whose turn it is: results of steps are handed out one after the other, in the order of their recording.

Branches of a workflow that run at the same time share files, names and counters, so what they do depends on
which of them goes on first. That order is the journal's: a result is handed to its branch only when all
branches wait for something again, and the step that was recorded first goes first. A run that is continued
therefore takes up its finished steps in the very order in which they were taken up before it was killed, and
versions, phases, names and prompts come out alike [ours].
"""

from __future__ import annotations

import asyncio
import heapq

LAST = 2**62
"""The place of a step that is not recorded: it begins when no finished one waits."""

QUIET = 12
"""After so many rounds of the loop without a new request every branch waits: the end of a task reaches who
joins it within three rounds, so that four joins may lie within each other."""


class Turns:
    """The queue of results; to be used on one event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = 0
        self._handing: asyncio.Task[None] | None = None

    async def take(self, place: int) -> None:
        """Return when all branches wait and none of them for a step recorded before the one at `place`."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._waiting, (place, self._arrivals, turn))
        if self._handing is None or self._handing.done():
            self._handing = asyncio.create_task(self._hand_out(), name="turns")
        await turn

    async def _hand_out(self) -> None:
        while self._waiting:
            await self._quiet()
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():  # whoever waited for it may have been cancelled
                turn.set_result(None)

    async def _quiet(self) -> None:
        seen = -1
        while seen != self._arrivals:
            seen = self._arrivals
            for _ in range(QUIET):
                await asyncio.sleep(0)
