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
from typing import Literal, TypeAlias

USER = "user"
EVERYONE = "everyone"

RunState: TypeAlias = Literal["running", "paused", "stopped", "succeeded", "failed"]
Origin: TypeAlias = Literal["model", "template", "user", "engine"]
Ended: TypeAlias = Literal["", "enough", "unneeded"]  # it holds what was asked for; another one holds
Purpose: TypeAlias = Literal["clarify", "review", "execute", "install", "play"]
AnsweredBy: TypeAlias = Literal["user", "team", "file", "demo", "later", "simulated"]
Level: TypeAlias = Literal["info", "warning"]
BacklogChange: TypeAlias = Literal["put", "remove", "move", "reopen"]


# --- the run ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event of every run."""

    project: str
    idea: str
    workflow: str
    title: str
    model: str
    sandbox: str
    folder: str
    demo: bool = False
    kind: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused:
    """The run waits before its next step until it is continued."""

    reason: str = ""
    kind: Literal["run_paused"] = "run_paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContinued:
    """The run goes on, after a pause, a stop or a crash; finished steps are not repeated.

    `resumed` is false after a mere pause: what was in progress then still is.
    """

    finished_steps: int = 0
    resumed: bool = True
    kind: Literal["run_continued"] = "run_continued"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run came to an end. `stopped` and `failed` runs can be continued."""

    state: RunState
    summary: str
    kind: Literal["run_ended"] = "run_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRewound:
    """Steps whose input has changed were discarded, with every event after `to_seq`."""

    to_seq: int
    kind: Literal["run_rewound"] = "run_rewound"


# --- phases and agents -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseBegun:
    """A phase of the chain begins. `parent` is the phase around it or empty; `round` counts from 1."""

    phase: str
    title: str
    parent: str = ""
    round: int = 1
    rounds: int = 1
    instructor: str = ""
    assistant: str = ""
    kind: Literal["phase_begun"] = "phase_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEnded:
    """A phase ended; `conclusion` is all that goes on to later phases (long-term memory)."""

    phase: str
    conclusion: str = ""
    kind: Literal["phase_ended"] = "phase_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHired:
    """An agent joins the team under `manager` (empty for the head)."""

    agent: str
    role: str
    manager: str
    model: str
    kind: Literal["agent_hired"] = "agent_hired"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRetired:
    """An agent has nothing more to do in this run."""

    agent: str
    kind: Literal["agent_retired"] = "agent_retired"


# --- messages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBegun:
    """An agent's turn begins: the model has been asked, nothing has been said yet."""

    message: str
    speaker: str
    to: str
    phase: str
    model: str = ""
    kind: Literal["message_begun"] = "message_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLoading:
    """The server is loading the model that `message` waits for. Ephemeral."""

    message: str
    model: str
    size: int = 0
    kind: Literal["model_loading"] = "model_loading"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStreamed:
    """A piece of a reply (or of the thinking before it). Ephemeral: `MessageCompleted` has it whole."""

    message: str
    text: str
    thinking: bool = False
    kind: Literal["text_streamed"] = "text_streamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCompleted:
    """A message as it is kept: `text` is Markdown; tokens and durations are the server's own count.

    `step` is the key of the journal's step with the exact request and reply, empty for a template's text.
    `context` is the number of tokens the model was given room for. Of the `seconds` of the whole call it
    read its prompt for `reading_seconds` (0 where the server does not say) and wrote for `writing_seconds`.
    `ended` says why we ended the reply, empty when the model did: then the server's count did not come, and
    tokens are estimated, durations by our clock. `host` is the short address of the server that replied.
    """

    message: str
    speaker: str
    to: str
    phase: str
    text: str
    thinking: str = ""
    origin: Origin = "model"
    model: str = ""
    step: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    context: int = 0
    seconds: float = 0.0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    ended: Ended = ""
    host: str = ""
    kind: Literal["message_completed"] = "message_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCut:
    """A turn was ended before it was complete (stop, lost connection); `text` is what had come."""

    message: str
    text: str
    reason: str
    kind: Literal["message_cut"] = "message_cut"


# --- files, programs, tests ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a version. `digest` names its content in the store; empty when it was deleted."""

    path: str
    digest: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesCommitted:
    """A new version of the project's files; versions count from 1."""

    version: int
    author: str
    message: str
    changes: tuple[FileChange, ...]
    kind: Literal["files_committed"] = "files_committed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandStarted:
    """A program of the project starts in `sandbox`."""

    command: str
    agent: str
    phase: str
    title: str
    argv: tuple[str, ...]
    sandbox: str
    kind: Literal["command_started"] = "command_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutput:
    """A piece of a program's output. Ephemeral: `CommandFinished` has it whole, up to its cap."""

    command: str
    text: str
    error: bool = False
    kind: Literal["command_output"] = "command_output"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFinished:
    """A program ended and was judged; `verdict` says in words why it counts as passed or failed."""

    command: str
    exit_code: int | None
    passed: bool
    verdict: str
    output: str
    seconds: float
    kind: Literal["command_finished"] = "command_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One test's result; `name` as the test runner calls it."""

    __test__ = False

    name: str
    outcome: Literal["passed", "failed", "skipped"]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsReported:
    """The tests that `command` ran, one by one."""

    __test__ = False

    command: str
    phase: str
    cases: tuple[TestCase, ...]
    kind: Literal["tests_reported"] = "tests_reported"


# --- people ----------------------------------------------------------------------------------------


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


# --- plans, notices, figures -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogItem:
    """A piece of work with its acceptance criteria; `sprint` is the last one that worked on it, or 0."""

    item: str
    title: str
    criteria: tuple[str, ...] = ()
    state: Literal["backlog", "sprint", "done"] = "backlog"
    sprint: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogChanged:
    """The whole backlog, as it is now. `taken` are the user's edits (by identity) that it takes up."""

    items: tuple[BacklogItem, ...]
    taken: tuple[str, ...] = ()
    kind: Literal["backlog_changed"] = "backlog_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogEdited:
    """The user changed the backlog; the team takes the change up at its next planning.

    `put` adds `item`, or replaces the title and criteria of the one with its identity; `remove` takes it out;
    `move` puts it before the item `before` (empty: last); `reopen` makes a done item open again.
    """

    edit: str
    change: BacklogChange
    item: BacklogItem
    before: str = ""
    kind: Literal["backlog_edited"] = "backlog_edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven:
    """Something the user should know: a truncated reply, files left out of a prompt, a bound reached."""

    text: str
    level: Level = "info"
    phase: str = ""
    agent: str = ""
    kind: Literal["notice_given"] = "notice_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRaised:
    """The run cannot go on by itself: what happened, and what to do about it.

    `retry_from` is the key of the step that is asked again when the run is continued, if there is one.
    """

    text: str
    hint: str = ""
    detail: str = ""
    retry_from: str = ""
    kind: Literal["error_raised"] = "error_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresReported:
    """What a run made and what it cost; durations count the time at work, not the pauses.

    `completeness` and `executability` are the ChatDev paper's measures (arXiv:2307.07924): 1 when no
    placeholder is left, 1 when the program starts and does not fail.
    """

    files: int
    lines: int
    versions: int
    utterances: int
    reflections: int
    model_calls: int
    prompt_tokens: int
    output_tokens: int
    seconds: float
    completeness: float
    executability: float
    kind: Literal["figures_reported"] = "figures_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerJudged:
    """A task's answer was run against its hidden tests, which no prompt ever held."""

    passed: bool
    summary: str
    kind: Literal["answer_judged"] = "answer_judged"


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
