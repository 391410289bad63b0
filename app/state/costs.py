"""What work cost: tokens, calls, and the time at work by what it was spent on."""

from __future__ import annotations

from dataclasses import dataclass

from agents.events import CommandFinished, MessageCompleted


@dataclass(slots=True)
class Cost:
    """What an agent, a role, a phase, a model or all of them together used. Durations are seconds.

    `waiting_seconds` is the part of the model's turns in which it neither read nor wrote: the way to the
    server, its queue, loading the model. Where several work at once, their times are added up, so that a sum
    may be more than the clock says. A turn that was cut counts nothing: the server did not say what it took.
    """

    messages: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    programs: int = 0
    waiting_seconds: float = 0.0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    program_seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.prompt_tokens + self.output_tokens

    @property
    def calls(self) -> int:
        """Calls of models and of programs together."""
        return self.model_calls + self.programs

    @property
    def seconds(self) -> float:
        """The whole time at work."""
        return self.waiting_seconds + self.reading_seconds + self.writing_seconds + self.program_seconds

    @property
    def tokens_per_second(self) -> float:
        """How fast was written on average; 0 before anything was."""
        return self.output_tokens / self.writing_seconds if self.writing_seconds > 0 else 0.0

    def add_message(self, event: MessageCompleted, turn_seconds: float) -> None:
        """Count a message whose turn took `turn_seconds`; what no model has said costs nothing."""
        self.messages += 1
        if event.origin != "model":
            return
        self.model_calls += 1
        self.prompt_tokens += event.prompt_tokens
        self.output_tokens += event.output_tokens
        self.reading_seconds += event.reading_seconds
        self.writing_seconds += event.writing_seconds
        self.waiting_seconds += max(0.0, turn_seconds - event.reading_seconds - event.writing_seconds)

    def add_program(self, event: CommandFinished) -> None:
        """Count a program's run."""
        self.programs += 1
        self.program_seconds += event.seconds

    def add(self, other: Cost) -> None:
        """Count everything that `other` has counted."""
        self.messages += other.messages
        self.model_calls += other.model_calls
        self.prompt_tokens += other.prompt_tokens
        self.output_tokens += other.output_tokens
        self.programs += other.programs
        self.waiting_seconds += other.waiting_seconds
        self.reading_seconds += other.reading_seconds
        self.writing_seconds += other.writing_seconds
        self.program_seconds += other.program_seconds


@dataclass(frozen=True, slots=True)
class Point:
    """What all models had read and written after `seconds` at work."""

    seconds: float
    prompt_tokens: int
    output_tokens: int
