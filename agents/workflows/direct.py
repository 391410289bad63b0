"""The bare model on a function-sized task: one call, no feedback [ours]. The base line of comparisons."""

from __future__ import annotations

from pydantic import BaseModel

from agents.contracts import Outcome, Task
from agents.prompts import Prompt
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, try_examples, write_solution


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
        asked = run.prompts("code", task=brief(task))
        programmer.hear(lead, Prompt(asked, asked))
        code = await write_solution(programmer, lead.path, task)
        phase.conclude(f"`{task.entry_point}` is written.")
    async with run.phase("trial", "Trial", assistant=programmer) as phase:
        trials = await try_examples(run, programmer, task, code)
        phase.conclude(trials.summary)
    return await answer(run, task, programmer, code, trials)
