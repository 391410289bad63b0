"""Trying a program out, case by case: does it keep its assertions, and how does it behave?

A candidate is the source text of one module. All its cases run in one run of the sandbox, each within a time
limit of its own, and none can tell its own result: how is said in `resources/testkit/troupe_trials.py`. Every
trial is a step of the journal and a command like any other in the window.
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from agents.agent import Agent
from agents.contracts import Command, Json, Limits
from agents.execution import Ran
from agents.programs import read_report
from agents.run import Run
from agents.syntax import tree_of

CASE_SECONDS = 5.0
PATIENCE = 3  # calls without an end before an observation gives up [ours]
START_SECONDS = 20.0
MOST_SECONDS = 600.0
SIGNIFICANT = 1e-6  # relative difference of two floats that behave alike [ours]
TOLD = 5  # failed cases that a report for a prompt tells


@dataclass(frozen=True, slots=True)
class Passed:
    """The case holds."""

    case: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The case does not hold: `expression` gave `got`, and `expected` is what it should give, as `repr`."""

    case: str
    expression: str
    got: str
    expected: str


@dataclass(frozen=True, slots=True)
class Raised:
    """The program raised an exception of type `error`; `line` is its own line where that happened."""

    case: str
    error: str
    message: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The case did not come to its end in `seconds`."""

    case: str
    seconds: float


@dataclass(frozen=True, slots=True)
class NotRun:
    """The case has no result: the user did not allow it, or the whole run was ended before."""

    case: str
    reason: str


Tried: TypeAlias = Passed | Failed | Raised | TimedOut | NotRun


@dataclass(frozen=True, slots=True)
class Trials:
    """What the cases of one candidate came to, in their order; `key` is the command that ran them."""

    cases: tuple[Tried, ...]
    key: str = ""

    @property
    def passed(self) -> bool:
        """There were cases, and all of them hold."""
        return bool(self.cases) and not self.failures

    @property
    def failures(self) -> tuple[Tried, ...]:
        """The cases that do not hold, or have no result."""
        return tuple(case for case in self.cases if not isinstance(case, Passed))

    @property
    def rate(self) -> float:
        """The share of cases that hold, from 0 to 1; 0 without cases."""
        return 1 - len(self.failures) / len(self.cases) if self.cases else 0.0

    @property
    def summary(self) -> str:
        """The result in one sentence for the user."""
        if not self.cases:
            return "There were no examples to try it on."
        held = len(self.cases) - len(self.failures)
        return f"{held} of {_counted(len(self.cases), 'case')} hold{'s' if held == 1 else ''}."

    @property
    def report(self) -> str:
        """The first failures in words, for a prompt."""
        told = "\n\n".join(in_words(case) for case in self.failures[:TOLD])
        left = len(self.failures) - TOLD
        return f"{told}\n\nand {_counted(left, 'other case')} failed." if left > 0 else told


@dataclass(frozen=True, slots=True)
class Observation:
    """What a call did. `kind` is `value` (`text`: its `repr`), `error` (its type), `timeout` or `nothing`."""

    call: str
    kind: str
    text: str

    def __str__(self) -> str:
        """As a person reads it."""
        return {"error": f"raises {self.text}", "timeout": "does not end"}.get(self.kind, self.text)


def in_words(case: Tried) -> str:
    """One case as a prompt or a person is told of it."""
    match case:
        case Passed():
            return f"{case.case}\nholds."
        case Failed(expression=expression, got=got, expected=expected):
            values = f"\n{expression} gives {got}\nexpected: {expected}" if expected else ""
            return f"{case.case}\ndoes not hold.{values}"
        case Raised(error=error, message=message, line=line):
            return f"{case.case}\nraises {error}: {message}{f'{chr(10)}at {line}' if line else ''}"
        case TimedOut(seconds=seconds):
            return f"{case.case}\ndoes not end within {seconds:g} s."
        case NotRun(reason=reason):
            return f"{case.case}\nwas not run: {reason}"
        case _:
            assert_never(case)


async def try_asserts(
    run: Run,
    agent: Agent,
    code: str,
    asserts: Sequence[str],
    *,
    entry_point: str,
    title: str = "Try the examples",
) -> Trials:
    """Whether `code` keeps `asserts`, each a piece of Python that calls `entry_point`.

    A case has `CASE_SECONDS`. The results are shown like those of tests.
    """
    if not asserts:
        return Trials(())
    job = trial_job(code, entry_point, asserts)
    return (await _tried_out(run, agent, job, title))[0]


async def observe(
    run: Run,
    agent: Agent,
    code: str,
    calls: Sequence[str],
    *,
    entry_point: str,
    seconds: float = CASE_SECONDS,
    title: str = "Observe its behaviour",
) -> tuple[Observation, ...]:
    """What `code` does on each of `calls`, expressions such as `f([1, 2], 3)`.

    `seconds` is the time for one call; after `PATIENCE` calls that did not end no further one is tried.
    """
    if not calls:
        return ()
    job = trial_job(code, entry_point, (), calls, seconds=seconds, patience=PATIENCE)
    return (await _tried_out(run, agent, job, title))[1]


async def try_and_observe(
    run: Run,
    agent: Agent,
    code: str,
    asserts: Sequence[str],
    calls: Sequence[str],
    *,
    entry_point: str,
    seconds: float,
) -> tuple[Trials, tuple[Observation, ...]]:
    """`try_asserts` and `observe` in one run of the sandbox; `seconds` is the time for one case or call."""
    job = trial_job(code, entry_point, asserts, calls, seconds=seconds, patience=PATIENCE)
    return await _tried_out(run, agent, job, "Try it and observe its behaviour")


async def _tried_out(run: Run, agent: Agent, job: Json, title: str) -> tuple[Trials, tuple[Observation, ...]]:
    ran = await run.execute(agent, trial_command(job, title))
    count = job["asserts"]
    if ran.allowed and count:
        run.report_tests(ran, read_report(ran.execution))
    told = _results(ran)
    results = [(case, told.get(place)) for place, case in enumerate(job["cases"])]
    cases = tuple(_tried(case, result, ran) for case, result in results[:count])
    return Trials(cases, ran.key), tuple(read_observation(case, result) for case, result in results[count:])


def trial_job(
    code: str,
    entry_point: str,
    asserts: Sequence[str],
    calls: Sequence[str] = (),
    *,
    seconds: float = CASE_SECONDS,
    patience: int | None = None,
) -> Json:
    """What the runner is told, see `resources/testkit/troupe_trials.py`."""
    cases = [*asserts, *calls]
    return {
        "code": code,
        "entry": entry_point,
        "cases": cases,
        "asserts": len(asserts),
        "seconds": seconds,
        "patience": len(cases) if patience is None else patience,
    }


def trial_command(job: Json, title: str) -> Command:
    """The command that tries a candidate: the one place that knows how trials are run."""
    most = min(START_SECONDS + len(job["cases"]) * (job["seconds"] + 0.5), MOST_SECONDS)
    return Command(
        ("python", "-P", "-m", "troupe_trials"),
        title=title,
        stdin=json.dumps(job),
        limits=Limits(wall_seconds=most, cpu_seconds=int(most)),
        tests=True,
        sealed=True,
        observes=not job["asserts"],
    )


def alike(one: Observation, other: Observation) -> bool:
    """Whether two observations of the same call are the same behaviour.

    Values are compared as Python compares them, floats with a tolerance; of exceptions only the type counts.
    """
    if one.kind != other.kind:
        return False
    if one.text == other.text or one.kind != "value":
        return one.text == other.text
    try:
        first, second = (ast.literal_eval(tree_of(seen.text.lstrip(" \t"), "eval")) for seen in (one, other))
        return _close(first, second)
    except (ValueError, SyntaxError, RecursionError, MemoryError, OverflowError):
        return False


def _close(one: Any, other: Any) -> bool:
    match one, other:
        case (float(), int() | float()) | (int(), float()):
            return one == other or math.isclose(one, other, rel_tol=SIGNIFICANT, abs_tol=SIGNIFICANT)
        case (list(), list()) | (tuple(), tuple()):
            return len(one) == len(other) and all(map(_close, one, other))
        case dict(), dict():
            return one.keys() == other.keys() and all(_close(one[key], other[key]) for key in one)
        case _:
            return bool(one == other)


def _results(ran: Ran) -> dict[int, Json]:
    """What the runner told of each case, by the case's place; the first word on it counts."""
    told: dict[int, Json] = {}
    for line in ran.execution.report.splitlines():
        result = json.loads(line)
        told.setdefault(result["index"], result)
    return told


def _tried(case: str, told: Json | None, ran: Ran) -> Tried:
    match told:
        case None:
            return NotRun(case, ran.verdict)
        case {"kind": "passed"}:
            return Passed(case)
        case {"kind": "failed"}:
            return Failed(case, told["expression"], told["got"], told["expected"])
        case {"kind": "timeout", "limit": limit}:
            return TimedOut(case, limit)
        case _:
            return Raised(case, told["type"], told["text"], told.get("line", ""))


def read_observation(call: str, told: Json | None) -> Observation:
    """What the runner told of a call; None: nothing."""
    match told:
        case None:
            return Observation(call, "nothing", "not run")
        case {"kind": "value"}:
            return Observation(call, "value", told["got"])
        case {"kind": "timeout"}:
            return Observation(call, "timeout", "timeout")
        case _:
            return Observation(call, "error", told["type"])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
