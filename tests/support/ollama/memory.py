"""Which models are in the scripted server's memory, and how many requests each answers at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.support.ollama.scripted import Load, ServedModel

KEPT_SECONDS = 300.0
_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class _Held:
    num_ctx: int
    until: float


class Places:
    """Lets at most `parallel` requests of a model be answered at the same time, in their order; 0: all.

    `most` is how many of one model were at hand at most, those that waited among them.
    """

    def __init__(self, parallel: int) -> None:
        self.most = 0
        self._parallel = parallel
        self._free: dict[str, asyncio.Semaphore] = {}
        self._at_hand: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Wait for a place of the model, and keep it."""
        self._at_hand[name] = self._at_hand.get(name, 0) + 1
        self.most = max(self.most, self._at_hand[name])
        try:
            if not self._parallel:
                yield
                return
            async with self._free.setdefault(name, asyncio.Semaphore(self._parallel)):
                yield
        finally:
            self._at_hand[name] -= 1


class Memory:
    """Holds at most `slots` models; the one that was used least recently makes room.

    `loads` are written down in order, a load that a client gave up counts in `aborted`. `slow_load` is what a
    load takes, in seconds.
    """

    def __init__(self, slots: int) -> None:
        self.loads: list[Load] = []
        self.aborted = 0
        self.slow_load = 0.0
        self._slots = slots
        self._held: dict[str, _Held] = {}
        self._loading = asyncio.Lock()

    @property
    def contexts(self) -> dict[str, int]:
        """The models that are loaded, with their contexts in tokens."""
        return dict(self._current())

    def forget(self, name: str) -> None:
        """Unload a model."""
        self._held.pop(name, None)

    async def hold(self, model: ServedModel, num_ctx: int, keep_alive: float | str | None) -> bool:
        """Load the model unless it is loaded with this context; True when that was necessary.

        A `keep_alive` of 0 unloads it. One that runs on another server is never loaded.
        """
        if model.remote_host:
            return False
        async with self._loading:
            seconds = _seconds(keep_alive)
            if seconds == 0:
                self.forget(model.name)
                return False
            before = self.contexts.get(model.name)
            if before != num_ctx:
                await self._load(Load(model.name, num_ctx, reload=before is not None))
            self.forget(model.name)
            self._held[model.name] = _Held(num_ctx, time.monotonic() + seconds)
            while len(self._held) > self._slots:
                self.forget(next(iter(self._held)))
            return before != num_ctx

    async def _load(self, load: Load) -> None:
        try:
            await asyncio.sleep(self.slow_load)
        except asyncio.CancelledError:
            self.aborted += 1
            raise
        self.loads.append(load)

    def _current(self) -> Iterator[tuple[str, int]]:
        now = time.monotonic()
        return ((name, held.num_ctx) for name, held in self._held.items() if held.until > now)


def _seconds(keep_alive: float | str | None) -> float:
    """A keep-alive in seconds; negative ones mean for ever."""
    if keep_alive is None:
        return KEPT_SECONDS
    if isinstance(keep_alive, str):
        unit = _UNITS.get(keep_alive[-1:], 0)
        number = float(keep_alive[:-1]) * unit if unit else float(keep_alive)
    else:
        number = float(keep_alive)
    return number if number >= 0 else float("inf")
