"""ClarifyGPT: ask what the task leaves open, and only that, then write the function (arXiv:2310.10996).

The clarification is the stage of `agents.clarifying`. Where it found the task clear, the code that its
samples agree on is the answer [ours]; where it asked, the code is written from the refined task.
"""

from __future__ import annotations

from agents.clarifying.options import ClarifyOptions
from agents.clarifying.stage import clarify
from agents.contracts import Outcome, Task
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, trial, write_solution


@workflow(
    name="clarifygpt",
    title="ClarifyGPT",
    summary="Compares several solutions and asks you where they differ: for tasks that leave something open.",
    paper="arXiv:2310.10996",
    options=ClarifyOptions,
    kind="task",
)
async def clarifygpt(run: Run, task: Task, options: ClarifyOptions) -> Outcome:
    """Clarify the task, write the code, try it on the examples; the outcome says whether they hold."""
    clarified = await clarify(run, task, options)
    refined = clarified.task
    lead = run.hire("Task Lead")
    programmer = run.hire("Programmer", lead)
    code = clarified.code
    if not code:
        async with run.phase("coding", "Coding", instructor=lead, assistant=programmer) as phase:
            programmer.hear(lead, run.prompts.in_full("solution", task=brief(refined)))
            code = await write_solution(programmer, lead.path, refined)
            phase.conclude(f"`{task.entry_point}` is written.")
    trials = await trial(run, programmer, refined, code)
    return await answer(run, task, programmer, code, trials)
