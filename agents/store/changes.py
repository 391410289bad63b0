"""The rare writes, each a function over a connection that the writer calls in a transaction of its own."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from agents.store.codec import clean
from agents.store.rows import Carried

if TYPE_CHECKING:
    from sqlite_utils import Database

_LAST_STATE_AT = """
    SELECT CASE kind WHEN 'run_paused' THEN 'paused' WHEN 'run_ended' THEN json_extract(body, '$.state')
           ELSE 'running' END
    FROM events WHERE run = :run AND seq <= :upto
    AND kind IN ('run_started', 'run_continued', 'run_paused', 'run_ended') ORDER BY seq DESC LIMIT 1
"""
_COPY_RUN = f"""
    INSERT INTO runs (project, idea, workflow, model, settings, state, created, changed,
                      branched_from, branched_at)
    SELECT coalesce(:project, project), idea, workflow, model, coalesce(:settings, settings),
           coalesce(({_LAST_STATE_AT}), 'running'), :now, :now, :run, :upto
    FROM runs WHERE id = :run
"""
_RENAME_START = """
    UPDATE events SET body = json_set(body, '$.project', projects.name, '$.folder', projects.folder)
    FROM projects WHERE projects.id = :project AND events.run = :new AND events.kind = 'run_started'
"""
_RENAME_STARTS = """
    UPDATE events SET body = json_set(body, '$.project', :name)
    WHERE seq = 1 AND kind = 'run_started' AND run IN (SELECT id FROM runs WHERE project = :project)
"""
_COPY_PARTS = (
    """INSERT INTO events (run, seq, at, kind, key, body)
       SELECT :new, seq, at, kind, key, body FROM events WHERE run = :run AND seq <= :upto ORDER BY seq""",
    """INSERT INTO steps (run, key, kind, fingerprint, request, result, seq)
       SELECT :new, key, kind, fingerprint, request, result, seq FROM steps
       WHERE run = :run AND seq <= :upto ORDER BY id""",
    "INSERT INTO kept (run, digest) SELECT :new, digest FROM kept WHERE run = :run",
)


def _database(connection: sqlite3.Connection) -> Database:
    from sqlite_utils import Database  # noqa: PLC0415  # 0.2 s that reading need not wait for

    return Database(connection, recursive_triggers=False, execute_plugins=False)


def create_project(connection: sqlite3.Connection, name: str, folder: str) -> int:
    """Store a project; its number."""
    row = {"name": clean(name), "folder": clean(folder), "created": time.time()}
    return cast("int", _database(connection).table("projects").insert(row).last_pk)


def create_run(connection: sqlite3.Connection, project: int, texts: dict[str, str]) -> int:
    """Store a run with its idea, workflow, model and settings; its number."""
    now = time.time()
    row = {"project": project, "state": "running", "created": now, "changed": now}
    row |= {column: clean(text) for column, text in texts.items()}
    return cast("int", _database(connection).table("runs").insert(row).last_pk)


def branch(
    connection: sqlite3.Connection,
    run: int,
    upto: int,
    project: int | None = None,
    settings: str | None = None,
) -> int:
    """Copy a run with its events up to and with number `upto`, and the steps finished by then.

    The copy may belong to another project and have other settings.
    """
    given: dict[str, int | float | str | None]
    given = {"run": run, "upto": upto, "now": time.time(), "project": project, "settings": settings}
    given["new"] = cast("int", connection.execute(_COPY_RUN, given).lastrowid)
    for statement in _COPY_PARTS:
        connection.execute(statement, given)
    connection.execute(_RENAME_START, given)
    return cast("int", given["new"])


def rename_project(connection: sqlite3.Connection, project: int, name: str) -> None:
    """Give a project another name, which its runs then begin with."""
    given = {"project": project, "name": clean(name)}
    connection.execute("UPDATE projects SET name = :name WHERE id = :project", given)
    connection.execute(_RENAME_STARTS, given)


def hide_run(connection: sqlite3.Connection, run: int, hidden: bool) -> None:
    """Take a run out of the lists, or bring it back."""
    _database(connection).table("runs").update(run, {"hidden": int(hidden)})


def keep_consent(connection: sqlite3.Connection, project: int, what: str, allowed: bool) -> None:
    """Remember what the user decided for a project."""
    row = {"project": project, "what": clean(what), "allowed": int(allowed)}
    _database(connection).table("consents").upsert(row, pk=("project", "what"))


def delete_run(connection: sqlite3.Connection, run: int) -> None:
    """Delete a run with all that is its own, and the contents that no other run needs."""
    database = _database(connection)
    for table in ("events", "steps", "kept"):
        database.table(table).delete_where("run = ?", [run])
    database.table("runs").delete_where("id = ?", [run])
    database.table("blobs").delete_where("digest NOT IN (SELECT digest FROM kept)")


def take_in(connection: sqlite3.Connection, runs: Sequence[Carried]) -> dict[int, int]:
    """Store whole runs of another database; their new numbers by their old ones."""
    projects: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for carried in runs:
        row = carried.row
        if row.project not in projects:
            projects[row.project] = create_project(connection, row.project_name, row.folder)
        texts = {"idea": row.idea, "workflow": row.workflow, "model": row.model, "settings": row.settings}
        new = numbers[row.id] = create_run(connection, projects[row.project], texts)
        given = (row.state, row.created, row.changed, numbers.get(row.branched_from, 0), row.branched_at, new)
        connection.execute(
            "UPDATE runs SET state = ?, created = ?, changed = ?, branched_from = ?, branched_at = ? "
            "WHERE id = ?",
            given,
        )
        _take_parts(connection, new, carried)
    return numbers


def _take_parts(connection: sqlite3.Connection, run: int, carried: Carried) -> None:
    connection.executemany(
        "INSERT INTO events (run, seq, at, kind, key, body) "
        "VALUES (?, ?, ?, json_extract(?, '$.kind'), ?, ?)",
        [(run, seq, at, body, key, body) for seq, at, key, body in carried.events],
    )
    connection.executemany(
        "INSERT INTO steps (run, key, kind, fingerprint, request, result, seq) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (run, step.key, step.kind, step.fingerprint, step.request, step.result, seq)
            for step, seq in carried.steps
        ],
    )
    connection.executemany("INSERT OR IGNORE INTO blobs VALUES (?, ?)", list(carried.contents.items()))
    connection.executemany("INSERT INTO kept VALUES (?, ?)", [(run, digest) for digest in carried.files])
