"""The one thread that writes: whatever waits is one transaction (group commit), then its owners hear of it.

While a transaction is being committed the next one's jobs gather, so that there is no delay when little is
written and few disk flushes when much is. A failed transaction fails all its jobs; their owners take no
part in later ones, for something of theirs is missing. The thread itself goes on.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

from agents.errors import Bug, TroupeError
from agents.events import RunState
from agents.store.faults import explained

ResultT = TypeVar("ResultT")
EventRow: TypeAlias = tuple[int, int, float, str, str | None, str]

_MOST_JOBS = 4_000
"""Jobs of one transaction at most, which bounds it to about 50 ms."""

_INSERT_EVENT = "INSERT INTO events (run, seq, at, kind, key, body) VALUES (?, ?, ?, ?, ?, ?)"
_ROWS_AT_ONCE = 64
"""Events that one statement inserts: with the full-text index that was measured to be twice as fast as one
by one, and the thread need not win Python's lock back from a busy event loop after every single one."""
_INSERT_EVENTS = _INSERT_EVENT + ", (?, ?, ?, ?, ?, ?)" * (_ROWS_AT_ONCE - 1)
_UPDATE_RUN = "UPDATE runs SET changed = ?, state = coalesce(?, state) WHERE id = ?"


@dataclass(slots=True)
class Batch:
    """One transaction in the making: jobs add to it, or use its connection themselves."""

    connection: sqlite3.Connection
    events: list[EventRow] = field(default_factory=list)
    touched: dict[int, RunState | None] = field(default_factory=dict)

    def add(self, row: EventRow, state: RunState | None) -> None:
        """Store an event with the transaction; `state` is the run's new one, None when it stays."""
        self.events.append(row)
        self.touched[row[0]] = state or self.touched.get(row[0])

    def complete(self) -> None:
        """Write what was added."""
        whole = len(self.events) // _ROWS_AT_ONCE * _ROWS_AT_ONCE
        for start in range(0, whole, _ROWS_AT_ONCE):
            rows = self.events[start : start + _ROWS_AT_ONCE]
            self.connection.execute(_INSERT_EVENTS, list(chain.from_iterable(rows)))
        for row in self.events[whole:]:
            self.connection.execute(_INSERT_EVENT, row)
        if self.touched:
            now = time.time()
            states = [(now, state, run) for run, state in self.touched.items()]
            self.connection.executemany(_UPDATE_RUN, states)


class Job(Protocol):
    """Something to be written. An `exclusive` one has a transaction of its own.

    One that does not write only waits for its turn to be settled.
    """

    exclusive: ClassVar[bool]
    writes: ClassVar[bool]

    def write(self, batch: Batch) -> None:
        """Add to the transaction; in the writer's thread."""


class Owner(Protocol):
    """Whoever hands in jobs. `failed` is the error that ended its writing, None while all is well."""

    failed: TroupeError | None

    def settled(self, jobs: Sequence[Job], error: TroupeError | None) -> None:
        """Hear that the jobs are durable, or why they are not; in the writer's thread."""


@dataclass(slots=True)
class _Call(Generic[ResultT]):
    """A function to be run in a transaction of its own, for a caller who waits. It is its own owner."""

    function: Callable[[sqlite3.Connection], ResultT]
    future: Future[ResultT] = field(default_factory=Future)
    results: list[ResultT] = field(default_factory=list)
    failed: TroupeError | None = None
    exclusive: ClassVar[bool] = True
    writes: ClassVar[bool] = True

    def write(self, batch: Batch) -> None:
        self.results.append(self.function(batch.connection))

    def settled(self, jobs: Sequence[Job], error: TroupeError | None) -> None:
        if error:
            self.future.set_exception(error)
        else:
            self.future.set_result(self.results[-1])


@dataclass(slots=True)
class _Stop:
    """The last job: the thread ends."""

    exclusive: ClassVar[bool] = True
    writes: ClassVar[bool] = False

    def write(self, batch: Batch) -> None:
        """Nothing is written."""


_Queued: TypeAlias = tuple[Owner | None, Job]


class Writer:
    """Owns the connection and the thread. `put` never blocks; `call` waits; `close` drains."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._queue: SimpleQueue[_Queued] = SimpleQueue()
        self._next: _Queued | None = None
        self._closed = False
        self._ended = False
        # A daemon: a process that forgets to close the store must still be able to end.
        self._thread = threading.Thread(target=self._work, name="troupe-writer", daemon=True)
        self._thread.start()

    def put(self, owner: Owner, job: Job) -> None:
        """Queue a job; `owner.settled` is called once it is durable or has failed."""
        if self._closed:
            raise Bug("The store is closed.")
        self._queue.put((owner, job))
        if self._ended:
            self._refuse_the_rest()

    def call(self, function: Callable[[sqlite3.Connection], ResultT]) -> ResultT:
        """Run `function` in a transaction after all that was queued before; its result when durable.

        Raises `StoreError` when it could not be committed; an error of ours that it raises rolls it back.
        """
        call = _Call(function)
        self.put(call, call)
        return call.future.result()

    def close(self) -> None:
        """Write what is queued, end the thread and close the connection."""
        if not self._closed:
            self._closed = True
            self._queue.put((None, _Stop()))
            self._thread.join()
            self._connection.close()

    def _work(self) -> None:
        try:
            while True:
                batch = self._take()
                if isinstance(batch[0][1], _Stop):
                    return
                self._carry_out(batch)
        finally:
            self._ended = True
            self._refuse_the_rest()

    def _take(self) -> list[_Queued]:
        """Wait for a job, then take all that are waiting; an exclusive job alone."""
        first = self._next or self._queue.get()
        self._next = None
        batch = [first]
        if first[1].exclusive:
            return batch
        while len(batch) < _MOST_JOBS:
            try:
                queued = self._queue.get_nowait()
            except Empty:
                break
            if queued[1].exclusive:
                self._next = queued
                break
            batch.append(queued)
        return batch

    def _carry_out(self, queued: list[_Queued]) -> None:
        by_owner: dict[int, tuple[Owner, list[Job]]] = {}
        for owner, job in queued:
            if owner is not None:
                by_owner.setdefault(id(owner), (owner, []))[1].append(job)
        # Stays only if something unforeseen is raised: then the thread ends, and nobody may wait for it.
        error: TroupeError | None = Bug("The database's writer has failed.")
        try:
            self._commit([job for owner, job in queued if owner and not owner.failed and job.writes])
            error = None
        except sqlite3.Error as problem:
            error = explained(problem, self._path)
        except TroupeError as problem:
            error = problem
        finally:
            for owner, jobs in by_owner.values():
                owner.failed = owner.failed or error
                owner.settled(jobs, owner.failed)

    def _commit(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        connection = self._connection
        batch = Batch(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            for job in jobs:
                job.write(batch)
            batch.complete()
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _refuse_the_rest(self) -> None:
        error = Bug("The database's writer has ended.")
        if self._next:
            self._queue.put(self._next)
        while not self._queue.empty():
            owner, job = self._queue.get()
            if owner is not None:
                owner.failed = owner.failed or error
                owner.settled([job], owner.failed)
