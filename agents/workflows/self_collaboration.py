"""Self-collaboration: Analyst, Coder and Tester over a shared blackboard (arXiv:2304.07590).

The Analyst breaks the task down, the Coder writes the program, the Tester reports; the report goes back to
the Coder, for up to four rounds. The Tester either reasons about the code, or writes checks that are really
run beside the task's examples. It ends when the Tester is content or everything that was run holds, and when
the Coder gives the same code again [ours]. The answer is the version that kept most of what was run, of
equals the last [ours]: a wrong check must not cost a right program.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from agents.contracts import Outcome, Task
from agents.forms import Form, bullets
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, try_examples, usable_checks, write_solution
from agents.together import together
from agents.trials import Trials, try_asserts


class SelfCollaborationOptions(BaseModel):
    """How the Tester tests, and how often the Coder hears of it."""

    tester: Literal["reasons", "runs"] = Field(
        "reasons", description="The Tester reasons about the code, or writes checks that are run"
    )
    rounds: int = Field(4, ge=1, le=10, description="Rounds between Coder and Tester at the most")


class TaskAnalysis(Form):
    """What the Analyst puts on the blackboard."""

    subtasks: list[str] = Field(min_length=1, description="the parts of the task, each easy to solve")
    plan: str = Field(description="how the parts make up the whole, in at most four sentences")

    def shown(self) -> str:
        """The parts and the plan."""
        return f"{bullets(self.subtasks)}\n\n{self.plan.strip()}".strip()


class TestReport(Form):
    """What the Tester finds by reasoning."""

    __test__ = False

    findings: list[str] = Field(
        description="each a fault with a call that shows it; empty when there is none"
    )

    def shown(self) -> str:
        """The findings, or that there are none."""
        return bullets(self.findings) or "The code passes."


class TestChecks(Form):
    """The checks that the Tester wants to be run."""

    __test__ = False

    checks: list[str] = Field(min_length=1, description="Python assert statements that call the function")

    def shown(self) -> str:
        """The checks as code."""
        return "```python\n" + "\n".join(check.strip() for check in self.checks) + "\n```"


class Team:
    """The three roles; `blackboard` has what each of them put there last."""

    def __init__(self, run: Run, task: Task, options: SelfCollaborationOptions) -> None:
        self.run, self.task, self.options = run, task, options
        self.analyst = run.hire("Analyst")
        self.coder = run.hire("Coder", self.analyst)
        self.tester = run.hire("Tester", self.analyst)
        self.blackboard = {"task": brief(task)}
        self.checks: tuple[str, ...] = ()
        self.trials = Trials(())
        self.kept = 0.0  # the share of the checks that the last version keeps

    async def analyse(self) -> None:
        """The Analyst breaks the task down."""
        async with self.run.phase("analysis", "Analysis", assistant=self.analyst) as phase:
            self.analyst.hear(self.coder, self.run.prompts.in_full("analysis", **self.blackboard))
            analysis = await self.analyst.fill(self.coder.path, TaskAnalysis)
            self.blackboard["analysis"] = analysis.shown()
            phase.conclude(analysis.plan)

    async def write(self, report: str) -> str:
        """The Coder's next version, after the Tester's report if there is one."""
        name = "mending" if report else "coding"
        async with self.run.phase("coding", "Coding", instructor=self.analyst, assistant=self.coder):
            self.coder.forget()
            asked = self.run.prompts.in_full(name, **self.blackboard, report=report)
            self.coder.hear(self.tester if report else self.analyst, asked)
            code = await write_solution(self.coder, self.analyst.path, self.task)
            self.blackboard["code"] = code.strip()
            return code

    async def report(self, code: str, number: int) -> tuple[str, Trials]:
        """What the Tester says of the code (empty: nothing), and how the task's examples went."""
        rounds = self.options.rounds
        async with self.run.phase(
            "testing", "Testing", round=number, rounds=rounds, instructor=self.coder, assistant=self.tester
        ) as phase:
            runs = self.options.tester == "runs"
            work = self.design() if runs else self._reason()  # neither depends on how the examples go
            _, found = await together([self._try(code), work])
            if runs:
                found = await self._run_checks(code)
            told = "\n\n".join(part for part in (self.trials.report, found) if part)
            phase.conclude(told or "The code passes.")
        return told, self.trials

    async def _try(self, code: str) -> str:
        self.trials = await try_examples(self.run, self.tester, self.task, code)
        return ""

    async def _reason(self) -> str:
        self._ask_tester("reasoning")
        return bullets((await self.tester.fill(self.coder.path, TestReport)).findings)

    async def design(self) -> str:
        """The checks that are run, once: they come from the task alone."""
        if not self.checks:
            self._ask_tester("checks")
            filled = await self.tester.fill(self.coder.path, TestChecks)
            self.checks = usable_checks(self.run, filled.checks, self.task)
        return ""

    async def _run_checks(self, code: str) -> str:
        entry = self.task.entry_point
        tried = await try_asserts(self.run, self.tester, code, self.checks, entry_point=entry)
        self.kept = tried.rate
        return tried.report

    def _ask_tester(self, name: str) -> None:
        self.tester.forget()
        self.tester.hear(self.coder, self.run.prompts.in_full(name, **self.blackboard))


@workflow(
    name="self_collaboration",
    title="Self-collaboration",
    summary="Analyst, Coder and Tester share a blackboard: for tasks whose faults show when one reasons.",
    paper="arXiv:2304.07590",
    options=SelfCollaborationOptions,
    kind="task",
)
async def self_collaboration(run: Run, task: Task, options: SelfCollaborationOptions) -> Outcome:
    """Analyse, write, test and mend; the outcome says whether the examples hold at the end."""
    team = Team(run, task, options)
    await team.analyse()
    first = [team.write("")]
    if options.tester == "runs" and run.at_once > 1:
        first.append(team.design())
    code = (await together(first, run.at_once))[0]
    best: tuple[float, str, Trials] | None = None
    for number in range(1, options.rounds + 1):
        report, trials = await team.report(code, number)
        worth = trials.rate + team.kept / 2
        if best is None or worth >= best[0]:
            best = (worth, code, trials)
        if not report or number == options.rounds:
            break
        mended = await team.write(report)
        if mended == code:
            run.notice("The Coder gave the same code again, so the rounds end.")
            break
        code = mended
    if report and number == options.rounds:
        run.notice(f"The rounds ended at their bound of {options.rounds}.")
    assert best
    return await answer(run, task, team.coder, best[1], best[2])
