"""What a transcript is made of: one dataclass for each kind of line, closed as the union `Entry`.

`at` is seconds since the epoch. Only a `MessageEntry`, a `QuestionEntry` and a `CommandEntry` change after
they were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agents.events import AnsweredBy, Ended, FiguresReported, FileChange, Level, Origin, Purpose, RunState
from app.state.console import CommandState

MessageState: TypeAlias = Literal["waiting", "loading", "thinking", "writing", "complete", "cut"]

STREAMING: frozenset[MessageState] = frozenset({"waiting", "loading", "thinking", "writing"})


@dataclass(slots=True)
class MessageEntry:
    """What one agent says to another; `text` is Markdown once the state is `complete`.

    `reason` tells why the message was cut. `host` is the server that replied.
    """

    message: str
    speaker: str
    to: str
    phase: str
    at: float
    seq: int = 0
    text: str = ""
    thinking: str = ""
    state: MessageState = "waiting"
    origin: Origin = "model"
    model: str = ""
    step: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    ended: Ended = ""
    host: str = ""
    reason: str = ""

    @property
    def live(self) -> bool:
        """Whether more will come."""
        return self.state in STREAMING

    @property
    def tokens_per_second(self) -> float:
        """The server's figure; 0 while it is unknown."""
        return self.output_tokens / self.writing_seconds if self.writing_seconds > 0 else 0.0

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.speaker, self.to)


@dataclass(slots=True)
class PhaseEntry:
    """The heading of a phase; `depth` is 0 for a phase of the chain itself.

    `again`: it goes on here, after something of another phase that is open at the same time.
    """

    phase: str
    title: str
    round: int
    rounds: int
    depth: int
    instructor: str
    assistant: str
    at: float
    again: bool = False

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.instructor, self.assistant)


@dataclass(slots=True)
class QuestionEntry:
    """A question of the team and, once `by` is set, its answer."""

    question: str
    agent: str
    phase: str
    text: str
    options: tuple[str, ...]
    context: str
    purpose: Purpose
    at: float
    answer: str = ""
    by: AnsweredBy | None = None

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.agent,)

    @property
    def consents(self) -> bool:
        """Whether it asks for the consent to something."""
        return self.purpose in ("execute", "install")


@dataclass(slots=True)
class RemarkEntry:
    """What the user said to the team."""

    remark: str
    to: str
    text: str
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return ("user", self.to)


@dataclass(slots=True)
class FilesEntry:
    """A new version of the project's files."""

    version: int
    author: str
    message: str
    changes: tuple[FileChange, ...]
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.author,)


@dataclass(slots=True)
class CommandEntry:
    """A program that was run; its output is in the console's state under the same identity."""

    command: str
    agent: str
    phase: str
    title: str
    argv: tuple[str, ...]
    at: float
    state: CommandState = "running"
    exit_code: int | None = None
    verdict: str = ""
    seconds: float = 0.0

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.agent,)


@dataclass(slots=True)
class TestsEntry:
    """The outcome of the tests: counts, and the names and messages of those that failed."""

    __test__ = False

    command: str
    phase: str
    passed: int
    failed: int
    skipped: int
    failures: tuple[tuple[str, str], ...]
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.command.rpartition("$")[0],)


@dataclass(slots=True)
class NoticeEntry:
    """Something the user should know."""

    text: str
    level: Level
    phase: str
    agent: str
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns."""
        return (self.agent,)


@dataclass(slots=True)
class RunEntry:
    """A turn in the run itself: `what` happened and `text` for the reader (the idea, a reason, a summary)."""

    what: Literal["started", "paused", "continued", "ended"]
    text: str
    state: RunState
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns: nobody alone."""
        return ()


@dataclass(slots=True)
class ErrorEntry:
    """Why the run cannot go on by itself."""

    text: str
    hint: str
    detail: str
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns: nobody alone."""
        return ()


@dataclass(slots=True)
class FiguresEntry:
    """What the run made and cost."""

    figures: FiguresReported
    at: float

    @property
    def agents(self) -> tuple[str, ...]:
        """Whom the line concerns: nobody alone."""
        return ()


Entry: TypeAlias = (
    MessageEntry
    | PhaseEntry
    | QuestionEntry
    | RemarkEntry
    | FilesEntry
    | CommandEntry
    | TestsEntry
    | NoticeEntry
    | RunEntry
    | ErrorEntry
    | FiguresEntry
)
