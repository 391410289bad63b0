"""What the user is asked, says and does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Purpose: TypeAlias = Literal["clarify", "review", "execute", "install", "play"]
AnsweredBy: TypeAlias = Literal["user", "team", "file", "demo", "later", "simulated"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading a task: what it means, and how many of the team's attempts read it so.

    `outcomes` are what comes out of it for each of the question's `inputs`, as it is shown.
    """

    meaning: str
    held_by: int
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """The team needs the user. An empty `options` asks for free text only.

    Where attempts read the task differently, `readings` say how, and `inputs` (calls of a function) show the
    difference; `options` are then the readings' meanings, in the same order.

    With the purpose `play` the user speaks for `agent`, whose prompt is `text`; `form` is then the JSON
    schema that the answer must fit, empty for an answer in words or files.
    """

    question: str
    agent: str
    phase: str
    text: str
    options: tuple[str, ...] = ()
    context: str = ""
    purpose: Purpose = "clarify"
    form: str = ""
    inputs: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    kind: Literal["question_asked"] = "question_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered:
    """The answer, and who gave it (`team`: the user let the team decide).

    After `later` the team goes on with a choice of its own; the user's answer may follow in a second event.
    """

    question: str
    answer: str
    by: AnsweredBy
    kind: Literal["question_answered"] = "question_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserStepped:
    """The user said something to one agent or to `everyone`; it goes into their next turns."""

    remark: str
    to: str
    text: str
    kind: Literal["user_stepped"] = "user_stepped"


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file as the user wants it; None deletes it."""

    path: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEdited:
    """The user changed files; after the step that is being taken they become a version of the user's."""

    edit: str
    message: str
    files: tuple[FileEdit, ...]
    kind: Literal["user_edited"] = "user_edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTaken:
    """The user speaks for an agent from now on, or no longer; within `phase` only where one is named."""

    agent: str
    taken: bool
    phase: str = ""
    kind: Literal["role_taken"] = "role_taken"
