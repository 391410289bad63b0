"""The generations of a run that are going on, which its user can stop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class CallStopped(Exception):
    """The user stopped a call; the run waits, and asks again when it goes on."""


class Calls:
    """What waits for a model server at the moment."""

    def __init__(self) -> None:
        self._going: set[asyncio.Task[None]] = set()
        self._stopped: set[asyncio.Task[None]] = set()

    def stop(self) -> bool:
        """End all of them; whether there were any. The caller pauses the run first."""
        self._stopped |= self._going
        for call in self._going:
            call.cancel()
        return bool(self._going)

    async def until_done(self, work: Coroutine[object, object, None]) -> None:
        """Carry `work` out; `CallStopped` when the user stopped it, and it has ended when this returns."""
        call = asyncio.create_task(work)
        self._going.add(call)
        try:
            await call
        except asyncio.CancelledError:
            call.cancel()
            await asyncio.wait([call])  # the connection is closed when this returns
            if call in self._stopped and not _cancelling():
                raise CallStopped from None
            raise
        finally:
            self._going.discard(call)
            self._stopped.discard(call)


def _cancelling() -> bool:
    """Whether the run itself is being ended, not only a call of it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
