"""Real runs for tests: a studio in a folder of its own, carried out to the end, with everything it told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from agents.cli.answers import NobodyAnswers
from agents.contracts import Outcome, User
from agents.events import Ephemeral, Event, QuestionAsked, Stamped
from agents.live import LiveRun
from agents.patience import Patience
from agents.plan import Plan
from agents.studio import Studio
from tests.support.sandboxes import isolated_or_skipped

EventT = TypeVar("EventT")
PATIENCE = 60.0
WITH_SERVERS = Patience(server_seconds=0.5, again=2, first_delay=0.01, longest_delay=0.1)
"""The runs of tests wait for their server as patiently, but sooner."""


@dataclass
class Recorder:
    """A consumer that keeps what it receives; `on_event` is called with each event."""

    seen: list[Stamped] = field(default_factory=list)
    on_event: Callable[[Event], None] = lambda event: None

    def receive(self, stamped: Stamped) -> None:
        self.seen.append(stamped)
        self.on_event(stamped.event)

    def of(self, kind: type[EventT]) -> list[EventT]:
        """The events of one class."""
        return [stamped.event for stamped in self.seen if isinstance(stamped.event, kind)]

    @property
    def stored(self) -> list[Stamped]:
        """Those that are stored."""
        return [stamped for stamped in self.seen if not isinstance(stamped.event, Ephemeral)]


@dataclass(frozen=True)
class Told:
    """A finished run: how it ended, what was told, and where its files are."""

    number: int
    outcome: Outcome
    recorder: Recorder
    folder: Path

    def read(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")


def carry_out(
    plan: Plan,
    home: Path,
    user: User | None = None,
    patience: Patience = WITH_SERVERS,
    within: float = PATIENCE,
) -> Told:
    """Start a run in `home` and wait `within` seconds for its end; whatever the run raises is raised."""
    return _carried_out(home, lambda studio, *more: studio.start(plan, *more), user, patience, within)


def carry_on(run: int, home: Path, user: User | None = None, patience: Patience = WITH_SERVERS) -> Told:
    """Continue a run and wait for its end."""
    return _carried_out(home, lambda studio, *more: studio.resume(run, *more), user, patience)


def _carried_out(
    home: Path,
    begin: Callable[..., object],
    user: User | None,
    patience: Patience,
    within: float = PATIENCE,
) -> Told:
    async def work() -> Told:
        recorder = Recorder()
        studio = Studio.open(home, patience)
        try:
            live = await begin(studio, user or NobodyAnswers(), recorder)  # type: ignore[misc]
            assert isinstance(live, LiveRun)
            outcome = await live.outcome()
            if any(question.purpose == "execute" for question in recorder.of(QuestionAsked)):
                isolated_or_skipped()
            return Told(live.number, outcome, recorder, live.folder)
        finally:
            await studio.close()

    return asyncio.run(asyncio.wait_for(work(), within))
