"""The bare model on a function-sized task: one call, no feedback [ours]. The base line of comparisons."""

from __future__ import annotations

from pydantic import BaseModel

from agents.contracts import Outcome, Task
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, trial, write_solution


class DirectOptions(BaseModel):
    """There is nothing to choose."""


@workflow(
    name="direct",
    title="The bare model",
    summary="One call and no feedback: the quickest answer, and what every other method is compared with.",
    paper="",
    options=DirectOptions,
    kind="task",
)
async def direct(run: Run, task: Task, options: DirectOptions) -> Outcome:
    """Ask once for the code, and try it on the examples; the outcome says whether they hold."""
    del options
    lead = run.hire("Task Lead")
    programmer = run.hire("Programmer", lead)
    async with run.phase("coding", "Coding", instructor=lead, assistant=programmer) as phase:
        programmer.hear(lead, run.prompts.in_full("code", task=brief(task)))
        code = await write_solution(programmer, lead.path, task)
        phase.conclude(f"`{task.entry_point}` is written.")
    trials = await trial(run, programmer, task, code)
    return await answer(run, task, programmer, code, trials)
