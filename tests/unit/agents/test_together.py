from __future__ import annotations

import asyncio

import pytest

from agents.together import together


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


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_are_at_work_than_may_be(at_once: int) -> None:
    working: set[int] = set()
    most: list[int] = []

    async def work(number: int) -> int:
        working.add(number)
        most.append(len(working))
        await asyncio.sleep(0)
        working.discard(number)
        return number

    assert asyncio.run(together([work(number) for number in range(6)], at_once)) == [0, 1, 2, 3, 4, 5]
    assert max(most) == at_once


def test_what_was_not_begun_when_another_failed_never_begins() -> None:
    begun: list[str] = []

    async def fails() -> int:
        raise KeyError("no")

    async def later() -> int:
        begun.append("later")
        return 0

    with pytest.raises(KeyError):
        asyncio.run(together([fails(), later()], 1))
    assert not begun
