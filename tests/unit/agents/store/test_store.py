from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import Bug, DatabaseDamaged, RunIsDriven, RunNotFound
from agents.events import RunEnded
from agents.store.rows import ProjectRow
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, new_run, notice, started, step, stored, texts


def write(store: Store, run: int, *said: str) -> None:
    async def session() -> None:
        log = store.log(run)
        for text in said:
            log.emit(notice(text), text)
            log.keep(text.encode())
            await log.record(step(f"step {text}"), [(message(text), f"message {text}")])
        await log.close()

    asyncio.run(session())


def test_projects_and_runs_are_listed_newest_first(store: Store) -> None:
    first = store.create_project("calc", "/projects/calc")
    second = store.create_project("game 🎲", "/projects/game")
    runs = [
        store.create_run(project, idea=f"idea {n}", workflow="chatdev", model="m", settings='{"a": 1}')
        for n, project in enumerate((first, second, first))
    ]
    assert [row.id for row in store.projects()] == [second, first]
    assert isinstance(store.projects()[0], ProjectRow)
    assert store.projects()[0].name == "game 🎲"
    assert [row.id for row in store.runs()] == runs[::-1]
    assert [row.id for row in store.runs(first)] == [runs[2], runs[0]]
    row = store.run(runs[1])
    assert (row.project, row.project_name, row.folder, row.idea) == (
        second,
        "game 🎲",
        "/projects/game",
        "idea 1",
    )
    assert (row.workflow, row.model, row.settings, row.state) == ("chatdev", "m", '{"a": 1}', "running")
    assert not row.driven


@pytest.mark.parametrize("ask", ["run", "events", "steps", "lease", "log", "delete_run"])
def test_a_run_that_is_not_there_is_said_to_be_so(store: Store, ask: str) -> None:
    with pytest.raises(RunNotFound, match="no run 99"):
        getattr(store, ask)(99)


def test_everything_is_there_after_reopening(path: Path) -> None:
    with closing(Store.open(path)) as store:
        run = new_run(store)
        write(store, run, "a", "b")
        before = list(store.events(run)), store.steps(run), store.run(run)
    assert not path.with_name(f"{path.name}-wal").exists()
    with closing(Store.open(path)) as store:
        assert (list(store.events(run)), store.steps(run), store.run(run)) == before


def test_texts_that_are_no_unicode_do_no_harm(store: Store) -> None:
    project = store.create_project("name \udc80", "folder")
    run = store.create_run(project, idea="\ud83d", workflow="w", model="m", settings="{}")
    assert (store.run(run).idea, store.run(run).project_name) == ("�", "name �")


def test_closing_drains_and_happens_once(path: Path) -> None:
    store = Store.open(path)
    run = new_run(store)

    async def session() -> None:
        log = store.log(run)
        for number in range(5000):
            log.emit(notice(str(number)))
        store.close()

    asyncio.run(session())
    store.close()
    with pytest.raises(Bug):
        store.run(run)
    with pytest.raises(Bug):
        store.create_project("late", "late")
    with closing(Store.open(path)) as again:
        assert len(texts(again, run)) == 5000


def test_a_program_that_forgets_to_close_ends_and_loses_nothing(path: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from agents.events import NoticeGiven
from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run
store = Store.open(Path(sys.argv[1]))
run = new_run(store)
async def session():
    log = store.log(run)
    for number in range(2000):
        log.emit(NoticeGiven(text=str(number)))
asyncio.run(session())
"""
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60, env={**os.environ})
    with closing(Store.open(path)) as store:
        assert len(texts(store, 1)) == 2000


def test_every_thread_reads(store: Store) -> None:
    run = new_run(store)
    write(store, run, "a")
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(list(store.events(run))))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [2] * 8


def test_reading_goes_on_while_the_run_is_written(store: Store, run: int) -> None:
    async def session() -> list[int]:
        log = store.log(run)
        for number in range(2500):
            log.emit(notice(str(number)))
        await log.flush()
        reading = store.events(run)
        seen = [next(reading).seq]
        for number in range(2500):
            log.emit(notice(str(number)))
        await log.flush()
        seen.extend(stamped.seq for stamped in reading)
        await log.close()
        return seen

    assert asyncio.run(session()) == list(range(1, 5001))


def test_a_content_that_is_missing_is_damage(store: Store) -> None:
    with pytest.raises(DatabaseDamaged):
        store.blob("0" * 64)


def test_deleting_a_run_leaves_nothing_of_it_and_everything_of_the_others(store: Store) -> None:
    gone, stays = new_run(store), new_run(store)
    write(store, gone, "alone", "shared")
    write(store, stays, "shared")
    alone, shared = (hashed(text) for text in ("alone", "shared"))
    store.delete_run(gone)
    with pytest.raises(RunNotFound):
        store.run(gone)
    with pytest.raises(DatabaseDamaged):
        store.blob(alone)
    assert store.blob(shared) == b"shared"
    assert [hit.run for hit in store.search("shared")] == [stays]
    assert store.search("alone") == []
    assert len(stored(store, stays)) == 2


def hashed(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def test_a_driven_run_is_not_deleted(store: Store, run: int) -> None:
    with store.lease(run):
        with pytest.raises(RunIsDriven):
            store.delete_run(run)
    store.delete_run(run)


def test_a_branch_begins_like_its_run_and_goes_its_own_way(store: Store, run: int) -> None:
    async def original() -> None:
        log = store.log(run)
        log.emit(started(), "started")
        await log.record(step("a"), [(message("the word apple"), "m a")])
        log.keep(b"content")
        await log.record(step("b"), [(message("the word banana"), "m b")])
        log.emit(RunEnded(state="succeeded", summary=""))
        await log.close()

    async def another(branch: int) -> None:
        log = store.log(branch)
        assert log.steps_finished() == 1
        log.emit(started(), "started")
        await log.record(step("b", '{"other": 1}'), [(message("the word cherry"), "m b")])
        await log.close()

    asyncio.run(original())
    branch = store.branch(run, upto=2)
    assert store.run(branch).state == "running"
    assert store.run(branch).idea == store.run(run).idea
    assert stored(store, branch) == stored(store, run)[:2]
    asyncio.run(another(branch))
    assert [seq for seq, _ in stored(store, branch)] == [1, 2, 3]
    assert len(stored(store, run)) == 4
    assert {hit.run for hit in store.search("apple")} == {run, branch}
    store.delete_run(run)
    assert store.blob(hashed("content")) == b"content"
    assert [hit.run for hit in store.search("word")] == [branch, branch]


def test_importing_the_store_is_light() -> None:
    code = (
        "import sys, agents.store.store; "
        "print([m for m in ('sqlite_utils', 'pydantic', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_a_project_is_renamed_wherever_its_name_is_told(store: Store, run: int) -> None:
    async def session() -> None:
        log = store.log(run)
        log.emit(started())
        log.emit(notice("calc"))
        await log.close()

    asyncio.run(session())
    other = new_run(store)
    store.rename_project(store.run(run).project, "Abacus \udc80")
    (first, second) = (stamped.event for stamped in store.events(run))
    assert first == replace(started(), project="Abacus \ufffd")
    assert second == notice("calc")
    assert (store.run(run).project_name, store.run(other).project_name) == ("Abacus \ufffd", "calc")


def test_a_store_is_closed_while_threads_read(tmp_path: Path) -> None:
    for number in range(10):
        store = Store.open(tmp_path / f"{number}.db")
        write(store, new_run(store), *(f"word {at}" for at in range(30)))
        begun = threading.Barrier(4)

        def read(store: Store = store, begun: threading.Barrier = begun) -> None:
            begun.wait()
            try:
                while True:
                    store.runs()
                    list(store.events(1))
            except Bug:
                return

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        begun.wait()
        store.close()
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive()
