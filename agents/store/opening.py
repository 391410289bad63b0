"""Opening a database: what it is, whether it is whole, and the steps to the present schema.

Everything that can be wrong with a file is found by looking at it read-only, before anything is written:
a file that is refused is left byte for byte as it was.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import DatabaseNotWritable, DatabaseTooNew, TroupeError
from agents.store.faults import damaged, translated
from agents.store.lease import Locks
from agents.store.migrations import APPLICATION_ID, MIGRATIONS, Migration, migrate

if TYPE_CHECKING:
    from filelock import BaseFileLock

BUSY_SECONDS = 10.0
"""How long to wait for another process's transaction."""

FLUSHED = "FULL"
"""SQLite's `synchronous`: each commit is flushed, so that what was acknowledged outlives a power cut."""

_MAGIC = b"SQLite format 3\x00"
_PRAGMAS = (
    "foreign_keys = ON",
    "wal_autocheckpoint = 4000",  # pages: the log is copied into the database at 16 MB
    "journal_size_limit = 67108864",
)


class Opened:
    """An open database of the present schema: the connection that writes, and the sign that it is open.

    Made by `open_database`. Who closes the connection himself calls `leave` then, and not `close`.
    """

    def __init__(self, path: Path, locks: Locks, presence: BaseFileLock | None, busy_seconds: float) -> None:
        with translated(path):
            self.connection = connect(path, busy_seconds=busy_seconds)
            for pragma in (f"synchronous = {FLUSHED}", *_PRAGMAS):
                self.connection.execute(f"PRAGMA {pragma}")
        self.path = path
        self.locks = locks
        self._presence = presence

    def close(self) -> None:
        """Close the connection, and leave."""
        self.connection.close()
        self.leave()

    def leave(self) -> None:
        """Take back the sign that this program has it open; nothing happens the second time."""
        if self._presence:
            self.locks.let_go(self._presence)
            self._presence = None


def open_database(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Opened:
    """Open the database at `path`, creating or migrating it if need be; no module of the events is needed.

    `busy_seconds` is how long a write waits for another program's. Raises `DatabaseTooNew`,
    `DatabaseDamaged` (both leave the file untouched) or `DatabaseNotWritable`.
    """
    path = path.resolve()  # SQLite keeps its log beside the file itself, not beside a link to it
    make_folder(path)
    locks = Locks(path)
    presence = locks.take("open", patience=0)
    try:
        prepare(path, locks, alone=presence is not None, busy_seconds=busy_seconds)
        return Opened(path, locks, presence, busy_seconds)
    except TroupeError:
        if presence:
            locks.let_go(presence)
        raise


def prepare(
    path: Path,
    locks: Locks,
    *,
    alone: bool,
    migrations: Sequence[Migration] = MIGRATIONS,
    busy_seconds: float = BUSY_SECONDS,
) -> None:
    """Bring the database at `path` to the present schema, creating it if need be.

    `alone`: no other process has it open, so a leftover write-ahead log means that the last one crashed,
    and the file is checked for damage. An existing file is copied to `<name>.backup-<version>` before it
    is migrated. Raises `DatabaseDamaged`, `DatabaseTooNew` or `DatabaseNotWritable`.
    """
    with translated(path):
        version = _inspect(path, len(migrations), busy_seconds, check=alone and _was_cut_off(path))
        _assert_writable(path)
        if version == len(migrations):
            return
        lock = locks.take("migration", patience=60)
        if lock is None:
            raise DatabaseNotWritable(
                f"The database {path} is being brought up to date by another program.",
                "Wait until it has finished, then try again.",
            )
        try:
            _bring_up_to_date(path, migrations, busy_seconds)
        finally:
            locks.let_go(lock)


def assert_whole(path: Path) -> None:
    """Raise `DatabaseDamaged` when SQLite finds anything wrong with the file at `path`."""
    with translated(path), closing(connect(path, busy_seconds=BUSY_SECONDS, read_only=True)) as connection:
        if complaints := _complaints(connection):
            raise damaged(path, complaints)


def make_folder(path: Path) -> None:
    """Make the folder of the database at `path`; `DatabaseNotWritable`."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)


def connect(path: Path, *, busy_seconds: float, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode that may be used, and closed, by any one thread at a time."""
    mode = "ro" if read_only else "rwc"
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
    )


def _was_cut_off(path: Path) -> bool:
    """Whether the last process did not close the database: its write-ahead log is still there."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _inspect(path: Path, known: int, busy_seconds: float, *, check: bool) -> int:
    """The schema's version of the file, 0 for one that is not there; raises for one that is not ours."""
    if not path.exists() or path.stat().st_size == 0:
        return 0
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise damaged(path, "It does not begin like an SQLite database.")
    # Whoever only reads cannot take back what a program that was killed while it made the file had begun.
    unfinished = path.with_name(f"{path.name}-journal").exists()
    with closing(connect(path, busy_seconds=busy_seconds, read_only=not unfinished)) as connection:
        version, ours, tables = connection.execute(
            "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_master) "
            "FROM pragma_user_version, pragma_application_id"
        ).fetchone()
        if tables and ours != APPLICATION_ID:
            raise damaged(path, "It is a database of another program.")
        if version > known:
            raise DatabaseTooNew(
                f"The database {path} was written by a newer Troupe (its version is {version}, "
                f"this program knows {known}). It was left untouched.",
                "Update Troupe, or set TROUPE_HOME to another folder to begin anew.",
            )
        if check and (complaints := _complaints(connection)):
            raise damaged(path, complaints)
        return int(version)


def _complaints(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the file, empty when it is whole."""
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
    return "" if found == ["ok"] else "\n".join(found)


def _assert_writable(path: Path) -> None:
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise PermissionError(13, f"{needed} is read-only")


def _bring_up_to_date(path: Path, migrations: Sequence[Migration], busy_seconds: float) -> None:
    from sqlite_utils import Database  # noqa: PLC0415  # 0.2 s that only a new or old file pays

    with closing(connect(path, busy_seconds=busy_seconds)) as connection:
        connection.execute(f"PRAGMA synchronous = {FLUSHED}")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version == len(migrations):
            return  # by another process, while this one waited for the lock
        if version:
            _back_up(connection, path.with_name(f"{path.name}.backup-{version}"))
        else:  # first of all: whoever looks meanwhile must see whose file it is
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        migrate(Database(connection, execute_plugins=False), migrations)


def _back_up(connection: sqlite3.Connection, to: Path) -> None:
    """Copy the database; the copy has its name only when it is whole."""
    unfinished = to.with_name(f"{to.name}.part")
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    unfinished.replace(to)
