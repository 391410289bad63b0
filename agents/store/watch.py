"""A run that another window or command carries out, watched live: what it stores is shown as it comes."""

from __future__ import annotations

import asyncio
import time
from array import array

from agents.contracts import Consumer
from agents.events import RunRewound, Stamped
from agents.store.store import Store

LOOK_SECONDS = 0.25
LOOKS_A_CHECK = 4  # after so many looks it is checked whether anybody still carries the run out


class Watch:
    """Shows `consumer` the events of a run after number `after`, in order, each once.

    When a part of the run is discarded meanwhile, `RunRewound` says up to where it still holds.
    """

    def __init__(self, store: Store, run: int, consumer: Consumer, after: int = 0) -> None:
        self._store, self._run, self._consumer = store, run, consumer
        self._times = array("d", (at for _, at in store.stamps(run, after)))
        self._seen = -1

    def look(self) -> bool:
        """Take in what was stored since the last look; whether there was anything."""
        version = self._store.data_version()
        if version == self._seen:
            return False
        self._seen = version
        news = self._rewind()
        for stamped in self._store.events(self._run, after=len(self._times)):
            self._times.append(stamped.at)
            self._consumer.receive(stamped)
            news = True
        return news

    def _rewind(self) -> bool:
        """Notice that events which were shown are others now."""
        count = len(self._times)
        if not count or self._store.stamps(self._run, count, after=count - 1) == [(count, self._times[-1])]:
            return False
        stored = self._store.stamps(self._run, count)
        pairs = zip(self._times, stored, strict=False)
        same = next((n for n, (seen, (_, at)) in enumerate(pairs) if seen != at), len(stored))
        del self._times[same:]
        self._consumer.receive(Stamped(self._run, 0, time.time(), RunRewound(to_seq=same)))
        return True


async def follow(
    store: Store, run: int, consumer: Consumer, after: int = 0, seconds: float = LOOK_SECONDS
) -> None:
    """Watch a run until nobody carries it out any more; a look every `seconds`."""
    watch = Watch(store, run, consumer, after)
    watch.look()
    while store.run(run).driven:
        for _ in range(LOOKS_A_CHECK):
            await asyncio.sleep(seconds)
            watch.look()
    watch.look()
