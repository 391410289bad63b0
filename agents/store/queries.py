"""What is read of projects, runs, events and steps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from agents.errors import Bug, DatabaseDamaged, RunNotFound
from agents.events import RunState, Stamped
from agents.store.codec import decode
from agents.store.readers import Readers, Value
from agents.store.rows import Carried, ProjectRow, RunRow, Step
from agents.store.runlog import History

_PAGE = 1_000
"""Events read at once. No read stays open between pages: one that did would keep the log from shrinking."""

_RUNS = """
    SELECT runs.id, project, projects.name, folder, idea, workflow, model, settings, state,
           runs.created, changed, branched_from, branched_at
    FROM runs JOIN projects ON projects.id = project
"""
_EVENTS = "SELECT seq, at, body FROM events WHERE run = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
_STEPS = "SELECT key, kind, fingerprint, request, result, seq FROM steps WHERE run = ? ORDER BY id"
_STEP = "SELECT key, kind, fingerprint, request, result FROM steps WHERE run = ? AND key = ?"
_LAST = 2**62


def projects(readers: Readers) -> list[ProjectRow]:
    """Every project, the newest first."""
    rows = readers.rows("SELECT id, name, folder, created FROM projects ORDER BY id DESC")
    return [ProjectRow(*cast("tuple[int, str, str, float]", row)) for row in rows]


def runs(readers: Readers, project: int | None) -> list[RunRow]:
    """The runs of a project, or all, the newest first; `driven` is not filled."""
    if project is None:
        found = readers.rows(f"{_RUNS} WHERE NOT hidden ORDER BY runs.id DESC")
    else:
        found = readers.rows(f"{_RUNS} WHERE project = ? AND NOT hidden ORDER BY runs.id DESC", (project,))
    return [_run(row) for row in found]


def run(readers: Readers, number: int) -> RunRow:
    """One run; `RunNotFound`."""
    found = readers.rows(f"{_RUNS} WHERE runs.id = ?", (number,)) if 0 < number <= _LAST else []
    if not found:
        raise RunNotFound(f"There is no run {number}.", "`troupe runs` lists those that there are.")
    return _run(found[0])


def hidden(readers: Readers) -> list[int]:
    """The runs that were deleted and could still be brought back."""
    return [cast("int", number) for (number,) in readers.rows("SELECT id FROM runs WHERE hidden")]


def consent(readers: Readers, project: int, what: str) -> bool | None:
    """Whether `what` is allowed in a project; None when nothing was decided."""
    found = readers.rows("SELECT allowed FROM consents WHERE project = ? AND what = ?", (project, what))
    return bool(found[0][0]) if found else None


def _run(row: tuple[Value, ...]) -> RunRow:
    columns = cast("tuple[int, int, str, str, str, str, str, str, RunState, float, float, int, int]", row)
    return RunRow(*columns)


def last_event(readers: Readers, number: int) -> int:
    """The number of a run's last event, 0 when it has none."""
    found = readers.rows("SELECT coalesce(max(seq), 0) FROM events WHERE run = ?", (number,))
    return cast("int", found[0][0])


def events(readers: Readers, number: int, after: int, upto: int | None) -> Iterator[Stamped]:
    """The stored events of a run with numbers above `after`, up to and with `upto`."""
    last = _LAST if upto is None else upto
    while page := readers.rows(_EVENTS, (number, after, last, _PAGE)):
        for seq, at, body in cast("list[tuple[int, float, str]]", page):
            yield Stamped(number, seq, at, decode(body))
            after = seq


def carried(readers: Readers, number: int) -> Carried:
    """A whole run; `RunNotFound`."""
    row = run(readers, number)
    events = readers.rows("SELECT seq, at, key, body FROM events WHERE run = ? ORDER BY seq", (number,))
    files = readers.rows("SELECT digest FROM kept WHERE run = ? ORDER BY digest", (number,))
    return Carried(
        row,
        cast("list[tuple[int, float, str | None, str]]", events),
        steps(readers, number),
        [cast("str", digest) for (digest,) in files],
    )


def stamps(readers: Readers, number: int, after: int, upto: int) -> list[tuple[int, float]]:
    """The numbers and times of a run's events above `after`, up to and with `upto`."""
    asked = "SELECT seq, at FROM events WHERE run = ? AND seq > ? AND seq <= ? ORDER BY seq"
    return cast("list[tuple[int, float]]", readers.rows(asked, (number, after, upto)))


def data_version(readers: Readers) -> int:
    """SQLite's number of this connection's view of the database."""
    return cast("int", readers.rows("PRAGMA data_version")[0][0])


def steps(readers: Readers, number: int) -> list[tuple[Step, int]]:
    """The steps of a run in the order they were recorded, each with its last event's number."""
    rows = cast("list[tuple[str, str, str, str, str, int]]", readers.rows(_STEPS, (number,)))
    return [(Step(*columns), seq) for *columns, seq in rows]


def step(readers: Readers, number: int, key: str) -> Step:
    """One finished step of a run; `Bug` when there is none."""
    found = readers.rows(_STEP, (number, key))
    if not found:
        raise Bug(f"Run {number} has no step {key}.")
    return Step(*cast("tuple[str, str, str, str, str]", found[0]))


def history(readers: Readers, number: int) -> History:
    """What the log of a run must know to go on with it."""
    keys = readers.rows("SELECT key, seq FROM events WHERE run = ? AND key IS NOT NULL", (number,))
    reached = readers.rows("SELECT key, seq FROM steps WHERE run = ? ORDER BY id", (number,))
    kept = readers.rows("SELECT digest FROM kept WHERE run = ?", (number,))
    return History(
        step=partial(step, readers, number),
        seq=last_event(readers, number),
        keys=dict(cast("list[tuple[str, int]]", keys)),
        reached=dict(cast("list[tuple[str, int]]", reached)),
        kept={cast("str", digest) for (digest,) in kept},
    )


def blob(readers: Readers, digest: str) -> bytes:
    """A content by its hash."""
    found = readers.rows("SELECT content FROM blobs WHERE digest = ?", (digest,))
    if not found:
        raise DatabaseDamaged(
            "The database lacks the content of a file.",
            "Restore a backup of the database; the other files are not affected.",
            f"digest {digest}",
        )
    return cast("bytes", found[0][0])
