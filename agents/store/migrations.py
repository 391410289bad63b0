"""The schema, as the ordered list of functions that lead to it.

The position in the list is the schema's version, which SQLite's `user_version` holds: a look at it needs
no import of sqlite-utils. The names of what was applied are in sqlite-utils' own table. A function that was
ever released is never changed; a new one is appended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration: TypeAlias = "Callable[[Database], None]"

APPLICATION_ID = 0x54525550
"""SQLite's mark of whose file it is: "TRUP"."""


def create_tables(db: Database) -> None:
    """Projects, runs, events, steps, and contents by their hash."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.table("projects").create(
        {"id": int, "name": str, "folder": str, "created": float},
        pk="id",
        not_null=["name", "folder", "created"],
        strict=True,
    )
    runs = {"id": int, "project": int, "idea": str, "workflow": str, "model": str, "settings": str}
    runs |= {"state": str, "created": float, "changed": float}
    db.table("runs").create(
        runs,
        pk="id",
        not_null=[column for column in runs if column != "id"],
        foreign_keys=[("project", "projects", "id")],
        strict=True,
    )
    db.table("events").create(
        {"id": int, "run": int, "seq": int, "at": float, "kind": str, "key": str, "body": str},
        pk="id",
        not_null=["run", "seq", "at", "kind", "body"],
        foreign_keys=[("run", "runs", "id")],
        strict=True,
    )
    db.table("events").create_index(["run", "seq"], unique=True)
    db.execute("CREATE UNIQUE INDEX idx_events_run_key ON events (run, key) WHERE key IS NOT NULL")
    steps = {"id": int, "run": int, "key": str, "kind": str, "fingerprint": str}
    steps |= {"request": str, "result": str, "seq": int}
    db.table("steps").create(
        steps,
        pk="id",
        not_null=[column for column in steps if column != "id"],
        foreign_keys=[("run", "runs", "id")],
        strict=True,
    )
    db.table("steps").create_index(["run", "key"], unique=True)
    db.table("blobs").create(
        {"digest": str, "content": bytes}, pk="digest", not_null=["content"], strict=True
    )
    db.table("kept").create(
        {"run": int, "digest": str},
        pk=("run", "digest"),
        foreign_keys=[("run", "runs", "id"), ("digest", "blobs", "digest")],
        strict=True,
    )
    db.table("kept").create_index(["digest"])


def create_search(db: Database) -> None:
    """A full-text index over the messages, without a second copy of them: it reads the events' own text.

    Triggers keep it, so that no way of deleting events can leave anything of them behind.
    """
    # A text may hold NUL characters, at which SQLite's functions would end it: spaces stand for them here.
    text = r"json_extract(replace({row}.body, '\u0000', '\u0020'), '$.text')"
    message = "{row}.kind = 'message_completed'"
    db.execute(
        f"CREATE VIEW messages AS SELECT id, {text.format(row='events')} AS text "
        f"FROM events WHERE {message.format(row='events')}"
    )
    db.execute(
        "CREATE VIRTUAL TABLE found USING fts5 "
        "(text, content='messages', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    db.execute("INSERT INTO found (found) VALUES ('rebuild')")
    db.execute(
        f"CREATE TRIGGER message_stored AFTER INSERT ON events WHEN {message.format(row='new')} BEGIN "
        f"INSERT INTO found (rowid, text) VALUES (new.id, {text.format(row='new')}); END"
    )
    db.execute(
        f"CREATE TRIGGER message_deleted AFTER DELETE ON events WHEN {message.format(row='old')} BEGIN "
        "INSERT INTO found (found, rowid, text) "
        f"VALUES ('delete', old.id, {text.format(row='old')}); END"
    )


def remember_more(db: Database) -> None:
    """What the user allowed in a project; runs that can be brought back; what branched off."""
    db.table("consents").create(
        {"project": int, "what": str, "allowed": int},
        pk=("project", "what"),
        not_null=["allowed"],
        foreign_keys=[("project", "projects", "id")],
        strict=True,
    )
    db.table("runs").add_column("hidden", int, not_null_default=0)
    db.table("runs").add_column("branched_from", int, not_null_default=0)
    db.table("runs").add_column("branched_at", int, not_null_default=0)


MIGRATIONS: Sequence[Migration] = (create_tables, create_search, remember_more)


def migrate(db: Database, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply what the database does not have yet, each function in a transaction with its record."""
    from sqlite_utils import Migrations  # noqa: PLC0415  # 0.2 s that only a new or old file pays

    ordered = Migrations("troupe")
    for version, migration in enumerate(migrations, 1):
        ordered()(_numbered(migration, version))
    ordered.apply(db)


def _numbered(migration: Migration, version: int) -> Migration:
    """The migration, which also sets the version that it leads to."""

    @wraps(migration)
    def apply(db: Database) -> None:
        migration(db)
        db.execute(f"PRAGMA user_version = {version}")

    return apply
