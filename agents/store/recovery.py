"""A damaged database: set aside, never overwritten, and what can be read of it kept in a new one.

SQLite stops at the first page that is not what it should be. So each table is read from its beginning up to
there, from its end back to there, and the rows between one by one; what a row says is checked as it is stored
again, a file's content against its hash.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from agents.errors import DatabaseDamaged
from agents.store import opening
from agents.store.faults import translated
from agents.store.lease import Locks
from agents.store.migrations import APPLICATION_ID
from agents.store.store import Store

TABLES = ("projects", "runs", "blobs", "events", "steps", "kept", "consents")
PROBES = 20_000
"""So many rows between two damaged places are looked for one by one at most."""
_HEADER, _MARK = 100, slice(68, 72)
_LOG = "-wal"
_MOST_LOST = 100  # a header that names a file a hundred times as long is damaged itself


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of a damaged database: where it is now, and how much of it could be read."""

    aside: Path
    runs: int
    events: int
    steps: int

    @property
    def sentence(self) -> str:
        """What the user is told."""
        kept = f"{self.runs} runs with {self.events:,} events and {self.steps:,} steps"
        return (
            f"The database was damaged. It was set aside as {self.aside}; {kept} could be read and are kept."
        )

    @property
    def told(self) -> DatabaseDamaged:
        """It as a message that a window shows."""
        return DatabaseDamaged(self.sentence, "What could not be read may still be in the file set aside.")


def open_or_recover(path: Path, *, search: bool = False) -> tuple[Store, Recovered | None]:
    """The open database, and what was recovered if it was damaged.

    `search`: look for damage even where nothing points to it. A file that is not Troupe's, or that another
    program has open, is left as it is, and `DatabaseDamaged` raised. Other `StoreError`s as in `Store.open`.
    """
    path = path.resolve()
    try:
        if search and path.exists():
            opening.assert_whole(path)
        return Store.open(path), None
    except DatabaseDamaged:
        if not _is_ours(path):
            raise
        locks = Locks(path)
        presence = locks.take("open", patience=0)
        if presence is None:
            raise
        try:
            recovered = recover(path)
        finally:
            locks.let_go(presence)
        return Store.open(path), recovered


def recover(path: Path) -> Recovered:
    """Set the database at `path` aside and put a new one with its readable rows in its place."""
    with translated(path), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        # The new one is whole before the old one is touched.
        copy, fresh = Path(folder, "copy.db"), Path(folder, "new.db")
        for end in ("", _LOG):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{end}", f"{copy}{end}")
        _pad(copy)
        Store.open(fresh).close()
        counts = _carry_over(copy, fresh, path.parent)
        aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
        log = Path(f"{path}{_LOG}")
        if log.exists() and log.stat().st_size:
            log.rename(f"{aside}{_LOG}")
        path.rename(aside)
        log.unlink(missing_ok=True)
        Path(f"{path}-shm").unlink(missing_ok=True)  # an index of the log that SQLite makes anew
        fresh.replace(path)
        return Recovered(aside, counts["runs"], counts["events"], counts["steps"])


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        header = file.read(_HEADER)
    return header.startswith(b"SQLite format 3\0") and header[_MARK] == APPLICATION_ID.to_bytes(4, "big")


def _pad(copy: Path) -> None:
    """Give a file that was cut short the length that its header says; SQLite reads nothing otherwise."""
    with copy.open("r+b") as file:
        header = file.read(_HEADER)
        size = int.from_bytes(header[16:18], "big")
        length = int.from_bytes(header[28:32], "big") * (65536 if size == 1 else size)
        if copy.stat().st_size < length <= copy.stat().st_size * _MOST_LOST:
            file.truncate(length)


def _carry_over(damaged: Path, fresh: Path, home: Path) -> dict[str, int]:
    with (
        closing(sqlite3.connect(damaged, isolation_level=None)) as old,
        closing(sqlite3.connect(fresh, isolation_level=None)) as new,
    ):
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN")
        for table in TABLES:
            for columns, row in _rows(old, table):
                _store(new, table, columns, row)
        _mend(new, home)
        new.execute("COMMIT")
        return {table: new.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def _store(new: sqlite3.Connection, table: str, columns: list[str], row: tuple[object, ...]) -> None:
    """Store a row again, unless it does not hold what it must."""
    values = dict(zip(columns, row, strict=True))
    if table == "blobs":
        content = values.get("content")
        if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != values.get("digest"):
            return
    known = {column[1] for column in new.execute(f"PRAGMA table_info({table})")}
    kept = {name: value for name, value in values.items() if name in known}
    places = ", ".join("?" * len(kept))
    with suppress(sqlite3.Error):  # a value that the table refuses, or a text that is none
        new.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(kept)}) VALUES ({places})", list(kept.values())
        )


def _rows(old: sqlite3.Connection, table: str) -> Iterator[tuple[list[str], tuple[object, ...]]]:
    """Every row of a table that can be read."""
    try:
        columns = [column[1] for column in old.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        return
    if not columns:
        return
    select = f"SELECT rowid, {', '.join(columns)} FROM {table} NOT INDEXED"
    low, high = 0, 2**62
    found = False
    for rowid, row in _walk(old, f"{select} ORDER BY rowid"):
        low = rowid
        yield columns, row
        found = True
    for rowid, row in _walk(old, f"{select} WHERE rowid > {low} ORDER BY rowid DESC"):
        high = rowid
        yield columns, row
        found = True
    if found or low == 0:
        for rowid in range(low + 1, min(high, low + PROBES)):
            for _, row in _walk(old, f"{select} WHERE rowid = {rowid}"):
                yield columns, row


def _walk(old: sqlite3.Connection, query: str) -> Iterator[tuple[int, tuple[object, ...]]]:
    """The rows of a query up to the first that cannot be read."""
    with suppress(sqlite3.Error):
        for rowid, *row in old.execute(query):
            yield rowid, tuple(row)


def _mend(new: sqlite3.Connection, home: Path) -> None:
    """Give what is left of a run the run and the project that it lacks; drop what belongs to nothing."""
    lost = "SELECT run, body FROM events WHERE kind = 'run_started' AND run NOT IN (SELECT id FROM runs)"
    for run, body in new.execute(lost).fetchall():
        told = json.loads(body)
        texts = {name: str(told.get(name, "")) for name in ("idea", "workflow", "model")}
        project = new.execute(
            "INSERT INTO projects (name, folder, created) VALUES (?, ?, ?)",
            (str(told.get("project", "")), str(told.get("folder", "")), time.time()),
        ).lastrowid
        new.execute(
            "INSERT INTO runs (id, project, idea, workflow, model, settings, state, created, changed) "
            "VALUES (?, ?, ?, ?, ?, ?, 'stopped', ?, ?)",
            (run, project, *texts.values(), json.dumps(texts), time.time(), time.time()),
        )
    for (project,) in new.execute(
        "SELECT DISTINCT project FROM runs WHERE project NOT IN (SELECT id FROM projects)"
    ).fetchall():
        folder = str(home / "projects" / f"recovered-{project}")
        new.execute("INSERT INTO projects VALUES (?, ?, ?, ?)", (project, "Recovered", folder, time.time()))
    for table in ("events", "steps", "kept"):
        new.execute(f"DELETE FROM {table} WHERE run NOT IN (SELECT id FROM runs)")
    new.execute("DELETE FROM kept WHERE digest NOT IN (SELECT digest FROM blobs)")
    new.execute("DELETE FROM consents WHERE project NOT IN (SELECT id FROM projects)")
