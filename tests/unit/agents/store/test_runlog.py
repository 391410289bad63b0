from __future__ import annotations

import asyncio
import gc
import hashlib
import threading

import pytest

from agents.errors import Bug, RunIsDriven
from agents.events import (
    PhaseBegun,
    RunContinued,
    RunEnded,
    RunPaused,
    RunState,
    Stamped,
    TextStreamed,
)
from agents.store.store import Store
from tests.unit.agents.store.helpers import Watcher, message, notice, started, step, stored, texts


def test_events_are_numbered_stored_and_shown_in_order(store: Store, run: int) -> None:
    async def live() -> list[Stamped]:
        log, watcher = store.log(run), Watcher()
        log.subscribe(watcher)
        for number in range(5000):
            log.emit(notice(str(number)))
        await log.flush()
        await log.close()
        return watcher.received

    seen = asyncio.run(live())
    assert [stamped.seq for stamped in seen] == list(range(1, 5001))
    assert list(store.events(run)) == seen
    assert [s.seq for s in store.events(run, after=2998, upto=3001)] == [2999, 3000, 3001]


def test_an_event_is_shown_only_when_it_is_durable(store: Store, run: int) -> None:
    class Looker:
        def __init__(self) -> None:
            self.stored: list[bool] = []

        def receive(self, stamped: Stamped) -> None:
            assert threading.current_thread() is threading.main_thread()
            self.stored.append(stamped in list(store.events(run)))

    async def live() -> list[bool]:
        log, looker = store.log(run), Looker()
        log.subscribe(looker)
        for number in range(20):
            log.emit(notice(str(number)))
            await asyncio.sleep(0)
        await log.close()
        return looker.stored

    assert asyncio.run(live()) == [True] * 20


def test_ephemeral_events_keep_their_place_and_are_not_stored(store: Store, run: int) -> None:
    streamed = TextStreamed(message="ceo#1", text="He")

    async def live() -> Watcher:
        log, watcher = store.log(run), Watcher()
        log.subscribe(watcher)
        log.emit(streamed)
        log.emit(notice("a"))
        log.emit(streamed)
        log.emit(streamed)
        log.emit(notice("b"))
        await log.flush()
        log.emit(streamed)
        await log.flush()
        await log.close()
        return watcher

    watcher = asyncio.run(live())
    assert watcher.events == [streamed, notice("a"), streamed, streamed, notice("b"), streamed]
    assert [stamped.seq for stamped in watcher.received] == [0, 1, 0, 0, 2, 0]
    assert stored(store, run) == [(1, notice("a")), (2, notice("b"))]


def test_a_batch_is_one_call_on_the_loop(store: Store, run: int) -> None:
    async def live() -> int:
        log = store.log(run)
        loop = asyncio.get_running_loop()
        calls = 0
        original = loop.call_soon_threadsafe

        def counted(*args: object, **more: object) -> asyncio.Handle:
            nonlocal calls
            calls += 1
            return original(*args, **more)  # type: ignore[arg-type]  # passed on as they came

        loop.call_soon_threadsafe = counted  # type: ignore[method-assign]  # the loop is asyncio's, not ours
        for number in range(10_000):
            log.emit(notice(str(number)))
        await log.close()
        return calls

    assert asyncio.run(live()) < 200


def test_a_key_is_stored_once_also_by_a_later_log(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        log.emit(notice("a"), "first")
        log.emit(notice("again"), "first")
        log.emit(notice("no key"))
        await log.record(step("ceo#1"), [(notice("again"), "first"), (notice("b"), "second")])
        await log.close()

    async def later() -> None:
        log = store.log(run)
        log.emit(notice("again"), "first")
        log.emit(notice("again"), "second")
        log.emit(notice("c"), "third")
        await log.close()

    asyncio.run(session())
    asyncio.run(later())
    assert texts(store, run) == ["a", "no key", "b", "c"]
    assert [seq for seq, _ in stored(store, run)] == [1, 2, 3, 4]


def test_a_recorded_step_is_durable_and_found_again(store: Store, run: int) -> None:
    first, second = step("ceo#1", '{"text": "hi"}'), step("ceo#2")

    async def session() -> None:
        log = store.log(run)
        assert log.finished("ceo#1") is None
        await log.record(first, [(message("hi"), "message:ceo#1")])
        assert store.steps(run) == [first]
        assert log.finished("ceo#1") == first
        await log.record(second)
        with pytest.raises(Bug):
            await log.record(first)
        assert log.steps_finished() == 2
        await log.close()

    async def later() -> None:
        log = store.log(run)
        assert log.finished("ceo#1") == first
        assert log.steps_finished() == 2
        await log.close()

    asyncio.run(session())
    asyncio.run(later())
    assert store.steps(run) == [first, second]


def test_a_cancelled_record_is_finished_all_the_same(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        recording = asyncio.create_task(log.record(step("ceo#1")))
        await asyncio.sleep(0)
        recording.cancel()
        with pytest.raises(asyncio.CancelledError):
            await recording
        await log.flush()
        assert log.finished("ceo#1") == step("ceo#1")
        await log.close()

    asyncio.run(session())
    assert store.steps(run) == [step("ceo#1")]


def test_contents_are_kept_by_their_hash(store: Store, run: int) -> None:
    async def session() -> str:
        log = store.log(run)
        digest = log.keep(b"print(1)\n")
        assert log.keep(b"print(1)\n") == digest
        log.emit(notice("after"))
        await log.close()
        return digest

    digest = asyncio.run(session())
    assert digest == hashlib.sha256(b"print(1)\n").hexdigest()
    assert store.blob(digest) == b"print(1)\n"


# --- state, consumers, ends ------------------------------------------------------------------------


def test_the_runs_state_follows_its_events(store: Store, run: int) -> None:
    async def session() -> list[RunState]:
        log, states = store.log(run), [store.run(run).state]
        for event in (
            started(),
            RunPaused(),
            notice("x"),
            RunContinued(),
            RunEnded(state="failed", summary=""),
        ):
            log.emit(event)
            await log.flush()
            states.append(store.run(run).state)
        before = store.run(run).changed
        await log.record(step("a"))
        assert store.run(run).changed > before
        await log.close()
        return states

    assert asyncio.run(session()) == ["running", "running", "paused", "paused", "running", "failed"]


def test_a_failing_consumer_takes_nothing_from_the_others(store: Store, run: int) -> None:
    class Failing:
        def receive(self, stamped: Stamped) -> None:
            raise ZeroDivisionError(stamped.seq)

    async def session() -> tuple[list[int], int]:
        problems = 0

        def note(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
            nonlocal problems
            problems += 1

        asyncio.get_running_loop().set_exception_handler(note)
        log, watcher = store.log(run), Watcher()
        log.subscribe(Failing())
        log.subscribe(watcher)
        for number in range(5):
            log.emit(notice(str(number)))
        await log.flush()
        await asyncio.sleep(0.01)
        await log.close()
        return [stamped.seq for stamped in watcher.received], problems

    assert asyncio.run(session()) == ([1, 2, 3, 4, 5], 5)


def test_a_consumer_may_emit(store: Store, run: int) -> None:
    async def session() -> list[str]:
        log = store.log(run)

        class Echo(Watcher):
            def receive(self, stamped: Stamped) -> None:
                super().receive(stamped)
                if len(self.received) == 1:
                    log.emit(notice("echo"))

        echo = Echo()
        log.subscribe(echo)
        log.emit(notice("call"))
        await log.flush()
        await log.flush()
        await log.close()
        return [stamped.event.text for stamped in echo.received]  # type: ignore[union-attr]  # only notices

    assert asyncio.run(session()) == ["call", "echo"]


def test_a_closed_log_refuses_and_makes_room_for_the_next(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        with pytest.raises(RunIsDriven):
            store.log(run)
        await log.close()
        await log.close()
        with pytest.raises(Bug):
            log.emit(notice("late"))
        with pytest.raises(Bug):
            await log.record(step("late"))
        await store.log(run).close()

    asyncio.run(session())


def test_a_log_whose_loop_is_gone_gives_way_and_has_lost_nothing(store: Store, run: int) -> None:
    async def dies() -> None:
        log = store.log(run)
        for number in range(3000):
            log.emit(notice(str(number)))

    async def goes_on() -> None:
        log = store.log(run)
        log.emit(PhaseBegun(phase="p", title="P"))
        await log.close()

    asyncio.run(dies())
    gc.collect()
    asyncio.run(goes_on())
    assert [seq for seq, _ in stored(store, run)] == list(range(1, 3002))
