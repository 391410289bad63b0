"""A task told as events: two candidates, the second is the answer; for tests and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from agents.events import (
    AgentHired,
    AnswerJudged,
    CommandFinished,
    CommandStarted,
    Event,
    FileChange,
    FilesCommitted,
    MessageBegun,
    MessageCompleted,
    PhaseBegun,
    PhaseEnded,
    RunStarted,
    Stamped,
    TestCase,
    TestsReported,
)
from tests.support.solver import written

FIRST = "def double(number):\n    return number + 2\n"
SECOND = "def double(number):\n    return 2 * number\n"
CASES = ("assert double(2) == 4", "assert double(0) == 0", "assert double(-3) == -6")
TRIALS = ("python", "-P", "-m", "troupe_trials")


def digest(text: str) -> str:
    """The name of a content."""
    return sha256(text.encode()).hexdigest()


def trial(number: int, agent: str, outcomes: Sequence[str], phase: str = "trial") -> Iterator[Event]:
    """A trial of the cases; `outcomes` are passed or failed."""
    key = f"{agent}${number}"
    cases = tuple(
        TestCase(
            name=name,
            outcome=outcome,
            message="" if outcome == "passed" else "double(0)\n     got 2\nexpected 0",
        )  # type: ignore[arg-type]
        for name, outcome in zip(CASES, outcomes, strict=False)
    )
    title = "Try the examples"
    yield CommandStarted(
        command=key, agent=agent, phase=phase, title=title, argv=TRIALS, sandbox="bubblewrap"
    )
    passed = all(case.outcome == "passed" for case in cases)
    yield TestsReported(command=key, phase=phase, cases=cases)
    yield CommandFinished(command=key, exit_code=0, passed=passed, verdict="Done.", output="", seconds=0.2)


def said(number: int, agent: str, text: str, phase: str = "coding") -> Iterator[Event]:
    """A message of an agent."""
    message = f"{agent}#{number}"
    yield MessageBegun(message=message, speaker=agent, to="lead", phase=phase, model="m")
    yield MessageCompleted(message=message, speaker=agent, to="lead", phase=phase, text=text, model="m")


def double() -> Iterator[Event]:
    """The whole run."""
    yield RunStarted(
        project="Double", idea="Double a number.", workflow="self_debugging", title="Self-debugging",
        model="qwen3-coder:30b", sandbox="bubblewrap", folder="double",
    )  # fmt: skip
    yield AgentHired(agent="lead", role="Task Lead", manager="", model="m")
    yield AgentHired(agent="lead/programmer", role="Programmer", manager="lead", model="m")
    yield PhaseBegun(phase="coding", title="Coding", instructor="lead", assistant="lead/programmer")
    yield from said(1, "lead/programmer", written(FIRST))
    yield PhaseEnded(phase="coding")
    yield from trial(1, "lead/programmer", ("passed", "failed", "failed"))
    yield PhaseBegun(phase="debugging/1", title="Debugging", round=1, rounds=10)
    yield from said(2, "lead/programmer", written(SECOND), "debugging/1")
    yield PhaseEnded(phase="debugging/1")
    yield from trial(2, "lead/programmer", ("passed", "passed", "passed"))
    change = FileChange("solution.py", digest(SECOND), 2, 0)
    yield FilesCommitted(version=1, author="lead/programmer", message="The answer", changes=(change,))
    yield PhaseBegun(phase="judgement", title="Judgement")
    yield from trial(3, "lead/programmer", ("passed",), "judgement")
    yield AnswerJudged(passed=True, summary="1 of 1 case holds.")


def stamped(events: Iterator[Event]) -> list[Stamped]:
    """The events as a store would give them."""
    return [Stamped(1, seq, 1_790_000_000.0 + seq, event) for seq, event in enumerate(events, start=1)]


def read_answer(_digest: str) -> bytes:
    """The content of the answer's file."""
    return SECOND.encode()
