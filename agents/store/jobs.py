"""What a run's log hands to the writer: events, steps, contents, and the discarding of steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.events import Event, RunContinued, RunEnded, RunPaused, RunStarted, RunState, Stamped
from agents.store.codec import clean, decode, encode
from agents.store.rows import Step
from agents.store.writer import Batch, EventRow

if TYPE_CHECKING:
    from asyncio import Future

_INSERT_STEP = (
    "INSERT INTO steps (run, key, kind, fingerprint, request, result, seq) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LAST_STATE = (
    "SELECT body FROM events WHERE run = ? AND seq <= ? "
    "AND kind IN ('run_started', 'run_continued', 'run_paused', 'run_ended') ORDER BY seq DESC LIMIT 1"
)


def state_after(event: Event) -> RunState | None:
    """The run's state that the event brings about, None when it leaves it as it is."""
    match event:
        case RunStarted() | RunContinued():
            return "running"
        case RunPaused():
            return "paused"
        case RunEnded():
            return event.state
        case _:
            return None


@dataclass(slots=True, kw_only=True)
class LogJob:
    """A job of one run's log. When it is durable its events are shown and its waiter goes on."""

    exclusive: ClassVar[bool] = False
    writes: ClassVar[bool] = True

    shown: Sequence[Stamped] = ()
    waiter: Future[None] | None = None
    step: Step | None = None

    def write(self, batch: Batch) -> None:
        """Nothing is written: the job waits for what was queued before it."""


@dataclass(slots=True, kw_only=True)
class Wait(LogJob):
    """Show ephemeral events, or wake a waiter, after all that was queued before."""

    writes: ClassVar[bool] = False


@dataclass(slots=True, kw_only=True)
class Append(LogJob):
    """Store events, made into rows by `row`."""

    rows: Sequence[EventRow]

    def write(self, batch: Batch) -> None:
        """Add the events to the transaction."""
        for row, stamped in zip(self.rows, self.shown, strict=True):
            batch.add(row, state_after(stamped.event))


def row(stamped: Stamped, key: str) -> EventRow:
    """An event as it is stored."""
    event = stamped.event
    return stamped.run, stamped.seq, stamped.at, event.kind, clean(key) or None, encode(event)


@dataclass(slots=True, kw_only=True)
class Record(Append):
    """Store a step with its events; `seq` is the last event's number so far."""

    run: int
    recorded: Step
    seq: int

    def write(self, batch: Batch) -> None:
        """Add the events and the step to the transaction."""
        Append.write(self, batch)
        step = self.recorded
        texts = (step.key, step.kind, step.fingerprint, step.request, step.result)
        batch.connection.execute(_INSERT_STEP, (self.run, *map(clean, texts), self.seq))
        batch.touched.setdefault(self.run, None)


@dataclass(slots=True, kw_only=True)
class Keep(LogJob):
    """Store a content by its hash, once for all runs, and that the run needs it."""

    run: int
    digest: str
    content: bytes

    def write(self, batch: Batch) -> None:
        """Store it, unless it is there."""
        batch.connection.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (self.digest, self.content))
        batch.connection.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (self.run, self.digest))


@dataclass(slots=True, kw_only=True)
class Discard(LogJob):
    """Delete steps and every event after `to_seq`. It must see what was stored before: it goes alone."""

    exclusive: ClassVar[bool] = True

    run: int
    steps: Iterable[str]
    to_seq: int

    def write(self, batch: Batch) -> None:
        """Delete, and set the run's state to what the remaining events say."""
        connection = batch.connection
        connection.executemany(
            "DELETE FROM steps WHERE run = ? AND key = ?", [(self.run, clean(key)) for key in self.steps]
        )
        connection.execute("DELETE FROM events WHERE run = ? AND seq > ?", (self.run, self.to_seq))
        connection.execute(
            "UPDATE steps SET seq = ? WHERE run = ? AND seq > ?", (self.to_seq, self.run, self.to_seq)
        )
        last = connection.execute(_LAST_STATE, (self.run, self.to_seq)).fetchone()
        batch.touched[self.run] = (last and state_after(decode(last[0]))) or "running"
