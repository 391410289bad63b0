"""The log against a simple model of it: lists in memory."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agents.events import Event, RunRewound, TextStreamed
from agents.store.runlog import RunLog
from agents.store.store import Store
from tests.unit.agents.store.helpers import Watcher, message, new_run, notice, step

KEYS = st.sampled_from(["", "k1", "k2", "k3", "k4"])
STEPS = st.sampled_from(["s1", "s2", "s3", "s4", "s5"])


@dataclass
class Model:
    """What must be stored: events with their keys, steps with the number of events then."""

    events: list[tuple[Event, str]] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)
    replayed: set[str] = field(default_factory=set)
    session: list[tuple[Event, str]] = field(default_factory=list)

    def emit(self, event: Event, key: str) -> None:
        if self.replayed:
            self.session.append((event, key))
        if not key or key not in [known for _, known in self.events]:
            self.events.append((event, key))

    def discard(self, key: str) -> int:
        order = list(self.steps)
        before = order[: order.index(key)]
        last = self.steps[before[-1]] if before else 0
        replaying = key in self.replayed
        gone = {s for s in order if s not in before and (not replaying or s in self.replayed)}
        self.replayed -= gone
        self.steps = {s: min(n, last) for s, n in self.steps.items() if s not in gone}
        lost, self.events = self.events[last:], self.events[:last]
        said, self.session = self.session, []
        kept = [said_one for said_one in said if said_one not in lost]
        self.session = kept
        if replaying:
            for event, event_key in said:
                mine = next((one for one in lost if one == (event, event_key)), None)
                if mine or (event_key and event_key in [known for _, known in lost]):
                    self.emit(event, event_key)
        return last

    def reopen(self) -> None:
        self.replayed, self.session = set(self.steps), []


class LogMachine(RuleBasedStateMachine):
    """Emits, records, discards and reopens, in any order; texts are unique, so that any mix-up shows."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.open(self.folder / "troupe.db")
        self.run = new_run(self.store)
        self.model = Model()
        self.count = 0

    @initialize()
    def begin(self) -> None:
        self.open()

    def open(self) -> None:
        async def opened() -> RunLog:
            return self.store.log(self.run)

        self.log = self.runner.run(opened())
        self.watcher = Watcher()
        self.log.subscribe(self.watcher)
        self.shown = [event for event, _ in self.model.events]

    def text(self) -> str:
        self.count += 1
        return f"text{self.count}"

    @rule(key=KEYS)
    def emit(self, key: str) -> None:
        event = notice(self.text())

        async def emitted() -> None:
            self.log.emit(event, key)

        self.runner.run(emitted())
        self.model.emit(event, key)

    @rule()
    def stream(self) -> None:
        async def streamed() -> None:
            self.log.emit(TextStreamed(message="m", text="t"))

        self.runner.run(streamed())

    @rule(name=STEPS, key=KEYS)
    def record(self, name: str, key: str) -> None:
        if name in self.model.steps:
            return
        event = message(self.text())
        self.runner.run(self.log.record(step(name), [(event, key)]))
        self.model.emit(event, key)
        self.model.steps[name] = len(self.model.events)

    @precondition(lambda self: self.model.steps)
    @rule(data=st.data())
    def discard(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(list(self.model.steps)))
        assert self.runner.run(self.log.discard_from(name)) == self.model.discard(name)

    @rule()
    def flush(self) -> None:
        self.runner.run(self.log.flush())

    @rule()
    def reopen(self) -> None:
        self.runner.run(self.log.close())
        self.model.reopen()
        self.open()

    @rule()
    def reopen_the_store(self) -> None:
        self.runner.run(self.log.close())
        self.store.close()
        self.store = Store.open(self.folder / "troupe.db")
        self.model.reopen()
        self.open()

    @invariant()
    def stored_is_as_the_model_says(self) -> None:
        self.runner.run(self.log.flush())
        stamps = list(self.store.events(self.run))
        assert [stamped.event for stamped in stamps] == [event for event, _ in self.model.events]
        assert [stamped.seq for stamped in stamps] == list(range(1, len(stamps) + 1))
        assert [found.key for found in self.store.steps(self.run)] == list(self.model.steps)
        assert self.log.steps_finished() == len(self.model.steps)
        messages = [event for event, _ in self.model.events if event.kind == "message_completed"]
        assert len(self.store.search("text", limit=1000)) == len(messages)

    @invariant()
    def what_was_shown_is_what_is_stored(self) -> None:
        shown = list(self.shown)
        for event in self.watcher.events:
            match event:
                case RunRewound(to_seq=last):
                    del shown[last:]
                case TextStreamed():
                    pass
                case _:
                    shown.append(event)
        assert shown == [event for event, _ in self.model.events]

    def teardown(self) -> None:
        if hasattr(self, "log"):
            self.runner.run(self.log.close())
        self.store.close()
        self.runner.close()
        shutil.rmtree(self.folder)


TestLog = LogMachine.TestCase
TestLog.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
