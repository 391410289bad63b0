"""Self-debugging: the model reads how its own code went and mends it, turn after turn (arXiv:2304.05128).

The feedback is one of the paper's kinds: only that it is wrong (`simple`); the failing test with what it gave
(`unit_test`); also the model's own explanation, line by line (`explanation`); or its own account of the
failing call, step by step (`trace`). A task without examples has no tests to fail: the model explains its
code and judges it by that alone. It ends when the examples hold, when the model calls its code correct
without tests, when the same code comes twice [ours], or after `turns` turns.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, Field

from agents.contracts import Outcome, Task
from agents.forms import Form
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, trial, write_solution
from agents.trials import Trials

Feedback: TypeAlias = Literal["simple", "unit_test", "explanation", "trace"]


class SelfDebuggingOptions(BaseModel):
    """What the model is told of a failure, and how often."""

    feedback: Feedback = Field("unit_test", description="What the model is told when its code fails")
    turns: int = Field(10, ge=1, le=20, description="Turns of debugging at the most")


class SelfJudgement(Form):
    """What the model thinks of its own code when there are no tests."""

    reason: str = Field(description="what is wrong, or why nothing is, in at most two sentences")
    correct: bool = Field(description="whether the code does what the task asks for")


class Debugging:
    """A Programmer who debugs its own code; the talk goes on, so that each turn sees the ones before it."""

    def __init__(self, run: Run, task: Task, options: SelfDebuggingOptions) -> None:
        self.run, self.task, self.options = run, task, options
        self.lead = run.hire("Task Lead")
        self.programmer = run.hire("Programmer", self.lead)

    async def write(self) -> str:
        """The first version."""
        async with self.run.phase("coding", "Coding", instructor=self.lead, assistant=self.programmer):
            self._tell("code", task=brief(self.task))
            return await write_solution(self.programmer, self.lead.path, self.task)

    async def mend(self, code: str, trials: Trials, turn: int) -> str:
        """The next version; the same one when the model finds nothing to mend."""
        async with self.run.phase(
            "debugging",
            "Debugging",
            round=turn,
            rounds=self.options.turns,
            instructor=self.lead,
            assistant=self.programmer,
        ) as phase:
            if not await self._feedback(trials):
                phase.conclude("The code is correct, the model says.")
                return code
            mended = await write_solution(self.programmer, self.lead.path, self.task)
            phase.conclude("The same code again." if mended == code else "Changed.")
            return mended

    async def _feedback(self, trials: Trials) -> bool:
        """Tell what is wrong, so that the next turn can mend it; False when nothing is."""
        if not self.task.examples and trials.passed:  # it loads, and there is nothing to try it on
            await self._explained("explain")
            self._tell("judge")
            judged = await self.programmer.fill(self.lead.path, SelfJudgement)
            if judged.correct:
                return False
            self._tell("mend_judged")
            return True
        match self.options.feedback:
            case "simple":
                self._tell("mend_simple")
            case "unit_test":
                self._tell("mend_tested", report=trials.report)
            case "explanation":
                await self._explained("explain")
                self._tell("mend_tested", report=trials.report)
            case "trace":
                await self._explained("trace", report=trials.report)
                self._tell("mend_traced")
        return True

    async def _explained(self, how: str, **fields: str) -> None:
        self._tell(how, **fields)
        await self.programmer.say(self.lead.path)

    def _tell(self, name: str, **fields: str) -> None:
        self.programmer.hear(self.lead, self.run.prompts.in_full(name, **fields))


@workflow(
    name="self_debugging",
    title="Self-debugging",
    summary="Mends its own code by how the examples went, turn after turn: cheap, for tasks with examples.",
    paper="arXiv:2304.05128",
    options=SelfDebuggingOptions,
    kind="task",
)
async def self_debugging(run: Run, task: Task, options: SelfDebuggingOptions) -> Outcome:
    """Write, try, mend until it holds; the outcome says whether the examples hold at the end."""
    debugging = Debugging(run, task, options)
    code = await debugging.write()
    trials = await trial(run, debugging.programmer, task, code)
    for turn in range(1, options.turns + 1):
        if trials.passed and task.examples:
            break
        mended = await debugging.mend(code, trials, turn)
        if mended == code:
            break
        code = mended
        trials = await trial(run, debugging.programmer, task, code)
    else:
        if not trials.passed:
            run.notice(f"Debugging ended at its bound of {options.turns} turns.")
    return await answer(run, task, debugging.programmer, code, trials)
