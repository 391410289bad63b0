"""What a run cost so far, in total and by role."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import (
    AgentHired,
    CommandFinished,
    FiguresReported,
    FilesCommitted,
    MessageCompleted,
    MessageCut,
    RunContinued,
    RunEnded,
    Stamped,
    TextStreamed,
)
from app.state.speed import Speed


@dataclass(slots=True)
class RoleFigures:
    """What the agents of one role, or all of them, used; `writing_seconds` is the time spent generating."""

    messages: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    writing_seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.prompt_tokens + self.output_tokens

    @property
    def tokens_per_second(self) -> float:
        """How fast was written on average; 0 before anything was."""
        return self.output_tokens / self.writing_seconds if self.writing_seconds > 0 else 0.0

    def add(self, event: MessageCompleted) -> None:
        """Count a message."""
        self.messages += 1
        if event.origin == "model":
            self.model_calls += 1
            self.prompt_tokens += event.prompt_tokens
            self.output_tokens += event.output_tokens
            self.seconds += event.seconds
            self.writing_seconds += event.writing_seconds


@dataclass(slots=True)
class FiguresState:
    """Totals, figures by role title, and the final report once there is one.

    `last_prompt`, `last_output` and `last_context` are tokens of the latest model call, for "6.1k of 32k".
    """

    total: RoleFigures = field(default_factory=RoleFigures)
    by_role: dict[str, RoleFigures] = field(default_factory=dict)
    versions: int = 0
    commands: int = 0
    last_prompt: int = 0
    last_output: int = 0
    last_context: int = 0
    reported: FiguresReported | None = None
    revision: int = field(default=0, compare=False)
    _roles: dict[str, str] = field(default_factory=dict)
    _live: dict[str, Speed] = field(default_factory=dict)

    def live_tokens_per_second(self, now: float) -> float:
        """What all that are writing at the moment write together, estimated from the streamed pieces."""
        return sum(speed.rate(now) for speed in self._live.values())

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        self.revision += 1
        match stamped.event:
            case TextStreamed() as event:
                self._live.setdefault(event.message, Speed()).add(event.text, stamped.at)
            case MessageCompleted() as event:
                self._count(event)
            case MessageCut() as event:
                self._live.pop(event.message, None)
            case AgentHired() as event:
                self._roles[event.agent] = event.role
            case FilesCommitted() as event:
                self.versions = max(self.versions, event.version)
            case CommandFinished():
                self.commands += 1
            case FiguresReported() as event:
                self.reported = event
            case RunEnded() | RunContinued():
                self._live.clear()
            case _:
                pass

    def _count(self, event: MessageCompleted) -> None:
        self._live.pop(event.message, None)
        role = self._roles.get(event.speaker, event.speaker)
        self.total.add(event)
        self.by_role.setdefault(role, RoleFigures()).add(event)
        if event.context:
            self.last_prompt, self.last_output = event.prompt_tokens, event.output_tokens
            self.last_context = event.context
