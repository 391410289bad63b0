"""SelfEvolve: the model's own knowledge first, then the code, then repairs on its errors (arXiv:2306.02907).

The knowledge is either *complex*: a trial solution, whose library calls are looked up; the paper lets the
model write their documentation, here it is the interpreter's own [ours]. Or it is *simple*: an outline of the
algorithm. The code is written with it in view, and repaired by how the examples of the prompt went, for up to
three rounds [ours]; nothing else is run.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from agents.api_docs import documentation
from agents.contracts import Outcome, Task
from agents.registry import workflow
from agents.run import Run
from agents.solution_plan import SolutionPlan
from agents.solving import answer, brief, try_examples, write_solution


class SelfEvolveOptions(BaseModel):
    """Which knowledge comes first, and how often the code is repaired."""

    knowledge: Literal["complex", "simple"] = Field(
        "complex", description="A trial solution and its documentation, or an outline of the algorithm"
    )
    rounds: int = Field(3, ge=0, le=10, description="Rounds of repair at the most")


class Evolution:
    """A Scholar who gathers knowledge, and a Programmer who uses it."""

    def __init__(self, run: Run, task: Task) -> None:
        self.run, self.task = run, task
        self.scholar = run.hire("Scholar")
        self.programmer = run.hire("Programmer", self.scholar)
        self.asked = brief(task)

    async def outlined(self) -> str:
        """The algorithm in words."""
        self._tell_scholar("outline")
        return (await self.scholar.fill(self.programmer.path, SolutionPlan)).shown()

    async def tried_out(self) -> str:
        """A trial solution, with what its library calls do."""
        self._tell_scholar("trial")
        trial = await write_solution(self.scholar, self.programmer.path, self.task)
        documents = await documentation(self.run, self.scholar, trial)
        parts = [f"A first try, which may be wrong:\n```python\n{trial.strip()}\n```"]
        return "\n\n".join([*parts, documents] if documents else parts)

    def _tell_scholar(self, name: str) -> None:
        self.scholar.hear(self.programmer, self.run.prompts.in_full(name, task=self.asked))

    async def write(self, name: str, **fields: str) -> str:
        """The Programmer's next version."""
        self.programmer.hear(self.scholar, self.run.prompts.in_full(name, task=self.asked, **fields))
        return await write_solution(self.programmer, self.scholar.path, self.task)


@workflow(
    name="selfevolve",
    title="SelfEvolve",
    summary="Recalls what it knows before it writes, then mends: for tasks that use libraries.",
    paper="arXiv:2306.02907",
    options=SelfEvolveOptions,
    kind="task",
)
async def selfevolve(run: Run, task: Task, options: SelfEvolveOptions) -> Outcome:
    """Gather knowledge, write, repair; the outcome says whether the examples hold."""
    work = Evolution(run, task)
    async with run.phase("knowledge", "Knowledge", assistant=work.scholar) as phase:
        simple = options.knowledge == "simple"
        knowledge = await (work.outlined() if simple else work.tried_out())
        phase.conclude(knowledge.partition("\n")[0])
    async with run.phase("coding", "Coding", instructor=work.scholar, assistant=work.programmer) as phase:
        code = await work.write("code", knowledge=knowledge)
        trials = await try_examples(run, work.programmer, task, code)
        phase.conclude(trials.summary)
    for number in range(1, options.rounds + 1):
        if trials.passed:
            break
        async with run.phase(
            "repair", "Repair", round=number, rounds=options.rounds, assistant=work.programmer
        ) as phase:
            mended = await work.write("repair", report=trials.report)
            if mended == code:
                phase.conclude("The same code again.")
                break
            code = mended
            trials = await try_examples(run, work.programmer, task, code)
            phase.conclude(trials.summary)
    return await answer(run, task, work.programmer, code, trials)
