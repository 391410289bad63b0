"""The generations of a run that are going on: its user can stop them, and they are ended when not needed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class CallStopped(Exception):
    """The user stopped a call; the run waits, and asks again when it goes on."""


class Dismissed(Exception):
    """Nothing is needed of an agent any more: another one has what was looked for."""


class Calls:
    """What waits for a model server at the moment, by who speaks."""

    def __init__(self) -> None:
        self._going: dict[asyncio.Task[None], str] = {}
        self._ended: dict[asyncio.Task[None], type[CallStopped] | type[Dismissed]] = {}
        self._dismissed: set[str] = set()

    @property
    def going(self) -> bool:
        """Whether there are any."""
        return bool(self._going)

    def stop(self) -> bool:
        """End all of them; whether there were any. The caller pauses the run first."""
        for call in self._going:
            self._end(call, CallStopped)
        return bool(self._going)

    def dismiss(self, speaker: str) -> None:
        """End what `speaker` says now; it will say no more."""
        self._dismissed.add(speaker)
        for call, of in self._going.items():
            if of == speaker:
                self._end(call, Dismissed)

    def check_needed(self, speaker: str) -> None:
        """Raise `Dismissed` when `speaker` was dismissed."""
        if speaker in self._dismissed:
            raise Dismissed

    async def until_done(self, work: Coroutine[object, object, None], speaker: str) -> None:
        """Carry `work` out; raises `CallStopped` or `Dismissed` when it was ended, once it really has."""
        call = asyncio.create_task(work)
        self._going[call] = speaker
        try:
            await call
        except asyncio.CancelledError:
            call.cancel()
            await asyncio.wait([call])  # the connection is closed when this returns
            if call in self._ended and not _cancelling():
                raise self._ended[call] from None
            raise
        finally:
            del self._going[call]
            self._ended.pop(call, None)

    def _end(self, call: asyncio.Task[None], why: type[CallStopped] | type[Dismissed]) -> None:
        self._ended[call] = why
        call.cancel()


def _cancelling() -> bool:
    """Whether the run itself is being ended, not only a call of it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
