"""The course of a run: its state, its phases, its team, what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

RunState: TypeAlias = Literal["running", "paused", "stopped", "succeeded", "failed"]
Level: TypeAlias = Literal["info", "warning"]


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
