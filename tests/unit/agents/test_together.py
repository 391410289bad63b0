from __future__ import annotations

import asyncio

import pytest

from agents.calls import Dismissed
from agents.together import Workplaces, together, until


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


def test_the_results_end_with_the_first_that_settles_it_and_later_ones_are_dismissed() -> None:
    dismissed: list[int] = []
    events = [asyncio.Event() for _ in range(4)]

    async def work(place: int) -> int:
        if place == 1:
            await asyncio.sleep(0)
            return place
        await events[place].wait()
        if place in dismissed:
            raise Dismissed
        return place

    def dismiss(place: int) -> None:
        dismissed.append(place)
        events[place].set()
        events[0].set()  # what comes before is waited for

    found = asyncio.run(until([work(place) for place in range(4)], lambda place: place == 1, dismiss))
    assert found == [0, 1]
    assert dismissed == [2, 3]


def test_one_after_another_nothing_begins_after_what_settles_it() -> None:
    begun: list[int] = []

    async def work(place: int) -> int:
        begun.append(place)
        return place

    found = asyncio.run(until([work(place) for place in range(4)], lambda place: place == 2, begun.append, 1))
    assert found == [0, 1, 2]
    assert begun == [0, 1, 2, 3]  # the last is the dismissal


def test_an_earlier_one_that_settles_it_later_is_the_last() -> None:
    async def work(place: int) -> int:
        await asyncio.sleep(0 if place else 0.01)
        return place

    found = asyncio.run(until([work(place) for place in range(3)], lambda place: True, lambda place: None))
    assert found == [0]


def test_work_that_holds_no_place_goes_on_beside_the_next() -> None:
    order: list[str] = []

    async def write(number: int) -> None:
        order.append(f"write {number}")
        await asyncio.sleep(0)

    async def work(places: Workplaces, number: int) -> None:
        await places.hold(write(number))
        order.append(f"try {number}")
        for _ in range(3):
            await asyncio.sleep(0)
        order.append(f"tried {number}")

    async def whole() -> None:
        places = Workplaces(1)
        await together([work(places, number) for number in (1, 2)])

    asyncio.run(whole())
    assert order.index("write 2") < order.index("tried 1")
    assert order.index("write 1") < order.index("write 2")
