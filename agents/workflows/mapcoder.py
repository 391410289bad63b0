"""MapCoder: recall, plan, code and debug, plan after plan (arXiv:2405.11403).

Similar problems are recalled (k = 3); each leads to a plan, whose confidence a separate call rates. The plans
are tried in falling order of confidence: code, then up to five repairs on the task's examples with the plan
in view; the last repair is tried too. At most 1 + 2k + k(1 + t) calls. Without examples the first plan's code
is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Task
from agents.forms import Form, bullets
from agents.prompts import Prompt
from agents.registry import workflow
from agents.run import Run
from agents.solution_plan import SolutionPlan
from agents.solving import answer, brief, try_examples, write_solution
from agents.trials import Trials


class MapCoderOptions(BaseModel):
    """How wide and how deep the search goes; the defaults are the paper's."""

    recalled: int = Field(3, ge=1, le=6, description="Similar problems that are recalled, each with a plan")
    repairs: int = Field(5, ge=0, le=10, description="Repairs of a plan's code at the most")


class RecalledProblems(Form):
    """Problems like the task, and how they are solved."""

    class Recalled(BaseModel):
        """One of them."""

        problem: str = Field(min_length=1, description="what it asks for, in a sentence")
        solution: str = Field(description="how it is solved: the algorithm in a few sentences, no code")

    problems: list[Recalled] = Field(min_length=1, description="different problems that are solved alike")

    def shown(self) -> str:
        """Each problem with its solution."""
        return bullets(f"**{one.problem.strip()}** {one.solution.strip()}" for one in self.problems)


class PlanConfidence(Form):
    """How likely a plan is right."""

    reason: str = Field(description="what speaks for and against the plan, in a sentence")
    confidence: int = Field(ge=0, le=100, description="how sure you are that it solves the task, 0 to 100")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its confidence."""

    steps: str
    confidence: int


class Team:
    """MapCoder's four agents at work on one task."""

    def __init__(self, run: Run, task: Task, options: MapCoderOptions) -> None:
        self.run, self.task, self.options = run, task, options
        self.retriever = run.hire("Retrieval Agent")
        self.planner = run.hire("Planning Agent", self.retriever)
        self.coder = run.hire("Coding Agent", self.retriever)
        self.debugger = run.hire("Debugging Agent", self.retriever)
        self.asked = brief(task)

    async def recall(self) -> list[RecalledProblems.Recalled]:
        """Problems like the task."""
        async with self.run.phase("recall", "Recall", assistant=self.retriever) as phase:
            self._tell(self.retriever, self.planner, "recall", count=self.options.recalled)
            found = await self.retriever.fill(self.planner.path, RecalledProblems)
            phase.conclude(f"{len(found.problems)} problems")
        return found.problems[: self.options.recalled]

    async def plan(self, recalled: list[RecalledProblems.Recalled]) -> list[Plan]:
        """A plan from each, the most confident first; of equals the one that was made first."""
        plans: list[Plan] = []
        async with self.run.phase("planning", "Planning", assistant=self.planner) as phase:
            for one in recalled:
                fields = {"problem": one.problem, "solution": one.solution}
                self._tell(self.planner, self.retriever, "plan", **fields)
                steps = (await self.planner.fill(self.coder.path, SolutionPlan)).shown()
                self._tell(self.planner, self.retriever, "confidence", plan=steps)
                rated = await self.planner.fill(self.coder.path, PlanConfidence)
                plans.append(Plan(steps, rated.confidence))
            phase.conclude(", ".join(f"{plan.confidence} %" for plan in plans))
        return sorted(plans, key=lambda plan: -plan.confidence)

    async def solve(self, plan: Plan) -> tuple[str, Trials]:
        """The code of a plan, repaired until it holds or the bound is reached; how the last one went."""
        async with self.run.phase("coding", "Coding", instructor=self.planner, assistant=self.coder) as phase:
            self._tell(self.coder, self.planner, "code", plan=plan.steps)
            code = await write_solution(self.coder, self.planner.path, self.task)
            trials = await try_examples(self.run, self.coder, self.task, code)
            phase.conclude(trials.summary)
        repairs = self.options.repairs
        for number in range(1, repairs + 1):
            if trials.passed:
                break
            async with self.run.phase(
                "debugging", "Debugging", round=number, rounds=repairs, assistant=self.debugger
            ) as phase:
                fields = {"plan": plan.steps, "code": code.strip(), "report": trials.report}
                self._tell(self.debugger, self.coder, "repair", **fields)
                code = await write_solution(self.debugger, self.coder.path, self.task)
                trials = await try_examples(self.run, self.debugger, self.task, code)
                phase.conclude(trials.summary)
        return code, trials

    def _tell(self, listener: Agent, speaker: Agent, name: str, **fields: str | int) -> None:
        listener.forget()
        text = self.run.prompts(name, task=self.asked, **fields)
        listener.hear(speaker, Prompt(text, text))


@workflow(
    name="mapcoder",
    title="MapCoder",
    summary="Recalls similar problems and tries a plan from each, one after the other: for hard tasks.",
    paper="arXiv:2405.11403",
    options=MapCoderOptions,
    kind="task",
)
async def mapcoder(run: Run, task: Task, options: MapCoderOptions) -> Outcome:
    """Recall, plan, and solve by one plan after the other; the outcome says whether the examples hold."""
    team = Team(run, task, options)
    best: tuple[str, Trials] | None = None
    for plan in await team.plan(await team.recall()):
        code, trials = await team.solve(plan)
        if best is None or trials.rate > best[1].rate:
            best = (code, trials)
        if trials.passed:
            break
    else:
        run.notice("No plan led to code that keeps all examples; the answer is the best of them.")
    assert best
    return await answer(run, task, team.coder, *best)
