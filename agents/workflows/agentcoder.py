"""AgentCoder: a Programmer, a Test Designer who never sees code, and an executor (arXiv:2312.13010).

The Test Designer writes basic, edge and large tests from the task alone; the program is run against them and
the task's examples, and what failed goes back to the Programmer, for up to five rounds. An assertion that
every candidate fails, of at least three, is set aside and said so [ours]: the test may be wrong. The answer
is the first candidate that holds, else the best one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Task
from agents.forms import Form
from agents.prompts import Prompt
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, try_examples, usable_checks, write_solution
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
    checks: tuple[str, ...]
    candidates: list[str] = field(default_factory=list)
    failed_by: dict[str, int] = field(default_factory=dict)

    async def tried(self, agent: Agent, code: str) -> tuple[Trials, Trials]:
        """How the task's examples and the designed tests went, those that are set aside left out."""
        examples = await try_examples(self.run, agent, self.task, code)
        entry = self.task.entry_point
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
    designer = run.hire("Test Designer")
    programmer = run.hire("Programmer", designer)
    executor = run.hire("Test Executor", designer)
    asked = brief(task)
    async with run.phase("test_design", "Test design", instructor=programmer, assistant=designer) as phase:
        text = run.prompts("tests", task=asked)
        designer.hear(programmer, Prompt(text, text))
        design = await designer.fill(programmer.path, TestDesign)
        bench = Executor(run, task, usable_checks(run, design.checks, task))
        phase.conclude(f"{len(bench.checks)} tests")
    best: tuple[float, str, Trials] | None = None
    report = ""
    for number in range(1, options.rounds + 1):
        async with run.phase(
            "coding", "Coding", round=number, rounds=options.rounds, instructor=executor, assistant=programmer
        ) as phase:
            text = run.prompts("mending", report=report) if report else run.prompts("code", task=asked)
            programmer.hear(executor, Prompt(text, text))
            code = await write_solution(programmer, executor.path, task)
            examples, tests = await bench.tried(executor, code)
            phase.conclude(f"Examples: {examples.summary} Tests: {tests.summary}")
        worth = examples.rate + tests.rate / 2
        if best is None or worth > best[0]:
            best = (worth, code, examples)
        report = "\n\n".join(part for part in (examples.report, tests.report) if part)
        if not report:
            return await answer(run, task, programmer, code, examples)
    run.notice(f"The rounds ended at their bound of {options.rounds}; the answer is the best candidate.")
    assert best
    return await answer(run, task, programmer, best[1], best[2])
