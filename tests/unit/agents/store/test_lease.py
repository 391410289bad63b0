from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agents.errors import RunIsDriven
from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run, notice, stored, texts

DRIVER = """
import asyncio, sys
from pathlib import Path
from agents.events import NoticeGiven
from agents.store.store import Store
store = Store.open(Path(sys.argv[1]))
run = int(sys.argv[2])
async def session():
    log = store.log(run)
    for number in range(500):
        log.emit(NoticeGiven(text=f"other {number}"))
        if number % 50 == 0:
            await log.flush()
    await log.flush()
    print("driving", flush=True)
    sys.stdin.readline()
asyncio.run(session())
"""


@contextmanager
def driver(path: Path, run: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes to the run and then holds it."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(path), str(run)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_it_drives(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "driving\n"


def test_a_run_is_carried_out_by_one_only(store: Store, run: int, path: Path) -> None:
    other = new_run(store)
    with closing(Store.open(path)) as window:
        with store.lease(run) as lease:
            assert lease.run == run
            for second in (store, window):
                with pytest.raises(RunIsDriven, match=f"Run {run} "):
                    second.lease(run)
                with pytest.raises(RunIsDriven):
                    second.delete_run(run)
                assert [(row.id, row.driven) for row in second.runs()] == [(other, False), (run, True)]
                assert second.run(run).driven
            window.lease(other).release()
        assert not window.run(run).driven
        window.lease(run).release()


def test_a_lease_can_be_given_back_twice_and_taken_again(store: Store, run: int) -> None:
    lease = store.lease(run)
    lease.acquire()
    lease.release()
    lease.release()
    assert not store.run(run).driven
    lease.acquire()
    assert store.run(run).driven
    lease.release()


def test_a_log_takes_the_lease_itself(store: Store, run: int, path: Path) -> None:
    import asyncio

    async def session() -> None:
        log = store.log(run)
        with closing(Store.open(path)) as window:
            with pytest.raises(RunIsDriven):
                window.log(run)
            await log.close()
            await window.log(run).close()
        with store.lease(run):
            await store.log(run).close()
            assert store.run(run).driven

    asyncio.run(session())


def test_closing_the_store_gives_all_leases_back(path: Path) -> None:
    store = Store.open(path)
    run = new_run(store)
    store.lease(run)
    store.close()
    with closing(Store.open(path)) as again:
        assert not again.run(run).driven
    assert list(path.with_name(f"{path.name}.locks").iterdir()) == []


def test_two_processes_read_one_database_and_write_different_runs(store: Store, run: int, path: Path) -> None:
    import asyncio

    other = new_run(store)

    async def session() -> None:
        log = store.log(run)
        for number in range(500):
            log.emit(notice(f"mine {number}"))
            if number % 50 == 0:
                await log.flush()
        await log.close()

    with driver(path, other) as process:
        asyncio.run(session())
        wait_until_it_drives(process)
        assert store.run(other).driven
        assert not store.run(run).driven
        with pytest.raises(RunIsDriven):
            store.log(other)
        assert texts(store, run) == [f"mine {number}" for number in range(500)]
        assert texts(store, other) == [f"other {number}" for number in range(500)]
        process.kill()
        process.wait(10)
        assert not store.run(other).driven, "a lease vanishes with its process"
        store.lease(other).release()
    assert [seq for seq, _ in stored(store, other)] == list(range(1, 501))
