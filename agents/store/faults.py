"""What SQLite's errors mean to the user: each becomes one sentence and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.errors import Bug, DatabaseDamaged, DatabaseNotWritable, StoreError

_REASONS = {
    "SQLITE_FULL": ("The disk is full", "Make room on the disk, then continue the run."),
    "SQLITE_READONLY": ("It is read-only", "Make the file and its folder writable, then continue the run."),
    "SQLITE_BUSY": ("Another program holds it", "Close the other program, then continue the run."),
    "SQLITE_LOCKED": ("Another program holds it", "Close the other program, then continue the run."),
    "SQLITE_CANTOPEN": ("It cannot be opened", "Check that its folder exists and is writable."),
    "SQLITE_PERM": ("Access to it is denied", "Make the file and its folder writable."),
    "SQLITE_IOERR": (
        "The disk reports an error",
        "Check the disk and the room on it, then go on.",
    ),
    "SQLITE_NOMEM": ("There is no memory left", "Close other programs, then continue the run."),
    "SQLITE_PROTOCOL": ("It cannot be locked", "Move it to a disk of this machine (see TROUPE_HOME)."),
}
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def explained(error: sqlite3.Error, path: Path) -> StoreError | Bug:
    """The error of ours that stands for SQLite's `error` on the database at `path`."""
    name = getattr(error, "sqlite_errorname", "")
    detail = f"{name or type(error).__name__}: {error}"
    if name.startswith(_DAMAGED):
        return damaged(path, detail)
    for start, (reason, hint) in _REASONS.items():
        if name.startswith(start):
            return DatabaseNotWritable(f"The database {path} cannot be used: {reason}.", hint, detail)
    return Bug(f"The database {path} refused a statement: {detail}")


def damaged(path: Path, detail: str = "") -> DatabaseDamaged:
    """The database at `path` is damaged, or is none."""
    backups = sorted(path.parent.glob(f"{path.name}.backup-*"))
    instead = f"put the copy {backups[-1].name} in its place" if backups else "Troupe then begins a new one"
    return DatabaseDamaged(
        f"The file {path} is damaged or is no database of Troupe. It was left untouched.",
        f"Move it away; {instead}. `troupe runs recover` keeps what can be read of one that is Troupe's.",
        detail,
    )


def not_writable(path: Path, error: OSError) -> DatabaseNotWritable:
    """The operating system refused to create or open something beside the database."""
    return DatabaseNotWritable(
        f"The database {path} cannot be used: {error.strerror or error}.",
        "Check that its folder exists and is writable, and that there is room on the disk.",
        repr(error),
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's and the operating system's errors inside as ours; `path` is the database."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        raise not_writable(path, error) from error
