"""AgentCoder: a Programmer, a Test Designer who never sees code, and an executor (arXiv:2312.13010).

The Test Designer writes basic, edge and large tests from the task alone; the program is run against them and
the task's examples, and what failed goes back to the Programmer, for up to five rounds. An assertion that
every candidate fails, of at least three, is set aside and said so [ours]: the test may be wrong. The answer
is the first candidate that holds, else the best one. Where two steps may ask a model at once, the first
program is written, and tried on the examples, while the tests are designed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Task
from agents.forms import Form
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, try_examples, usable_checks, write_solution
from agents.together import together
from agents.trials import Trials, try_asserts

CANDIDATES = 3  # that must fail an assertion before it is set aside


class AgentCoderOptions(BaseModel):
    """How often the Programmer hears how the tests went."""

    rounds: int = Field(5, ge=1, le=15, description="Rounds between Programmer and executor at the most")


class TestDesign(Form):
    """Tests for a function, from its task alone."""

    __test__ = False

    basic: list[str] = Field(min_length=1, description="Python assert statements on ordinary inputs")
    edge: list[str] = Field([], description="assert statements on special inputs: empty, zero, one, negative")
    large: list[str] = Field([], description="assert statements on large inputs whose result is certain")

    @property
    def checks(self) -> list[str]:
        """All of them, the basic ones first."""
        return [*self.basic, *self.edge, *self.large]

    def shown(self) -> str:
        """The tests as code."""
        kinds = {"basic": self.basic, "edge": self.edge, "large": self.large}
        lines = [line for kind, checks in kinds.items() if checks for line in (f"# {kind}", *checks)]
        return "```python\n" + "\n".join(lines) + "\n```"


@dataclass(slots=True)
class Executor:
    """Runs candidates against the tests, and remembers which test no candidate has kept."""

    run: Run
    task: Task
    designed: asyncio.Future[tuple[str, ...]]
    checks: tuple[str, ...] = ()
    candidates: list[str] = field(default_factory=list)
    failed_by: dict[str, int] = field(default_factory=dict)

    async def tried(self, agent: Agent, code: str) -> tuple[Trials, Trials]:
        """How the task's examples and the designed tests went, those that are set aside left out."""
        examples = await try_examples(self.run, agent, self.task, code)
        entry = self.task.entry_point
        if not self.candidates:
            self.checks = await self.designed
        tests = await try_asserts(
            self.run, agent, code, self.checks, entry_point=entry, title="Run the designed tests"
        )
        self.candidates.append(code)
        for case in tests.failures:
            self.failed_by[case.case] = self.failed_by.get(case.case, 0) + 1
        return examples, self._without_wrong(tests)

    def _without_wrong(self, tests: Trials) -> Trials:
        count = len(self.candidates)
        if count < CANDIDATES:
            return tests
        wrong = {check for check, failed in self.failed_by.items() if failed == count}
        if new := [check for check in self.checks if check in wrong]:
            self.checks = tuple(check for check in self.checks if check not in wrong)
            told = "; ".join(new)
            self.run.notice(f"Set aside, since all {count} candidates fail it: {told}", "warning")
        return Trials(tuple(case for case in tests.cases if case.case not in wrong), tests.key)


class Team:
    """The three roles at work on one task."""

    def __init__(self, run: Run, task: Task, options: AgentCoderOptions) -> None:
        self.run, self.task, self.options = run, task, options
        self.designer = run.hire("Test Designer")
        self.programmer = run.hire("Programmer", self.designer)
        self.tester = run.hire("Test Executor", self.designer)
        self.asked = brief(task)
        self.executor = Executor(run, task, asyncio.get_running_loop().create_future())
        self.best = (0.0, "", Trials(()))  # what it is worth, its code, how the examples went

    async def design(self) -> None:
        """The tests, from the task alone."""
        async with self.run.phase(
            "test_design", "Test design", instructor=self.programmer, assistant=self.designer
        ) as phase:
            self.designer.hear(self.programmer, self.run.prompts.in_full("tests", task=self.asked))
            design = await self.designer.fill(self.programmer.path, TestDesign)
            checks = usable_checks(self.run, design.checks, self.task)
            phase.conclude(f"{len(checks)} tests")
        self.executor.designed.set_result(checks)

    async def program(self) -> None:
        """Candidates, up to the first that holds; `best` is that one, else the best."""
        report, rounds = "", self.options.rounds
        for number in range(1, rounds + 1):
            code, examples, tests = await self._candidate(report, number)
            worth = examples.rate + tests.rate / 2
            if number == 1 or worth > self.best[0]:
                self.best = (worth, code, examples)
            report = "\n\n".join(part for part in (examples.report, tests.report) if part)
            if not report:
                self.best = (worth, code, examples)
                return
        self.run.notice(f"The rounds ended at their bound of {rounds}; the answer is the best candidate.")

    async def _candidate(self, report: str, number: int) -> tuple[str, Trials, Trials]:
        """A program, mended by the report if there is one; how the examples and the tests went."""
        async with self.run.phase(
            "coding",
            "Coding",
            round=number,
            rounds=self.options.rounds,
            instructor=self.tester,
            assistant=self.programmer,
        ) as phase:
            asked = self.run.prompts.in_full
            prompt = asked("mending", report=report) if report else asked("code", task=self.asked)
            self.programmer.hear(self.tester, prompt)
            code = await write_solution(self.programmer, self.tester.path, self.task)
            examples, tests = await self.executor.tried(self.tester, code)
            phase.conclude(f"Examples: {examples.summary} Tests: {tests.summary}")
        return code, examples, tests


@workflow(
    name="agentcoder",
    title="AgentCoder",
    summary="A Test Designer who never sees the code keeps the Programmer honest: where examples are few.",
    paper="arXiv:2312.13010",
    options=AgentCoderOptions,
    kind="task",
)
async def agentcoder(run: Run, task: Task, options: AgentCoderOptions) -> Outcome:
    """Design tests, write, run, mend; the outcome says whether the examples and the tests hold."""
    team = Team(run, task, options)
    await together([team.design(), team.program()], run.at_once)
    return await answer(run, task, team.programmer, team.best[1], team.best[2])
