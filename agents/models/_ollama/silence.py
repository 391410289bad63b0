"""Whether one who says nothing still works: a large model may load and read for many minutes [ours].

So silence alone is no failure; but a server that is frozen, or was cut off without a word, never answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

from agents.contracts import LoadingPart, ReplyPart
from agents.errors import ServerUnreachable, UserFacingError

LOOK_SECONDS = 20.0  # of silence, after which the server is asked for a word
MISSED = 2  # times in a row that it gave none

ResultT = TypeVar("ResultT")


async def unless(work: Awaitable[ResultT], given_up: Awaitable[Exception]) -> ResultT:
    """The result of `work`; if `given_up` comes first, `work` is cancelled and that error raised."""
    bound, within = asyncio.timeout(None), True

    def give_up(watching: asyncio.Future[Exception]) -> None:
        if within and not watching.cancelled():
            bound.reschedule(0)

    watching = asyncio.ensure_future(given_up)
    watching.add_done_callback(give_up)
    try:
        async with bound:
            try:
                return await work
            finally:
                within = False
                watching.cancel()
    except TimeoutError:
        if not bound.expired():
            raise
        raise watching.result() from None


async def begun_in_time(
    parts: AsyncGenerator[ReplyPart, None], silent: Callable[[int | None], Awaitable[Exception]] | None
) -> AsyncGenerator[ReplyPart, None]:
    """The same parts; until one of the reply comes, `silent` may give up, whose error is raised then.

    It is told the bytes of a model that is loaded first. None: whoever asks has the time.
    """
    load: int | None = None
    while True:
        following = anext(parts, None)
        part = await (unless(following, silent(load)) if silent else following)
        if part is None:
            return
        if isinstance(part, LoadingPart):
            load = part.size
        else:
            silent = None
        yield part


async def found_dead(look: Callable[[], Awaitable[object]], seconds: float = LOOK_SECONDS) -> Exception:
    """Return the `ServerUnreachable` of a server that does not answer `look` any more, however late that is.

    It is looked at every so many seconds. One that answers with another failure is alive.
    """
    missed = 0
    while True:
        await asyncio.sleep(seconds)
        try:
            await look()
        except ServerUnreachable as error:
            missed += 1
            if missed == MISSED:
                return error
        except UserFacingError:
            missed = 0
        else:
            missed = 0
