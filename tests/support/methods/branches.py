"""A method for tests: branches at the same time that share files, names, phases and counters.

`tests.support.killing.with_methods` adds its folder to the package `agents.workflows`, in which the registry
looks for methods.
"""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Command, Outcome, Task
from agents.forms import Form
from agents.prompts import Prompt, Prompts
from agents.registry import workflow
from agents.run import Run

SHARED = "shared.txt"
ROLES = {"Lead": "You lead.", "Programmer": "You write one file.", "Reviewer": "You review one file."}


class Options(BaseModel):
    branches: int = Field(3, ge=1, le=16)
    rounds: int = Field(2, ge=1, le=1000)


class Verdict(Form):
    verdict: str = Field(description="the verdict in a word")


@workflow(
    name="branches",
    title="Branches",
    summary="For tests of what runs at the same time.",
    paper="",
    options=Options,
    prompts="chatdev",
)
async def branches(run: Run, task: Task, options: Options) -> Outcome:
    run.prompts = Prompts(ROLES, {})
    lead = run.hire("Lead")
    async with run.phase("plan", "Plan"):
        lead.remember(f"Plan: {task.idea}")
        await lead.say("user")
    async with run.phase("work", "Work"):
        async with asyncio.TaskGroup() as group:
            for number in range(1, options.branches + 1):
                group.create_task(_branch(run, lead, number, options.rounds))
    async with run.phase("end", "End"):
        lead.forget()
        lead.remember(f"Conclude. The files: {', '.join(run.files)}; {len(run.workspace.versions)} versions")
        await lead.say("user")
    return Outcome(True, f"{len(run.files)} files")


async def _branch(run: Run, lead: Agent, number: int, rounds: int) -> None:
    async with run.phase("branch", f"Branch {number}"):
        programmer = run.hire("Programmer", lead)
        answer = await run.ask_user(programmer, f"Which colour has part {number}?", options=["red", "blue"])
        for turn in range(1, rounds + 1):
            await _turn(run, lead, programmer, f"{number}.{turn}", answer.text)


async def _turn(run: Run, lead: Agent, programmer: Agent, name: str, colour: str) -> None:
    async with run.phase("turn", f"Turn {name}"):
        programmer.forget()
        seen = "\n".join(f"{path}: {len(text)}" for path, text in run.files.items())
        programmer.hear(lead, Prompt(f"Write part {name} in {colour}.\nThere is:\n{seen}", f"Part {name}"))
        files = await programmer.write_files(lead.path, existing=run.files)
        shared = run.files.get(SHARED, "")
        run.commit({**files, SHARED: f"{shared}{name}\n"}, programmer.path, f"Part {name}")
        part = next(path for path in files if path.endswith(".py"))
        async with asyncio.TaskGroup() as group:
            ran = group.create_task(run.execute(programmer, Command(("python", part), title=part)))
            group.create_task(_review(run, lead, name))
        run.notice(f"{name}: {ran.result().verdict} of {len(run.workspace.versions)} versions")


async def _review(run: Run, lead: Agent, name: str) -> None:
    reviewer = run.hire("Reviewer", lead)
    reviewer.remember(f"Review part {name}; there are {len(run.files)} files.")
    verdict = await reviewer.fill(lead.path, Verdict)
    run.notice(f"{name} is {verdict.verdict}")
