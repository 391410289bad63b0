"""The database of all projects and runs: one SQLite file.

One thread writes (see `writer`), every thread may read. Several programs may have the database open; each
run is written by the one that holds its lease.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from agents.errors import RunIsDriven
from agents.events import Stamped
from agents.store import changes, opening, queries
from agents.store.faults import translated
from agents.store.lease import Lease, already_driven, run_lock
from agents.store.readers import Readers
from agents.store.rows import Carried, ProjectRow, RunRow, SearchHit, Step
from agents.store.runlog import RunLog
from agents.store.search import search
from agents.store.writer import Writer


class Store:
    """An open database; made by `open`. Every method may raise a `StoreError`.

    Close it when done: that writes what is queued. It is done at the end of the program at the latest.
    """

    def __init__(self, opened: opening.Opened, busy_seconds: float) -> None:
        self.path = opened.path
        self._opened = opened
        self._locks = opened.locks
        self._writer = Writer(opened.path, opened.connection)
        self._readers = Readers(opened.path, busy_seconds)
        self._leases: dict[int, Lease] = {}
        self._logs: dict[int, RunLog] = {}
        atexit.register(self.close)

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = opening.BUSY_SECONDS) -> Store:
        """Open the database, creating or migrating it if need be; see `opening.open_database`."""
        return cls(opening.open_database(path, busy_seconds=busy_seconds), busy_seconds)

    def close(self) -> None:
        """Write what is queued and let go of everything; nothing happens the second time."""
        atexit.unregister(self.close)
        self._readers.close()
        self._writer.close()
        for lease in list(self._leases.values()):
            lease.release()
        self._opened.leave()

    # --- projects and runs -----------------------------------------------------------------------

    def create_project(self, name: str, folder: str) -> int:
        """Store a project; its number."""
        return self._writer.call(partial(changes.create_project, name=name, folder=folder))

    def create_run(self, project: int, *, idea: str, workflow: str, model: str, settings: str) -> int:
        """Store a run of `workflow` on a project; its number. `settings` is the JSON text of its plan."""
        texts = {"idea": idea, "workflow": workflow, "model": model, "settings": settings}
        return self._writer.call(partial(changes.create_run, project=project, texts=texts))

    def projects(self) -> list[ProjectRow]:
        """Every project, the newest first."""
        return queries.projects(self._readers)

    def runs(self, project: int | None = None) -> list[RunRow]:
        """The runs of a project, or all, the newest first."""
        held = self._locks.held()
        return [replace(row, driven=run_lock(row.id) in held) for row in queries.runs(self._readers, project)]

    def run(self, number: int) -> RunRow:
        """One run; `RunNotFound`."""
        row = queries.run(self._readers, number)
        return replace(row, driven=self._locks.is_held(run_lock(number)))

    def branch(
        self, number: int, upto: int, *, project: int | None = None, settings: str | None = None
    ) -> int:
        """A new run that begins like this one: its events up to and with `upto`, its steps finished by then.

        It belongs to `project` and has `settings` where these are given. The new run's number; `RunNotFound`.
        """
        queries.run(self._readers, number)
        return self._writer.call(
            partial(changes.branch, run=number, upto=upto, project=project, settings=settings)
        )

    def rename_project(self, project: int, name: str) -> None:
        """Give a project another name."""
        self._writer.call(partial(changes.rename_project, project=project, name=name))

    def hide_run(self, number: int) -> None:
        """Take a run out of the lists; `show_run` brings it back, `delete_hidden` deletes it for good.

        `RunNotFound`, `RunIsDriven`.
        """
        with self.lease(number):
            self._writer.call(partial(changes.hide_run, run=number, hidden=True))

    def show_run(self, number: int) -> None:
        """Bring a hidden run back; `RunNotFound`."""
        queries.run(self._readers, number)
        self._writer.call(partial(changes.hide_run, run=number, hidden=False))

    def delete_hidden(self) -> None:
        """Delete the hidden runs for good; one that is carried out elsewhere stays."""
        for number in queries.hidden(self._readers):
            with suppress(RunIsDriven):
                self.delete_run(number)

    def consent(self, project: int, what: str) -> bool | None:
        """What the user decided for good about `what` in a project; None: nothing yet."""
        return queries.consent(self._readers, project, what)

    def keep_consent(self, project: int, what: str, allowed: bool) -> None:
        """Remember what the user decided about `what` for the whole project."""
        self._writer.call(partial(changes.keep_consent, project=project, what=what, allowed=allowed))

    def delete_run(self, number: int) -> None:
        """Delete a run with all that is its own; `RunNotFound`, `RunIsDriven`."""
        with self.lease(number):
            self._writer.call(partial(changes.delete_run, run=number))

    # --- what is stored of a run -----------------------------------------------------------------

    def events(self, run: int, after: int = 0, upto: int | None = None) -> Iterator[Stamped]:
        """The stored events with numbers above `after`, up to and with `upto`; `RunNotFound`."""
        queries.run(self._readers, run)
        return queries.events(self._readers, run, after, upto)

    def last_event(self, run: int) -> int:
        """The number of a run's last stored event, 0 when it has none."""
        return queries.last_event(self._readers, run)

    def stamps(self, run: int, upto: int, after: int = 0) -> list[tuple[int, float]]:
        """The numbers and times of the stored events above `after`, up to and with `upto`."""
        return queries.stamps(self._readers, run, after, upto)

    def carried(self, run: int) -> Carried:
        """A whole run with its events, steps and the digests of its files; `RunNotFound`."""
        return queries.carried(self._readers, run)

    def take_in(self, runs: Sequence[Carried]) -> dict[int, int]:
        """Store whole runs of another database, all or none; their new numbers by their old ones."""
        return self._writer.call(partial(changes.take_in, runs=runs))

    def data_version(self) -> int:
        """A number that changes when anybody has stored anything; to be asked for by one thread."""
        return queries.data_version(self._readers)

    def steps(self, run: int) -> list[Step]:
        """The finished steps in the order they were recorded; `RunNotFound`."""
        queries.run(self._readers, run)
        return [step for step, _ in queries.steps(self._readers, run)]

    def blob(self, digest: str) -> bytes:
        """A file's content by its SHA-256 in hexadecimal."""
        return queries.blob(self._readers, digest)

    def search(self, words: str, limit: int = 50) -> list[SearchHit]:
        """The newest messages with all of `words`, the last of which may be unfinished; any text is safe.

        `limit` is the number of hits at most.
        """
        with translated(self.path):
            return search(self._readers, words, limit)

    # --- carrying a run out ----------------------------------------------------------------------

    def lease(self, run: int) -> Lease:
        """The right to carry the run out, held at once and until released; `RunNotFound`, `RunIsDriven`."""
        queries.run(self._readers, run)
        lease = Lease(run, self._locks, self._lease_released)
        self._leases[run] = lease
        return lease

    def log(self, run: int) -> RunLog:
        """The log to write the run with; it takes the run's lease itself if this store does not hold it.

        `RunNotFound`; `RunIsDriven` when another process, or another log of this store, writes the run.
        """
        former = self._logs.get(run)
        if former and not former.is_abandoned:
            raise already_driven(run)
        if former:
            former.abandon()
        own = None if run in self._leases else self.lease(run)
        self._writer.call(lambda _: None)  # what a former log has queued is part of the history
        log = RunLog(run, self._writer, queries.history(self._readers, run), partial(self._log_closed, own))
        self._logs[run] = log
        return log

    def _lease_released(self, lease: Lease) -> None:
        self._leases.pop(lease.run, None)

    def _log_closed(self, own: Lease | None, log: RunLog) -> None:
        if self._logs.get(log.run) is log:
            del self._logs[log.run]
        if own:
            own.release()
