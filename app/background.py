"""Coroutines started from slots: kept alive, and their failures told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

ValueT = TypeVar("ValueT")


class Background:
    """Holds the tasks that a part of the window has started, so that they are neither lost nor forgotten.

    A task that fails goes to the loop's exception handler immediately, not when it is collected as garbage.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    def start(self, work: Coroutine[object, object, ValueT]) -> asyncio.Task[ValueT]:
        """Carry `work` out on the running loop."""
        task = asyncio.get_event_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def cancel(self) -> None:
        """End everything that is under way."""
        for task in tuple(self._tasks):
            task.cancel()

    async def ended(self) -> None:
        """Wait until nothing is under way any more."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _done(self, task: asyncio.Task[ValueT]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": "A task of the window failed", "exception": error, "task": task}
            )
