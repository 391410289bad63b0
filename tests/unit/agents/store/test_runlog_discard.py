"""What `RunLog.discard_from` takes away, and what it keeps."""

from __future__ import annotations

import asyncio

import pytest

from agents.errors import Bug
from agents.events import RunContinued, RunEnded, RunPaused, RunRewound
from agents.store.runlog import RunLog
from agents.store.store import Store
from tests.unit.agents.store.helpers import Watcher, notice, started, step, stored, texts


async def _three_steps(log: RunLog) -> None:
    log.emit(started(), "started")
    await log.record(step("a"), [(notice("said a"), "said a")])
    log.emit(notice("between"), "between")
    await log.record(step("b"), [(notice("said b"), "said b")])
    log.emit(notice("after b"), "after b")
    await log.record(step("c"), [(notice("said c"), "said c")])
    log.emit(notice("last"), "last")


def test_discarding_deletes_the_step_all_later_ones_and_what_followed(store: Store, run: int) -> None:
    async def session() -> Watcher:
        log, watcher = store.log(run), Watcher()
        log.subscribe(watcher)
        await _three_steps(log)
        assert await log.discard_from("b") == 2
        assert (log.finished("a"), log.finished("b"), log.finished("c")) == (step("a"), None, None)
        log.emit(notice("between, anew"), "between")
        await log.record(step("b", '{"new": 1}'))
        await log.close()
        return watcher

    watcher = asyncio.run(session())
    assert texts(store, run) == ["said a", "between, anew"]
    assert [seq for seq, _ in stored(store, run)] == [1, 2, 3]
    assert store.steps(run) == [step("a"), step("b", '{"new": 1}')]
    assert [s.seq for s in watcher.received] == [*range(1, 8), 0, 3]
    assert watcher.events[7] == RunRewound(to_seq=2)


def test_discarding_the_first_step_leaves_nothing(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        await _three_steps(log)
        assert await log.discard_from("a") == 0
        with pytest.raises(Bug):
            await log.discard_from("a")
        await log.close()

    asyncio.run(session())
    assert (stored(store, run), store.steps(run)) == ([], [])


def test_a_replay_that_discards_keeps_what_it_said_itself(store: Store, run: int) -> None:
    """The replay was told that `between` is stored and will not say it again: so it must stay."""

    async def first() -> None:
        log = store.log(run)
        await _three_steps(log)
        await log.close()

    async def replay() -> Watcher:
        log, watcher = store.log(run), Watcher()
        log.subscribe(watcher)
        log.emit(RunContinued(finished_steps=3))
        log.emit(started(), "started")
        log.emit(notice("said a"), "said a")
        log.emit(notice("between"), "between")
        assert await log.discard_from("b") == 2
        await log.record(step("b", '{"new": 1}'), [(notice("said b, anew"), "said b")])
        await log.close()
        return watcher

    asyncio.run(first())
    watcher = asyncio.run(replay())
    assert stored(store, run) == [
        (1, started()),
        (2, notice("said a")),
        (3, RunContinued(finished_steps=3)),
        (4, notice("between")),
        (5, notice("said b, anew")),
    ]
    assert store.steps(run) == [step("a"), step("b", '{"new": 1}')]
    rewound = watcher.events.index(RunRewound(to_seq=2))
    assert [s for s in watcher.received[rewound + 1 :] if s.seq] == list(store.events(run, after=2))


def test_a_replay_that_discards_keeps_the_steps_it_has_paid_for_itself(store: Store, run: int) -> None:
    async def first() -> None:
        log = store.log(run)
        await _three_steps(log)
        await log.close()

    async def replay() -> None:
        log = store.log(run)
        await log.record(step("parallel"), [(notice("parallel"), "parallel")])
        await log.discard_from("c")
        assert log.finished("parallel")
        await log.close()

    asyncio.run(first())
    asyncio.run(replay())
    assert store.steps(run) == [step("a"), step("b"), step("parallel")]
    assert texts(store, run) == ["said a", "between", "said b", "parallel"]


def test_discarding_sets_the_state_back(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        log.emit(started())
        log.emit(RunPaused())
        await log.record(step("a"))
        log.emit(RunEnded(state="succeeded", summary=""))
        await log.record(step("b"))
        await log.discard_from("b")
        await log.close()

    asyncio.run(session())
    assert store.run(run).state == "paused"
