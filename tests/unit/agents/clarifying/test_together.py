from __future__ import annotations

import asyncio

import pytest

from agents.clarifying.together import together


async def after(turns: int, value: int) -> int:
    for _ in range(turns):
        await asyncio.sleep(0)
    return value


def test_results_come_in_the_order_of_the_work() -> None:
    assert asyncio.run(together([after(3, 1), after(1, 2), after(2, 3)])) == [1, 2, 3]


def test_an_error_is_raised_as_it_is_and_nothing_goes_on() -> None:
    ended: list[str] = []

    async def slow() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("slow")
        return 0

    async def fails() -> int:
        await asyncio.sleep(0)
        raise KeyError("no")

    with pytest.raises(KeyError):
        asyncio.run(together([slow(), fails()]))
    assert ended == ["slow"]
