"""Waiting for one who may be long in coming, but not for one who never will."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from agents.errors import ModelFailed, ServerUnreachable, StreamCut
from agents.models._ollama.silence import found_dead, unless


async def never() -> Exception:
    return await asyncio.Future[Exception]()


async def at_once() -> Exception:
    return StreamCut("Enough.")


async def says(word: str) -> str:
    await asyncio.sleep(0)
    return word


async def too_late() -> str:
    raise TimeoutError


def test_what_comes_in_time_is_the_result() -> None:
    assert asyncio.run(unless(says("Here."), never())) == "Here."


def test_who_is_given_up_is_cancelled() -> None:
    async def work() -> None:
        working: asyncio.Future[str] = asyncio.Future()
        with pytest.raises(StreamCut, match="Enough"):
            await unless(working, at_once())
        assert working.cancelled()

    asyncio.run(work())


def test_a_timeout_of_the_work_is_its_own() -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(unless(too_late(), never()))


def test_who_waits_can_be_cancelled() -> None:
    async def work() -> None:
        waiting = asyncio.create_task(unless(asyncio.Future[str](), never()))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(work())


def test_a_server_is_dead_when_it_misses_two_looks_in_a_row() -> None:
    gone = ServerUnreachable("Nobody.")
    answers: list[Exception | None] = [gone, None, gone, ModelFailed("Alive."), gone, gone, None]

    def look() -> Awaitable[None]:
        async def answer() -> None:
            if (error := answers.pop(0)) is not None:
                raise error

        return answer()

    assert asyncio.run(found_dead(look, 0)) is gone
    assert len(answers) == 1
