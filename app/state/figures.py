"""What a run cost so far: in total, by phase, by role, by model, and in the course of time."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import (
    AgentHired,
    CommandFinished,
    CommandStarted,
    FiguresReported,
    FilesCommitted,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    Stamped,
    TextStreamed,
)
from app.state.costs import Cost, Point
from app.state.speed import Speed
from app.state.worktime import WorkTime

PROGRAMS = ""
"""Stands in `by_model` for the programs, which are run by no model."""


@dataclass(slots=True)
class FiguresState:
    """Totals, their parts, and the final report once there is one.

    The parts by phase, by role and by model each add up to the total. `course` has a point for each reply.
    `last_prompt`, `last_output` and `last_context` are tokens of the latest model call, for "6.1k of 32k".
    """

    total: Cost = field(default_factory=Cost)
    course: list[Point] = field(default_factory=list)
    versions: int = 0
    last_prompt: int = 0
    last_output: int = 0
    last_context: int = 0
    reported: FiguresReported | None = None
    revision: int = field(default=0, compare=False)
    _parts: dict[tuple[str, str, str], Cost] = field(default_factory=dict)
    """What was used, by phase identity, role title and model."""
    _roles: dict[str, str] = field(default_factory=dict)
    _begun: dict[str, float] = field(default_factory=dict)
    """When the turns in progress began, by message."""
    _started: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Agent and phase of the programs that run, by command."""
    _work: WorkTime = field(default_factory=WorkTime)
    _last: float = 0.0
    _live: dict[str, Speed] = field(default_factory=dict)

    @property
    def by_phase(self) -> dict[str, Cost]:
        """What was used in each phase, by its identity; empty where there was none."""
        return self._by(0)

    @property
    def by_role(self) -> dict[str, Cost]:
        """What the agents of each role used, by its title."""
        return self._by(1)

    @property
    def by_model(self) -> dict[str, Cost]:
        """What each model used, by its name; `PROGRAMS` stands for the programs."""
        return self._by(2)

    @property
    def commands(self) -> int:
        """How many programs were run to their end."""
        return self.total.programs

    @property
    def counted(self) -> int:
        """Grows with everything that costs something, but not while a reply is being written."""
        return self.total.messages + self.total.programs

    def live_tokens_per_second(self, now: float) -> float:
        """What all that are writing at the moment write together, estimated from the streamed pieces."""
        return sum(speed.rate(now) for speed in self._live.values())

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        self.revision += 1
        at = stamped.at
        match stamped.event:
            case TextStreamed() as event:
                self._live.setdefault(event.message, Speed()).add(event.text, at)
                return
            case MessageBegun() as event:
                self._begun[event.message] = at
            case MessageCompleted() as event:
                self._count(event, at)
            case MessageCut() as event:
                self._live.pop(event.message, None)
                self._begun.pop(event.message, None)
            case AgentHired() as event:
                self._roles[event.agent] = event.role
            case FilesCommitted() as event:
                self.versions = max(self.versions, event.version)
            case CommandStarted() as event:
                self._started[event.command] = (event.agent, event.phase)
            case CommandFinished() as event:
                self._count_program(event)
            case FiguresReported() as event:
                self.reported = event
            case RunStarted() | RunPaused() | RunContinued() | RunEnded() as event:
                self._turn(event, at)
            case _:
                pass
        self._last = at

    def _turn(self, event: RunStarted | RunPaused | RunContinued | RunEnded, at: float) -> None:
        match event:
            case RunStarted():
                self._work.begin(at)
            case RunPaused():
                self._work.halt(at)
            case RunContinued():
                self._work.halt(self._last)  # after a crash nobody has said when it ended
                self._work.begin(at)
                if event.resumed:
                    self._forget()
            case RunEnded():
                self._work.halt(at)
                self._forget()

    def _forget(self) -> None:
        """What was going on is over, or is begun again."""
        self._live.clear()
        self._begun.clear()
        self._started.clear()

    def _count(self, event: MessageCompleted, at: float) -> None:
        self._live.pop(event.message, None)
        begun = self._begun.pop(event.message, None)
        seconds = event.seconds if begun is None else at - begun
        for cost in self._costs(event.speaker, event.phase, event.model):
            cost.add_message(event, seconds)
        if event.origin == "model":
            total = self.total
            self.course.append(Point(self._work.until(at), total.prompt_tokens, total.output_tokens))
        if event.context:
            self.last_prompt, self.last_output = event.prompt_tokens, event.output_tokens
            self.last_context = event.context

    def _count_program(self, event: CommandFinished) -> None:
        agent, phase = self._started.pop(event.command, (event.command.rpartition("$")[0], ""))
        for cost in self._costs(agent, phase, PROGRAMS):
            cost.add_program(event)

    def _costs(self, agent: str, phase: str, model: str) -> tuple[Cost, Cost]:
        """Where something that an agent did is counted."""
        kind = (phase, self._roles.get(agent, agent), model)
        part = self._parts.get(kind)
        if part is None:
            part = self._parts[kind] = Cost()
        return self.total, part

    def _by(self, place: int) -> dict[str, Cost]:
        """The costs by one part of their kind, in the order of their first appearance."""
        found: dict[str, Cost] = {}
        for kind, cost in self._parts.items():
            found.setdefault(kind[place], Cost()).add(cost)
        return found
