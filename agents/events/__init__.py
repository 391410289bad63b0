"""What happens in a run, as one closed union of frozen dataclasses.

A run *is* its events: the window, the terminal and the tests are folds over them, and an old run is
shown by feeding its stored events through the same folds as a live one. Every event is stored before it
is shown, except those of `Ephemeral`, which are only shown: whatever they show is repeated, whole, by a
stored event that follows.

Identities are plain strings that are the same in every replay of a run:

- an *agent* is its path in the hierarchy: `ceo/cto/programmer`; the user is `user`, all are `everyone`;
- a *message* is its speaker and that speaker's ordinal: `ceo/cto/programmer#3`;
- a *phase* is its path in the chain: `review/2/modification`;
- a *command* is the agent that runs it and an ordinal: `ceo/cto/tester$1`;
- a *question* is the agent that asks it and an ordinal: `ceo/cpo?1`.

Times are seconds since the epoch, durations are seconds, sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from agents.events.backlog import BacklogChange, BacklogChanged, BacklogEdited, BacklogItem
from agents.events.course import (
    AgentHired,
    AgentRetired,
    AnswerJudged,
    ErrorRaised,
    FiguresReported,
    Level,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    RunContinued,
    RunEnded,
    RunPaused,
    RunRewound,
    RunStarted,
    RunState,
)
from agents.events.messages import (
    Ended,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    ModelLoading,
    Origin,
    TextStreamed,
)
from agents.events.people import (
    AnsweredBy,
    FileEdit,
    Purpose,
    QuestionAnswered,
    QuestionAsked,
    Reading,
    RoleTaken,
    UserEdited,
    UserStepped,
)
from agents.events.products import (
    CommandFinished,
    CommandOutput,
    CommandStarted,
    FileChange,
    FilesCommitted,
    TestCase,
    TestsReported,
)

__all__ = [
    "EVERYONE",
    "USER",
    "AgentHired",
    "AgentRetired",
    "AnswerJudged",
    "AnsweredBy",
    "BacklogChange",
    "BacklogChanged",
    "BacklogEdited",
    "BacklogItem",
    "CommandFinished",
    "CommandOutput",
    "CommandStarted",
    "Ended",
    "Ephemeral",
    "ErrorRaised",
    "Event",
    "FiguresReported",
    "FileChange",
    "FileEdit",
    "FilesCommitted",
    "Level",
    "MessageBegun",
    "MessageCompleted",
    "MessageCut",
    "ModelLoading",
    "NoticeGiven",
    "Origin",
    "PhaseBegun",
    "PhaseEnded",
    "Purpose",
    "QuestionAnswered",
    "QuestionAsked",
    "Reading",
    "RoleTaken",
    "RunContinued",
    "RunEnded",
    "RunPaused",
    "RunRewound",
    "RunStarted",
    "RunState",
    "Stamped",
    "TestCase",
    "TestsReported",
    "TextStreamed",
    "UserEdited",
    "UserStepped",
]

USER = "user"
EVERYONE = "everyone"

Ephemeral: TypeAlias = TextStreamed | CommandOutput | ModelLoading | RunRewound

Event: TypeAlias = (
    RunStarted | RunPaused | RunContinued | RunEnded | RunRewound
    | PhaseBegun | PhaseEnded | AgentHired | AgentRetired
    | MessageBegun | ModelLoading | TextStreamed | MessageCompleted | MessageCut
    | FilesCommitted | CommandStarted | CommandOutput | CommandFinished | TestsReported
    | QuestionAsked | QuestionAnswered | UserStepped | UserEdited | RoleTaken
    | BacklogChanged | BacklogEdited | NoticeGiven | ErrorRaised | FiguresReported | AnswerJudged
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event with its place: run number, position in the run from 1 (0 if ephemeral), time."""

    run: int
    seq: int
    at: float
    event: Event
