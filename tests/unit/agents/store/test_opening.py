from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agents.errors import DatabaseDamaged, DatabaseNotWritable, DatabaseTooNew
from agents.store.lease import Locks
from agents.store.migrations import MIGRATIONS
from agents.store.opening import open_database
from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run, version

CRASH = """
import asyncio, os, sys
from pathlib import Path
from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run, version, notice
store = Store.open(Path(sys.argv[1]))
run = new_run(store)
async def session():
    log = store.log(run)
    for number in range(3000):
        log.emit(notice(str(number) * 50))
    await log.flush()
    os.kill(os.getpid(), 9)
asyncio.run(session())
"""


KILLED_WHILE_MAKING = """
import os, sqlite3, sys
from agents.store.migrations import APPLICATION_ID
made = sqlite3.connect(sys.argv[1], isolation_level=None)
made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
made.execute("PRAGMA cache_size = 1")  # so that it is written before it is committed
made.execute("BEGIN")
made.execute("CREATE TABLE half (made TEXT)")
made.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 200)
os.kill(os.getpid(), 9)
"""


def crash(path: Path) -> None:
    """Leave a database behind as a killed process does."""
    done = subprocess.run([sys.executable, "-c", CRASH, str(path)], check=False, timeout=60)
    assert done.returncode != 0


def test_a_new_database_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "troupe.db"
    Store.open(path).close()
    assert version(path) == len(MIGRATIONS)
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == ["troupe.db"]


def test_it_is_seen_that_a_database_is_open_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    with closing(open_database(path)):
        assert version(path) == len(MIGRATIONS)
        assert Locks(path).is_held("open")
    assert not Locks(path).is_held("open")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["troupe.db"]


def test_opening_a_database_loads_no_event() -> None:
    code = "import sys, agents.store.opening; print('agents.events' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    path.touch()
    with closing(Store.open(path)) as store:
        assert store.runs() == []


@pytest.mark.parametrize(
    "content", [b"hello", b"\0" * 5000, b"SQLite format 3\0", b"SQLite format 3\0" + b"x" * 5000]
)
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "troupe.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match="left untouched") as caught:
        Store.open(path)
    assert "Move it away" in caught.value.hint
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_newer_database_is_refused_and_left_alone(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew, match="newer Troupe") as caught:
        Store.open(path)
    assert "Update Troupe" in caught.value.hint
    assert path.read_bytes() == before


def _shorten(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _scribble(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(3, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 2000)


@pytest.mark.parametrize("harm", [_shorten, _scribble])
def test_damage_after_a_crash_is_found_at_once(path: Path, harm: Callable[[Path], None]) -> None:
    crash(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        wal = path.with_name(f"{path.name}-wal")
    harm(path)
    wal.write_bytes(b"a leftover of a crash")
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged, match="left untouched"):
        Store.open(path)
    assert path.read_bytes() == before


def test_damage_found_later_is_said_as_clearly(path: Path) -> None:
    with closing(Store.open(path)) as store:
        for number in range(200):
            new_run(store, idea=f"idea {number} " * 50)
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    with pytest.raises(DatabaseDamaged), closing(Store.open(path)) as store:
        store.runs()


def test_a_crash_costs_nothing_that_was_acknowledged(path: Path) -> None:
    crash(path)
    with closing(Store.open(path)) as store:
        assert len(list(store.events(1))) == 3000


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
def test_a_database_whose_maker_was_killed_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    subprocess.run([sys.executable, "-c", KILLED_WHILE_MAKING, str(path)], check=False, timeout=60)
    assert path.with_name("troupe.db-journal").stat().st_size > 0
    Store.open(path).close()
    assert version(path) == len(MIGRATIONS)


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(DatabaseNotWritable, match="/proc/"):
        Store.open(Path("/proc/troupe/troupe.db"))
    with pytest.raises(DatabaseNotWritable, match="/proc/"):
        Store.open(Path("/proc/troupe.db"))


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(DatabaseNotWritable) as caught:
        Store.open(tmp_path / "home" / "troupe.db")
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_is_named(path: Path) -> None:
    Store.open(path).close()
    path.chmod(0o400)
    with pytest.raises(DatabaseNotWritable, match="read-only"):
        Store.open(path)


def test_a_database_that_another_program_holds_is_named(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseNotWritable, match="Another program holds it"):
            Store.open(path, busy_seconds=0.1)
    Store.open(path).close()


def test_two_programs_may_open_a_new_database_at_once(path: Path) -> None:
    code = "import sys, pathlib; from agents.store.store import Store; "
    code += "Store.open(pathlib.Path(sys.argv[1])).close()"
    programs = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
    assert [program.wait(60) for program in programs] == [0] * 4
    assert version(path) == len(MIGRATIONS)
