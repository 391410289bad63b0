from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from agents.errors import Bug, DatabaseDamaged, DatabaseNotWritable, TroupeError
from agents.store.faults import damaged, explained, translated

PATH = Path("home") / "troupe.db"


def sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("SQLITE_FULL", DatabaseNotWritable, "The disk is full"),
        ("SQLITE_READONLY", DatabaseNotWritable, "read-only"),
        ("SQLITE_READONLY_DBMOVED", DatabaseNotWritable, "read-only"),
        ("SQLITE_BUSY", DatabaseNotWritable, "Another program"),
        ("SQLITE_BUSY_SNAPSHOT", DatabaseNotWritable, "Another program"),
        ("SQLITE_IOERR_WRITE", DatabaseNotWritable, "The disk reports an error"),
        ("SQLITE_CANTOPEN", DatabaseNotWritable, "cannot be opened"),
        ("SQLITE_CORRUPT", DatabaseDamaged, "damaged"),
        ("SQLITE_CORRUPT_VTAB", DatabaseDamaged, "damaged"),
        ("SQLITE_NOTADB", DatabaseDamaged, "no database"),
        ("SQLITE_CONSTRAINT_UNIQUE", Bug, "refused a statement"),
    ],
)
def test_every_error_has_a_sentence(name: str, kind: type[TroupeError], says: str) -> None:
    found = explained(sqlite_error(name), PATH)
    assert type(found) is kind
    assert says in str(found)
    assert str(PATH) in str(found)
    if not isinstance(found, Bug):
        assert found.hint
        assert name in found.detail


def test_a_backup_is_named_where_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    assert "begins a new one" in damaged(path).hint
    (tmp_path / "troupe.db.backup-1").touch()
    assert "troupe.db.backup-1" in damaged(path).hint


def test_errors_of_the_system_are_translated_too() -> None:
    with pytest.raises(DatabaseNotWritable, match="No space left"), translated(PATH):
        raise OSError(28, "No space left on device")
    with pytest.raises(Bug), translated(PATH):
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
