"""A run that another process carries out is watched as it goes on."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from agents.events import RunRewound
from agents.store.store import Store
from agents.store.watch import Watch, follow
from tests.unit.agents.store.helpers import Watcher, message, new_run, notice, started, step, stored


def test_what_another_store_writes_is_shown_once_and_in_order(path: Path) -> None:
    async def work() -> None:
        with closing(Store.open(path)) as driving, closing(Store.open(path)) as watching:
            run = new_run(driving)
            log = driving.log(run)
            log.emit(started())
            await log.flush()
            seen = Watcher()
            watch = Watch(watching, run, seen)
            assert watch.look()
            assert not watch.look()
            for number in range(1500):
                log.emit(notice(str(number)))
            await log.flush()
            assert watch.look()
            assert not watch.look()
            assert [(s.seq, s.event) for s in seen.received] == stored(driving, run)
            late = Watcher()
            Watch(watching, run, late, after=1400).look()
            assert [s.seq for s in late.received] == list(range(1401, 1502))
            await log.close()

    asyncio.run(work())


def test_a_part_that_is_discarded_is_said(path: Path) -> None:
    async def work() -> None:
        with closing(Store.open(path)) as driving, closing(Store.open(path)) as watching:
            run = new_run(driving)
            log = driving.log(run)
            seen = Watcher()
            watch = Watch(watching, run, seen)
            for name in ("a", "b", "c"):
                await log.record(step(name), [(message(name), f"m{name}")])
            watch.look()
            await log.discard_from("b")
            for text in ("x", "y", "z"):
                log.emit(notice(text))
            await log.flush()
            watch.look()
            assert [event.to_seq for event in seen.events if isinstance(event, RunRewound)] == [1]
            assert [s.seq for s in seen.received] == [1, 2, 3, 0, 2, 3, 4]
            await log.close()

    asyncio.run(work())


def test_it_is_followed_until_nobody_carries_it_out(path: Path) -> None:
    async def work() -> None:
        with closing(Store.open(path)) as driving, closing(Store.open(path)) as watching:
            run = new_run(driving)
            log = driving.log(run)
            seen = Watcher()
            watched = asyncio.create_task(follow(watching, run, seen, seconds=0.005))
            for number in range(5):
                log.emit(notice(str(number)))
                await asyncio.sleep(0.01)
            assert not watched.done()
            await log.close()
            await asyncio.wait_for(watched, 10)
            assert len(seen.received) == 5

    asyncio.run(work())
