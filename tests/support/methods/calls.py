"""A method for measuring: one agent that is asked again and again, and nothing else."""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.contracts import Outcome, Task
from agents.prompts import Prompts
from agents.registry import workflow
from agents.run import Run


class Options(BaseModel):
    rounds: int = Field(100, ge=1, le=100_000)
    characters: int = Field(8_000, ge=1, description="of each prompt")


@workflow(
    name="calls",
    title="Calls",
    summary="For measuring what a call costs.",
    paper="",
    options=Options,
    prompts="chatdev",
)
async def calls(run: Run, task: Task, options: Options) -> Outcome:
    run.prompts = Prompts({"Programmer": "You write one file."}, {})
    programmer = run.hire("Programmer")
    async with run.phase("work", "Work"):
        for number in range(options.rounds):
            programmer.forget()
            programmer.remember(f"Part {number} of {task.idea}: ".ljust(options.characters, "x"))
            await programmer.say("user")
    return Outcome(True, f"{options.rounds} calls")
