"""What a run is and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import (
    Ephemeral,
    ErrorRaised,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    RunState,
    Stamped,
)
from app.state.worktime import WorkTime


@dataclass(slots=True)
class RunSummary:
    """The head of a run. Times are seconds since the epoch, 0 for "not yet".

    `last` is the time of the last stored event. Time in which the run was paused, ended or in nobody's hands
    does not count as active.
    """

    number: int = 0
    project: str = ""
    idea: str = ""
    workflow: str = ""
    title: str = ""
    model: str = ""
    sandbox: str = ""
    folder: str = ""
    demo: bool = False
    state: RunState = "running"
    pause_reason: str = ""
    summary: str = ""
    error: str = ""
    hint: str = ""
    detail: str = ""
    started: float = 0.0
    ended: float = 0.0
    last: float = 0.0
    _work: WorkTime = field(default_factory=WorkTime)

    @property
    def begun(self) -> bool:
        """Whether the run has started at all."""
        return self.started > 0

    @property
    def over(self) -> bool:
        """Whether the run stands still for good or until it is continued."""
        return self.state in ("stopped", "succeeded", "failed")

    def active_seconds(self, now: float | None = None) -> float:
        """How long the run has been at work until `now` (without it: until its last stored event)."""
        return self._work.until(self.last if now is None else now)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        event, at = stamped.event, stamped.at
        match event:
            case RunStarted():
                self._start(stamped.run, at, event)
            case RunPaused():
                self._work.halt(at)
                self.state, self.pause_reason = "paused", event.reason
            case RunContinued():
                self._work.halt(self.last)
                self.state, self.pause_reason = "running", ""
                self.error = self.hint = self.detail = self.summary = ""
                self.ended = 0.0
                self._work.begin(at)
            case RunEnded():
                self._work.halt(at)
                self.state, self.summary, self.ended = event.state, event.summary, at
            case ErrorRaised():
                self.error, self.hint, self.detail = event.text, event.hint, event.detail
            case _:
                pass
        if not isinstance(event, Ephemeral):
            self.last = at

    def _start(self, number: int, at: float, event: RunStarted) -> None:
        self.number, self.started = number, at
        self._work.begin(at)
        self.project, self.idea, self.folder = event.project, event.idea, event.folder
        self.workflow, self.title, self.model = event.workflow, event.title, event.model
        self.sandbox, self.demo = event.sandbox, event.demo
