"""The candidates of a task: each program that the team tried, and how it did on each case.

Events do not name candidates, so they are put together here: a program that was written and then tried on
cases. A trial belongs to what its agent wrote last; else to what was written in the latest phase with code,
in the order in which its authors joined (methods that sample try their samples in that order). A further
trial without new code belongs to the candidate before. The hidden tests are no case: they judge the answer.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from agents.events import (
    AgentHired,
    AnswerJudged,
    CommandStarted,
    FilesCommitted,
    MessageCompleted,
    Stamped,
    TestCase,
    TestsReported,
)
from agents.replies.blocks import read_blocks

TRIALS = "troupe_trials"  # the module that tries candidates, see `agents.trials`
JUDGEMENT = "judgement"  # the phase of the hidden tests
LANGUAGES = ("python", "py", "python3", "")
ANSWER = "solution.py"


@dataclass(frozen=True, slots=True)
class Written:
    """A reply that may hold a program, not tried yet."""

    message: str
    speaker: str
    phase: str
    text: str
    seq: int


@dataclass(slots=True)
class Candidate:
    """A program that was tried. `results` are its cases by name, in the order in which they first came.

    `seq` is the number of the event with which its message was complete.
    """

    number: int
    message: str
    author: str
    phase: str
    code: str
    seq: int
    results: dict[str, TestCase] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        """How many cases hold."""
        return sum(case.outcome == "passed" for case in self.results.values())

    @property
    def holds(self) -> bool:
        """All its cases hold, and there are some."""
        return bool(self.results) and self.passed == len(self.results)


@dataclass(slots=True)
class CandidatesState:
    """All candidates in order; `cases` are the names of all cases. `judged`: how the hidden tests went."""

    candidates: list[Candidate] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    judged: AnswerJudged | None = None
    answer: str = ""  # the digest of the answer's text
    revision: int = field(default=0, compare=False)
    _waiting: list[Written] = field(default_factory=list)
    _trials: dict[str, str] = field(default_factory=dict)  # the agent of each trial that is going on
    _joined: dict[str, int] = field(default_factory=dict)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        match stamped.event:
            case MessageCompleted(origin="model" | "user") as said if "```" in said.text:
                self._write(Written(said.message, said.speaker, said.phase, said.text, stamped.seq))
            case AgentHired(agent=agent):
                self._joined.setdefault(agent, len(self._joined))
            case CommandStarted() as started if TRIALS in started.argv and _is_open(started.phase):
                self._trials[started.command] = started.agent
            case TestsReported() as reported if reported.command in self._trials:
                self._try(self._trials.pop(reported.command), reported)
            case FilesCommitted() as committed if self.candidates:
                changed = [change.digest for change in committed.changes if change.path == ANSWER]
                self.answer = changed[0] if changed else self.answer
                self.revision += 1
            case AnswerJudged() as judged:
                self.judged = judged
                self.revision += 1

    def _write(self, written: Written) -> None:
        """Only the replies of one phase wait: those before were tried, or never will be."""
        same = [one for one in self._waiting if one.phase == written.phase and one.speaker != written.speaker]
        self._waiting = [*same, written]

    def _try(self, agent: str, reported: TestsReported) -> None:
        self.revision += 1
        found = self._next(agent)
        if found is not None:
            written, code = found
            self._waiting.remove(written)
            number = len(self.candidates) + 1
            self.candidates.append(
                Candidate(number, written.message, written.speaker, written.phase, code, written.seq)
            )
        if self.candidates:
            self.candidates[-1].results.update({case.name: case for case in reported.cases})
            known = set(self.cases)
            self.cases += [case.name for case in reported.cases if case.name not in known]

    def _next(self, agent: str) -> tuple[Written, str] | None:
        """The program that `agent` tries now, if one waits."""
        ordered = sorted(
            self._waiting, key=lambda one: (one.speaker != agent, self._joined.get(one.speaker, 0))
        )
        return next(((one, code) for one in ordered if (code := program_in(one.text))), None)


def program_in(text: str) -> str:
    """The program in a reply: its last block of Python that is more than assertions; empty without one."""
    found = ""
    for block in read_blocks(text):
        if block.info.partition(" ")[0].lower() in LANGUAGES and not _only_asserts(block.content):
            found = block.content
    return found


def _only_asserts(code: str) -> bool:
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # a program that cannot be read was tried all the same
    return all(isinstance(node, ast.Assert) for node in body)


def _is_open(phase: str) -> bool:
    return JUDGEMENT not in phase.split("/")
