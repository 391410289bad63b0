"""Several agents at work at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from agents.calls import Dismissed

ResultT = TypeVar("ResultT")


class Workplaces:
    """Room for so many pieces of work at the same time, taken in the order in which they ask for it."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)

    async def hold(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Its result, begun when there is room. The place of work that fails stays taken: no more begins."""
        try:
            await self._free.acquire()
            result = await work
        except Dismissed:
            self._free.release()
            raise
        finally:
            work.close()
        self._free.release()
        return result


async def together(work: Sequence[Coroutine[Any, Any, ResultT]], at_once: int = 0) -> list[ResultT]:
    """All results, in order. When one fails, the others are ended and its error is raised as it is.

    At most `at_once` are at work at the same time, begun in their order; 0 means all. With 1 they come one
    after another.
    """
    places = Workplaces(at_once or len(work) or 1)
    tasks = [asyncio.ensure_future(places.hold(one)) for one in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in work:
            one.close()


async def until(
    work: Sequence[Coroutine[Any, Any, ResultT]],
    settles: Callable[[ResultT], bool],
    dismiss: Callable[[int], None],
    at_once: int = 0,
) -> list[ResultT]:
    """The results in order, up to the first that settles the matter: what comes after it is not needed.

    They are at work as in `together`, so the results are the same as one after the other; those that come
    before the one that settles it are waited for. Those after it that have begun are dismissed by their
    place, and may raise `Dismissed`; the others never begin.
    """
    results: dict[int, ResultT] = {}
    needed = len(work)

    async def placed(place: int, one: Coroutine[Any, Any, ResultT]) -> None:
        nonlocal needed
        if place >= needed:
            return
        try:
            results[place] = await one
        except Dismissed:
            return
        if settles(results[place]) and place < needed:
            for later in range(place + 1, needed):
                dismiss(later)
            needed = place + 1

    try:
        await together([placed(place, one) for place, one in enumerate(work)], at_once)
    finally:
        for one in work:
            one.close()
    return [results[place] for place in range(needed)]
