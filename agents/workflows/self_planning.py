"""Self-planning: a plan first, then the code from the task and its plan (arXiv:2303.06689).

Planner and Coder may be played by different models. Two calls and one trial; there is no feedback.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.contracts import Outcome, Task
from agents.registry import workflow
from agents.run import Run
from agents.solution_plan import SolutionPlan
from agents.solving import answer, brief, trial, write_solution


class SelfPlanningOptions(BaseModel):
    """How long a plan may be."""

    steps: int = Field(8, ge=2, le=20, description="Steps of the plan at the most")


@workflow(
    name="self_planning",
    title="Self-planning",
    summary="Plans in words, then writes the code from the plan: two calls, for tasks of several steps.",
    paper="arXiv:2303.06689",
    options=SelfPlanningOptions,
    kind="task",
)
async def self_planning(run: Run, task: Task, options: SelfPlanningOptions) -> Outcome:
    """Plan, write, try once; the outcome says whether the examples hold."""
    planner = run.hire("Planner")
    coder = run.hire("Coder", planner)
    asked = brief(task)
    async with run.phase("planning", "Planning", instructor=coder, assistant=planner) as phase:
        planner.hear(coder, run.prompts.in_full("plan", task=asked, most=options.steps))
        plan = await planner.fill(coder.path, SolutionPlan)
        steps = plan.shown(options.steps)
        phase.conclude(steps)
    async with run.phase("coding", "Coding", instructor=planner, assistant=coder):
        coder.hear(planner, run.prompts.in_full("code", task=asked, plan=steps))
        code = await write_solution(coder, planner.path, task)
    trials = await trial(run, coder, task, code)
    return await answer(run, task, coder, code, trials)
