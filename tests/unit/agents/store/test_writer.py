"""A full disk, a database held by others, a disk that fails: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agents.errors import Bug, DatabaseNotWritable
from agents.store.opening import connect
from agents.store.store import Store
from agents.store.writer import Writer
from tests.unit.agents.store.helpers import Watcher, message, new_run, notice, step, stored, texts


def limit_pages(store: Store, pages: int) -> None:
    """Let the disk be full once the database has `pages` pages more (0: no limit)."""

    def limit(connection: sqlite3.Connection) -> None:
        now = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {now + pages if pages else 2**30}")

    store._writer.call(limit)


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(store: Store, run: int) -> None:
    limit_pages(store, 60)

    async def session() -> tuple[list[str], Watcher]:
        log, watcher, acknowledged = store.log(run), Watcher(), []
        log.subscribe(watcher)
        with pytest.raises(DatabaseNotWritable, match="disk is full") as caught:
            for number in range(10_000):
                log.emit(message("a long text " * 50, number=number), f"m{number}")
                await log.record(step(f"s{number}", "r" * 500))
                acknowledged.append(f"s{number}")
        assert "Make room" in caught.value.hint
        assert "SQLITE_FULL" in caught.value.detail
        with pytest.raises(DatabaseNotWritable):
            log.emit(notice("more"))
        with pytest.raises(DatabaseNotWritable):
            await log.record(step("more"))
        with pytest.raises(DatabaseNotWritable):
            log.keep(b"more")
        with pytest.raises(DatabaseNotWritable):
            await log.flush()
        await log.close()
        return acknowledged, watcher

    acknowledged, watcher = asyncio.run(session())
    assert len(acknowledged) > 5
    assert [found.key for found in store.steps(run)] == acknowledged
    assert watcher.received == list(store.events(run))[: len(watcher.received)]
    assert store.run(run).state == "running", "reading goes on"


def test_after_room_was_made_a_new_log_goes_on(store: Store, run: int) -> None:
    async def fails() -> None:
        log = store.log(run)
        log.emit(notice("before"))
        await log.flush()
        limit_pages(store, 1)
        log.keep(b"x" * 100_000)
        log.emit(notice("lost"))
        with pytest.raises(DatabaseNotWritable):
            await log.record(step("lost"))

    async def goes_on() -> None:
        log = store.log(run)
        assert log.steps_finished() == 0
        log.emit(notice("after"))
        await log.record(step("a"))
        await log.close()

    asyncio.run(fails())
    limit_pages(store, 0)
    asyncio.run(goes_on())
    assert [seq for seq, _ in stored(store, run)] == [1, 2]
    assert texts(store, run) == ["before", "after"]


def test_close_says_a_failure_that_nobody_has_heard_of(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        limit_pages(store, 1)
        log.keep(b"x" * 100_000)
        with pytest.raises(DatabaseNotWritable):
            await log.close()
        await log.close()

    asyncio.run(session())
    assert not store.run(run).driven


def test_a_project_that_does_not_fit_is_refused_and_the_store_goes_on(store: Store) -> None:
    limit_pages(store, 1)
    with pytest.raises(DatabaseNotWritable):
        store.create_project("big", "f" * 1_000_000)
    assert store.projects() == []
    assert store.create_project("small", "f") == 1


def test_a_database_held_too_long_is_said(path: Path) -> None:
    with closing(Store.open(path, busy_seconds=0.1)) as store:
        run = new_run(store)

        async def session() -> None:
            log = store.log(run)
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(DatabaseNotWritable, match="Another program holds it"):
                    await log.record(step("a"))
                other.execute("ROLLBACK")
            await log.close()
            log = store.log(run)
            await log.record(step("a"))
            await log.close()

        asyncio.run(session())
        assert store.steps(run) == [step("a")]


def test_a_database_held_for_a_moment_is_waited_for(store: Store, run: int, path: Path) -> None:
    async def session() -> None:
        log = store.log(run)
        with closing(connect(path, busy_seconds=1)) as other:
            other.execute("BEGIN IMMEDIATE")
            free = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
            free.start()
            await log.record(step("a"))
            free.join()
        await log.close()

    asyncio.run(session())
    assert store.steps(run) == [step("a")]


FILE_TOO_BIG = """
import asyncio, resource, sys
from pathlib import Path
from agents.errors import DatabaseNotWritable
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, new_run, step
store = Store.open(Path(sys.argv[1]))
run = new_run(store)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
async def session():
    log = store.log(run)
    try:
        for number in range(10_000):
            log.emit(message("text " * 200, number=number))
            await log.record(step(f"s{number}"))
            print(f"s{number}", flush=True)
    except DatabaseNotWritable as error:
        print(error.message, flush=True)
    print("alive", len(store.steps(run)), flush=True)
asyncio.run(session())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on a process's files")
def test_a_disk_that_refuses_is_said_and_nothing_acknowledged_is_lost(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILE_TOO_BIG, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    *acknowledged, sentence, last = done.stdout.splitlines()
    assert sentence.startswith(f"The database {path} cannot be used: ")
    assert last == f"alive {len(acknowledged)}"
    with closing(Store.open(path)) as store:
        assert [found.key for found in store.steps(1)] == acknowledged


@pytest.fixture
def unraised() -> Callable[[], list[type[BaseException]]]:
    """What threads raise without anybody to hear it."""
    raised: list[type[BaseException]] = []
    before, threading.excepthook = threading.excepthook, lambda args: raised.append(args.exc_type)

    def found() -> list[type[BaseException]]:
        threading.excepthook = before
        return raised

    return found


def test_a_fault_of_our_own_leaves_nobody_waiting(
    tmp_path: Path, unraised: Callable[[], list[type[BaseException]]]
) -> None:
    path = tmp_path / "any.db"
    writer = Writer(path, connect(path, busy_seconds=1))
    with pytest.raises(Bug, match="has failed"):
        writer.call(lambda _: 1 // 0)
    writer._thread.join(10)
    with pytest.raises(Bug, match="has ended"):
        writer.call(lambda _: 1)
    writer.close()
    assert unraised() == [ZeroDivisionError]


def test_a_refused_statement_is_our_fault(tmp_path: Path) -> None:
    path = tmp_path / "any.db"
    writer = Writer(path, connect(path, busy_seconds=1))
    with pytest.raises(Bug, match="no such table"):
        writer.call(lambda connection: connection.execute("SELECT * FROM nowhere"))
    assert writer.call(lambda connection: connection.execute("SELECT 1").fetchone()) == (1,)
    writer.close()
