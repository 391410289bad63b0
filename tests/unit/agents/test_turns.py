"""Branches at the same time take up finished steps in the order in which these were recorded."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agents.journal import Journal, Performed
from agents.store.store import Store
from agents.turns import LAST, Turns
from tests.unit.agents.test_journal import in_run


def test_the_lowest_place_goes_first_once_all_wait() -> None:
    went: list[int] = []

    async def branch(turns: Turns, places: list[int]) -> None:
        for place in places:
            await turns.take(place)
            went.append(place)

    async def work() -> None:
        turns = Turns()
        async with asyncio.TaskGroup() as group:
            for places in ([3, 4, 9], [1, 7, LAST], [2, 5, 6, 8]):
                group.create_task(branch(turns, places))

    asyncio.run(asyncio.wait_for(work(), 10))
    assert went == [1, 2, 3, 4, 5, 6, 7, 8, 9, LAST]


def test_a_branch_that_was_cancelled_holds_nobody_up() -> None:
    async def work() -> None:
        turns = Turns()
        first, second = asyncio.create_task(turns.take(1)), asyncio.create_task(turns.take(2))
        await asyncio.sleep(0)
        first.cancel()
        await second
        await turns.take(3)

    asyncio.run(asyncio.wait_for(work(), 10))


class Method:
    """Branches within branches that write down what they do; `seconds` is how long a step takes."""

    def __init__(self, journal: Journal, seconds: Callable[[], float]) -> None:
        self.did: list[str] = []
        self._journal = journal
        self._seconds = seconds

    async def step(self, name: str) -> None:
        async def perform() -> Performed:
            await asyncio.sleep(self._seconds())
            return Performed({})

        # What was done so far is part of the request, as files and versions are of a real one.
        await self._journal.step(name, "value", {"did": list(self.did)}, perform)
        self.did.append(name)

    async def branch(self, name: str, depth: int) -> None:
        self.did.append(f"{name} begins")
        await self.step(f"{name}a")
        if depth:
            async with asyncio.TaskGroup() as group:
                for number in range(2):
                    group.create_task(self.branch(f"{name}{number}", depth - 1))
        self.did.append(f"{name} has joined")
        await self.step(f"{name}b")


def carried_out(home: Path, seconds: Callable[[], float], after: int = 0) -> tuple[list[str], list[str]]:
    """What was done, and the notes of what was discarded; stopped after so many steps, 0 for never."""
    done: list[str] = []

    async def work(journal: Journal, _: object) -> None:
        method = Method(journal, seconds)
        task = asyncio.create_task(method.branch("r", 3))
        while not task.done() and not (after and journal_steps(journal) >= after):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        done.extend(method.did)

    recorder = in_run(home, work)
    return done, [stamped.event.kind for stamped in recorder.seen]


def journal_steps(journal: Journal) -> int:
    return journal._log.steps_finished()


@pytest.mark.parametrize("seed", range(3))
def test_a_replay_does_what_was_done(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    for after in (5, 11, 18, 25, 0):
        live, told = carried_out(tmp_path, lambda: dice.uniform(0, 0.004), after)
        assert told == []  # nothing was discarded
    replayed, told = carried_out(tmp_path, lambda: pytest.fail("a finished step was performed again"))
    assert replayed == live
    assert told == []
    store = Store.open(tmp_path / "troupe.db")
    try:
        assert len(store.steps(1)) == 30
    finally:
        store.close()


def test_a_step_that_is_not_finished_begins_when_no_finished_one_waits(tmp_path: Path) -> None:
    order: list[str] = []

    def performing(name: str) -> Callable[[], Awaitable[Performed]]:
        async def perform() -> Performed:
            order.append(name)
            return Performed({})

        return perform

    async def first(journal: Journal, _: object) -> None:
        for name in ("b1", "b2", "b3"):
            await journal.step(name, "value", {}, performing(name))

    async def again(journal: Journal, _: object) -> None:
        async def new() -> None:
            await journal.step("new", "value", {}, performing("new"))

        async def old() -> None:
            for name in ("b1", "b2", "b3"):
                await journal.step(name, "value", {}, performing(name))
                order.append(f"{name} again")

        await asyncio.gather(new(), old())

    in_run(tmp_path, first)
    in_run(tmp_path, again)
    assert order == ["b1", "b2", "b3", "b1 again", "b2 again", "b3 again", "new"]
