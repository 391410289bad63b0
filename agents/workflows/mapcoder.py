"""MapCoder: recall, plan, code and debug, plan after plan (arXiv:2405.11403).

Similar problems are recalled (k = 3); each leads to a plan, whose confidence a separate call rates. The plans
are tried in falling order of confidence: code, then up to five repairs on the task's examples with the plan
in view; the last repair is tried too. At most 1 + 2k + k(1 + t) calls. Without examples the first plan's code
is the answer.

The repairs of a plan go on with one talk, so that each sees those before it [ours]. Plans are made at the
same time where several steps may ask a model. They are tried at the same time only where several machines
answer: on one they would share its speed, and mostly the first plan does. The answer is the same, that of the
most confident plan that holds; what is said for less confident ones is ended then.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Task
from agents.forms import Form, bullets
from agents.registry import workflow
from agents.run import Run
from agents.solution_plan import SolutionPlan
from agents.solving import answer, brief, try_examples, write_solution
from agents.together import together, until
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
    """MapCoder's agents at work on one task: a Planning, Coding and Debugging Agent for each plan at hand."""

    def __init__(self, run: Run, task: Task, options: MapCoderOptions) -> None:
        self.run, self.task, self.options = run, task, options
        self.retriever = run.hire("Retrieval Agent")
        planned, solved = (self._places(most) for most in (run.at_once, run.parts_at_once))
        self.planners = [run.hire("Planning Agent", self.retriever) for _ in range(planned)]
        self.coders = [run.hire("Coding Agent", self.retriever) for _ in range(solved)]
        self.debuggers = [run.hire("Debugging Agent", self.retriever) for _ in range(solved)]
        self.asked = brief(task)

    def _places(self, at_once: int) -> int:
        """How many of a role there are: one for all plans, or one for each where they come at once."""
        return self.options.recalled if at_once > 1 else 1

    async def recall(self) -> list[RecalledProblems.Recalled]:
        """Problems like the task."""
        async with self.run.phase("recall", "Recall", assistant=self.retriever) as phase:
            self._tell(self.retriever, self.planners[0], "recall", count=self.options.recalled)
            found = await self.retriever.fill(self.planners[0].path, RecalledProblems)
            phase.conclude(f"{len(found.problems)} problems")
        return found.problems[: self.options.recalled]

    async def plan(self, recalled: list[RecalledProblems.Recalled]) -> list[Plan]:
        """A plan from each, the most confident first; of equals the one that was made first."""
        async with self.run.phase("planning", "Planning", assistant=self.planners[0]) as phase:
            pairs = zip(cycle(self.planners), recalled, strict=False)
            plans = await together([self._plan(*pair) for pair in pairs], self.run.at_once)
            phase.conclude(", ".join(f"{plan.confidence} %" for plan in plans))
        return sorted(plans, key=lambda plan: -plan.confidence)

    async def _plan(self, planner: Agent, one: RecalledProblems.Recalled) -> Plan:
        self._tell(planner, self.retriever, "plan", problem=one.problem, solution=one.solution)
        steps = (await planner.fill(self.coders[0].path, SolutionPlan)).shown()
        self._tell(planner, self.retriever, "confidence", plan=steps)
        rated = await planner.fill(self.coders[0].path, PlanConfidence)
        return Plan(steps, rated.confidence)

    async def solve(self, plans: list[Plan]) -> list[tuple[str, Trials]]:
        """The code of each plan, the most confident first, up to the first that holds."""
        pairs = zip(cycle(self.coders), cycle(self.debuggers), plans, strict=False)
        return await until(
            [self._solve(*pair) for pair in pairs],
            lambda solved: solved[1].passed,
            self._dismiss,
            self.run.parts_at_once,
        )

    def _dismiss(self, place: int) -> None:
        """The plan at this place is not needed any more."""
        for hands in (self.coders, self.debuggers):
            hands[place % len(hands)].dismiss()

    async def _solve(self, coder: Agent, debugger: Agent, plan: Plan) -> tuple[str, Trials]:
        """The code of a plan, repaired until it holds or the bound is reached; how the last one went."""
        async with self.run.phase("coding", "Coding", instructor=self.planners[0], assistant=coder) as phase:
            self._tell(coder, self.planners[0], "code", plan=plan.steps)
            code = await write_solution(coder, self.planners[0].path, self.task)
            trials = await try_examples(self.run, coder, self.task, code)
            phase.conclude(trials.summary)
        repairs = self.options.repairs
        for number in range(1, repairs + 1):
            if trials.passed:
                break
            async with self.run.phase(
                "debugging", "Debugging", round=number, rounds=repairs, assistant=debugger
            ) as phase:
                if number == 1:
                    fields = {"plan": plan.steps, "code": code.strip(), "report": trials.report}
                    self._tell(debugger, coder, "repair", **fields)
                else:
                    debugger.hear(coder, self.run.prompts.in_full("again", report=trials.report))
                code = await write_solution(debugger, coder.path, self.task)
                trials = await try_examples(self.run, debugger, self.task, code)
                phase.conclude(trials.summary)
        return code, trials

    def _tell(self, listener: Agent, speaker: Agent, name: str, **fields: str | int) -> None:
        listener.forget()
        listener.hear(speaker, self.run.prompts.in_full(name, task=self.asked, **fields))


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
    found = await team.solve(await team.plan(await team.recall()))
    if not found[-1][1].passed:
        run.notice("No plan led to code that keeps all examples; the answer is the best of them.")
    best = max(found, key=lambda solved: solved[1].rate)
    return await answer(run, task, team.coders[0], *best)
