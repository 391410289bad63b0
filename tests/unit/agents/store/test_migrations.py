from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from agents.store.codec import encode
from agents.store.lease import Locks
from agents.store.migrations import MIGRATIONS, create_tables, migrate
from agents.store.opening import prepare
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, version


def old_database(path: Path) -> None:
    """A database of the first version, with a message in it."""
    prepare(path, Locks(path), alone=True, migrations=MIGRATIONS[:1])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO projects VALUES (1, 'calc', 'folder', 1.0)")
        connection.execute("INSERT INTO runs VALUES (1, 1, 'idea', 'w', 'm', '{}', 'failed', 1.0, 1.0)")


def test_an_old_database_is_backed_up_and_migrated(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    old_database(path)
    with closing(Store.open(path)) as store:
        assert store.run(1).idea == "idea"
        assert store.search("idea") == []
    backup = tmp_path / "troupe.db.backup-1"
    assert (version(path), version(backup)) == (len(MIGRATIONS), 1)
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT idea, state FROM runs").fetchall() == [("idea", "failed")]


def test_the_migrations_are_recorded_in_order_and_applied_once(path: Path) -> None:
    Store.open(path).close()
    with closing(Database(path)) as db:
        recorded = [row["name"] for row in db["_sqlite_migrations"].rows]
        assert recorded == [migration.__name__ for migration in MIGRATIONS]
        migrate(db)
        assert [row["name"] for row in db["_sqlite_migrations"].rows] == recorded


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    old_database(path)

    def broken(db: Database) -> None:
        db.execute("DROP TABLE steps")
        db.execute("INSERT INTO no_such_table VALUES (1)")

    with pytest.raises(Exception, match="no_such_table"):
        prepare(path, Locks(path), alone=True, migrations=(create_tables, broken))
    assert version(path) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM steps").fetchone() == (0,)
    Store.open(path).close()


def test_messages_of_an_old_database_are_searchable_after_migration(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    old_database(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        row = (1, 1, 1.0, "message_completed", None, encode(message("an apple")))
        connection.execute(
            "INSERT INTO events (run, seq, at, kind, key, body) VALUES (?, ?, ?, ?, ?, ?)", row
        )
    with closing(Store.open(path)) as store:
        assert len(store.search("apple")) == 1
