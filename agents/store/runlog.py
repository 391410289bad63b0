"""The write side of one run: what happens is numbered here, stored by the writer, and only then shown."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast, get_args

from agents.errors import Bug, TroupeError
from agents.events import Ephemeral, Event, RunRewound, Stamped
from agents.store.jobs import Append, Discard, Keep, LogJob, Record, Wait, row
from agents.store.rows import Step
from agents.store.writer import EventRow, Job, Writer

if TYPE_CHECKING:  # most commands only read what is stored, and need no event loop
    import asyncio

    from agents.contracts import Consumer

_EPHEMERAL = frozenset(get_args(Ephemeral))


@dataclass(slots=True)
class History:
    """What is stored of a run when its log is opened: its last number, keyed events, finished steps.

    `keys` has each key's event number, `reached` each step's last event number, in the order recorded. `kept`
    are the digests of its files' contents. `step` reads a finished step: their texts are as long as all
    prompts together, and stay on the disk.
    """

    step: Callable[[str], Step]
    seq: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Said:
    """An event of this session, with the number that it is stored under."""

    event: Event
    key: str
    seq: int


class RunLog:
    """Numbers, stores and hands out the events of one run; used on one event loop.

    Consumers get every event in the order of emission, on the loop, stored ones only once they are durable.
    When a write fails, the log is of no more use: whatever was not durable is lost to it, and each further
    call raises the same error. A new log of the run goes on from what is stored.
    """

    def __init__(self, run: int, writer: Writer, history: History, closed: Callable[[RunLog], None]) -> None:
        self.run = run
        self.failed: TroupeError | None = None
        self._writer = writer
        self._seq = history.seq
        self._keys = history.keys
        self._step = history.step
        self._reached = history.reached
        self._places = {step: place for place, step in enumerate(history.reached, 1)}
        self._recorded = len(history.reached)
        self._finished = set(history.reached)
        self._replayed = set(history.reached)
        self._session: list[_Said] = []
        self._kept = history.kept
        self._consumers: list[Consumer] = []
        self._arrived: deque[tuple[Consumer, Stamped]] = deque()
        self._woken = False
        self._outstanding = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = False
        self._closed: Callable[[RunLog], None] | None = closed

    # --- writing ---------------------------------------------------------------------------------

    def emit(self, event: Event, key: str = "") -> None:
        """Number the event and queue it for storing and showing; never waits.

        An event whose non-empty `key` the run already has is dropped: a replay says nothing twice.
        Ephemeral events are numbered 0 and only shown, after whatever was emitted before them. Raises the
        writer's `StoreError` when an earlier write failed.
        """
        self._assert_usable()
        if type(event) in _EPHEMERAL:
            self._show(Stamped(self.run, 0, time.time(), event))
        elif new := self._numbered(event, key):
            stamped, stored = new
            self._put(Append(shown=(stamped,), rows=(stored,)))

    async def record(self, step: Step, events: Sequence[tuple[Event, str]] = ()) -> None:
        """Store a finished step and its events in one transaction; returns when they are durable.

        Raises `StoreError` when they could not be stored, `Bug` for a key that is recorded already.
        """
        self._assert_usable()
        if step.key in self._reached:
            raise Bug(f"The step {step.key} of run {self.run} is recorded twice.")
        shown: list[Stamped] = []
        rows: list[EventRow] = []
        for event, key in events:
            if type(event) in _EPHEMERAL:
                raise Bug(f"A step cannot store {event.kind}: it is only ever shown.")
            if new := self._numbered(event, key):
                shown.append(new[0])
                rows.append(new[1])
        self._reached[step.key] = self._seq
        self._recorded += 1
        self._places[step.key] = self._recorded
        await self._durable(
            Record(
                run=self.run,
                recorded=step,
                seq=self._seq,
                shown=shown,
                rows=rows,
                step=step,
                waiter=self._future(),
            )
        )

    def keep(self, content: bytes) -> str:
        """Queue a file's content; its SHA-256 in hexadecimal. It is stored no later than what follows."""
        self._assert_usable()
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._kept:
            self._kept.add(digest)
            self._put(Keep(run=self.run, digest=digest, content=content))
        return digest

    async def discard_from(self, key: str) -> int:
        """Discard the step `key`, all steps recorded after it, and the events after the last step kept.

        Returns the number of the last event that remains, and shows `RunRewound` with it. If the step was
        recorded before this log was opened, this session has replayed what led to it: the steps and events
        of this session itself are still true. They stay, its events numbered anew after that one.
        """
        self._assert_usable()
        order = list(self._reached)
        if key not in self._reached:
            raise Bug(f"Run {self.run} has no step {key} to discard.")
        kept, later = order[: order.index(key)], order[order.index(key) :]
        to_seq = self._reached[kept[-1]] if kept else 0
        replaying = key in self._replayed
        discarded = [step for step in later if step in self._replayed] if replaying else later
        self._forget(discarded, to_seq)
        waiter = self._future()
        self._put(Discard(run=self.run, steps=discarded, to_seq=to_seq, waiter=waiter))
        self._show(Stamped(self.run, 0, time.time(), RunRewound(to_seq=to_seq)))
        self._say_again(to_seq, keep=replaying)
        await waiter
        return to_seq

    # --- reading ---------------------------------------------------------------------------------

    def finished(self, key: str) -> Step | None:
        """The recorded step, None when it is not (durably) finished."""
        return self._step(key) if key in self._finished else None

    def place(self, key: str) -> int | None:
        """The place of a finished step among all in the order of their recording, None when there is none."""
        return self._places[key] if key in self._finished else None

    def passed(self, key: str) -> None:
        """A continued run has taken up the step `key`, which was recorded before this log was opened."""
        self._replayed.discard(key)
        if not self._replayed:
            self._session.clear()

    def steps_finished(self) -> int:
        """How many steps are recorded."""
        return len(self._finished)

    def subscribe(self, consumer: Consumer) -> None:
        """Show every event from now on to `consumer`."""
        self._consumers.append(consumer)

    # --- ending ----------------------------------------------------------------------------------

    async def flush(self) -> None:
        """Wait until all that was emitted is durable and shown; raises `StoreError` when it cannot be."""
        self._assert_usable()
        await self._durable(Wait(waiter=self._future()))

    async def close(self) -> None:
        """Flush, and let go of the run. Raises a failed write's `StoreError` only if no call has yet."""
        if not self._closed:
            return
        try:
            if not self._told:
                await self.flush()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the run without waiting; what is queued is still written."""
        if self._closed:
            closed, self._closed = self._closed, None
            closed(self)

    @property
    def is_abandoned(self) -> bool:
        """Whether nothing can come from this log any more: it failed, was closed, or its loop was."""
        return self._closed is None or bool(self.failed) or bool(self._loop and self._loop.is_closed())

    def _assert_usable(self) -> None:
        if self.failed:
            self._told = True
            raise self.failed
        if not self._closed:
            raise Bug(f"The log of run {self.run} is closed.")

    # --- on the way to the writer ----------------------------------------------------------------

    def _numbered(self, event: Event, key: str) -> tuple[Stamped, EventRow] | None:
        """The event with the next number, as it is shown and as it is stored; None when its key is known."""
        known = self._keys.get(key) if key else None
        if self._replayed:
            self._session.append(_Said(event, key, known or self._seq + 1))
        if known:
            return None
        stamped = Stamped(self.run, self._seq + 1, time.time(), event)
        stored = row(stamped, key)  # before the number is taken: an event that cannot be stored leaves no gap
        self._seq = stamped.seq
        if key:
            self._keys[key] = stamped.seq
        return stamped, stored

    def _forget(self, steps: Sequence[str], to_seq: int) -> None:
        """Take steps, and what was emitted after `to_seq`, out of what is known to be stored."""
        for step in steps:
            del self._reached[step], self._places[step]
            self._finished.discard(step)
        self._replayed.difference_update(steps)
        self._reached = {step: min(seq, to_seq) for step, seq in self._reached.items()}
        self._keys = {key: seq for key, seq in self._keys.items() if seq <= to_seq}
        self._seq = to_seq

    def _say_again(self, after: int, *, keep: bool) -> None:
        """Emit anew what this session had stored after `after` (or only forget it)."""
        lost = [said for said in self._session if said.seq > after]
        self._session = [said for said in self._session if said.seq <= after]
        for said in lost if keep else ():
            self.emit(said.event, said.key)

    def _show(self, stamped: Stamped) -> None:
        if self._outstanding:
            self._put(Wait(shown=(stamped,)))
        else:
            self._running_loop()
            self._hand_out((stamped,))
            self._wake()

    def _put(self, job: LogJob) -> None:
        self._running_loop()
        self._writer.put(self, job)
        self._outstanding += 1

    async def _durable(self, job: LogJob) -> None:
        self._put(job)
        if job.waiter:
            await job.waiter

    def _future(self) -> asyncio.Future[None]:
        return self._running_loop().create_future()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            from asyncio import get_running_loop  # noqa: PLC0415 - see above

            self._loop = get_running_loop()
        return self._loop

    # --- on the way back -------------------------------------------------------------------------

    def settled(self, jobs: Sequence[Job], error: TroupeError | None) -> None:
        """Hear from the writer, in its thread, what became of a batch: one call on the loop for all."""
        with suppress(RuntimeError):  # the loop was closed: nobody is left to hear of it
            self._running_loop().call_soon_threadsafe(self._arrive, cast("Sequence[LogJob]", jobs), error)

    def _arrive(self, jobs: Sequence[LogJob], error: TroupeError | None) -> None:
        self._outstanding -= len(jobs)
        for job in jobs:
            waiter = job.waiter if job.waiter and not job.waiter.done() else None
            if error is None:
                self._hand_out(job.shown)
                if job.step and job.step.key in self._reached:
                    self._finished.add(job.step.key)
                if waiter:
                    waiter.set_result(None)
            elif waiter:
                self._told = True
                waiter.set_exception(error)
        self._deliver()

    def _hand_out(self, events: Sequence[Stamped]) -> None:
        self._arrived.extend((consumer, stamped) for stamped in events for consumer in self._consumers)

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._running_loop().call_soon(self._deliver)

    def _deliver(self) -> None:
        self._woken = False
        try:
            while self._arrived:
                consumer, stamped = self._arrived.popleft()
                consumer.receive(stamped)
        finally:
            if self._arrived:
                self._wake()  # one consumer failed; the others, and the events after, still come
