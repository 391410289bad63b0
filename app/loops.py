"""What Qt's event loop leaves out of asyncio's: closing the asynchronous generators that nobody reads on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from types import coroutine

PATIENCE = 5.0
"""Seconds that generators have at the end to close what they read from."""


@coroutine
def _next_turn() -> Generator[None, None, None]:
    """Let the loop go on with this task in its next turn; unlike `asyncio.sleep` it needs no running loop."""
    yield


@contextmanager
def generators_closed(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Within it, a generator that is dropped half read is closed on `loop`, as asyncio's own loops do.

    Without that it would be torn down outside the loop, where the connection it reads cannot be closed.
    To be used in the loop's thread, around its running; what is still to be closed is closed at the end.
    """
    dropped: set[AsyncGenerator[object, None]] = set()
    empty = asyncio.Event()

    async def close(generator: AsyncGenerator[object, None]) -> None:
        while not loop.is_running():  # Qt still delivers events when the loop has just been left
            await _next_turn()
        try:
            await generator.aclose()
        finally:
            dropped.discard(generator)
            if not dropped:
                empty.set()

    def drop(generator: AsyncGenerator[object, None]) -> None:
        """Collected in any thread; a closed loop has nothing left that could be closed."""
        if not loop.is_closed():
            dropped.add(generator)
            empty.clear()
            loop.call_soon_threadsafe(lambda: loop.create_task(close(generator)))

    former = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=drop)
    try:
        yield
        if dropped:
            loop.run_until_complete(asyncio.wait_for(empty.wait(), PATIENCE))
    finally:
        sys.set_asyncgen_hooks(*former)
