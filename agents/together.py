"""Several agents at work at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


async def together(work: Sequence[Coroutine[Any, Any, ResultT]], at_once: int = 0) -> list[ResultT]:
    """All results, in order. When one fails, the others are ended and its error is raised as it is.

    At most `at_once` are at work at the same time, begun in their order; 0 means all. With 1 they come one
    after another.
    """
    places = asyncio.Semaphore(at_once or len(work) or 1)

    async def placed(one: Coroutine[Any, Any, ResultT]) -> ResultT:
        await places.acquire()
        result = await one  # the place of one that fails stays taken: nothing more begins
        places.release()
        return result

    tasks = [asyncio.ensure_future(placed(one)) for one in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in work:
            one.close()
