"""RLEF's loop: public tests drive up to three turns, private tests judge once at the end (arXiv:2410.02089).

Within the loop the model sees how its code went on the task's examples; the hidden tests run once, on the
last answer, and never enter a prompt. The whole episode is kept as the run's events, with its reward: +1 when
the hidden tests hold (the examples, where there are none), else −1, and −0.2 for each turn that brought no
valid code. The training itself is no part of this.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.contracts import Outcome, Task
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, defines, try_examples, write_solution
from agents.syntax import module_of
from agents.trials import Trials

INVALID = -0.2


class RlefOptions(BaseModel):
    """How long an episode may be."""

    turns: int = Field(3, ge=1, le=10, description="Turns of an episode at the most")


def reward(passed: bool, invalid: int) -> float:
    """An episode's reward: its end, and what its invalid turns cost."""
    return round((1.0 if passed else -1.0) + INVALID * invalid, 2)


@workflow(
    name="rlef",
    title="RLEF's loop",
    summary="Three turns on the public tests, judged by hidden ones: episodes that a model can learn from.",
    paper="arXiv:2410.02089",
    options=RlefOptions,
    kind="task",
)
async def rlef(run: Run, task: Task, options: RlefOptions) -> Outcome:
    """Carry one episode out; its reward is a notice at the end."""
    environment = run.hire("Environment")
    policy = run.hire("Programmer", environment)
    asked = run.prompts.in_full("code", task=brief(task))
    code, invalid = "", 0
    trials = Trials(())
    for turn in range(1, options.turns + 1):
        async with run.phase(
            "turn", "Turn", round=turn, rounds=options.turns, instructor=environment, assistant=policy
        ) as phase:
            policy.hear(environment, asked)
            code = await write_solution(policy, environment.path, task)
            valid = module_of(code) is not None and defines(code, task.entry_point)
            invalid += not valid
            trials = await try_examples(run, environment, task, code)
            phase.conclude(trials.summary)
        if trials.passed:
            break
        asked = run.prompts.in_full("again", report=trials.report)
    outcome = await answer(run, task, policy, code, trials)
    run.notice(
        f"Reward: {reward(outcome.passed, invalid):+g} after {turn} turns, {invalid} without valid code."
    )
    return outcome
