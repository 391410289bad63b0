"""CodeGen's multi-turn synthesis: small turns, each continuing the program so far (arXiv:2203.13474).

A task that is not told in turns is split by its Task Lead first [ours]. Each turn's reply is only what comes
next, and the talk goes on, so that each turn sees those before it as the paper's prompts do; a reply that
repeats the program, or defines its names anew, takes its place. With `single` all turns stand in one prompt,
for comparison: the paper's finding is that turns do better.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Task
from agents.forms import Form
from agents.prompts import Prompt
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, defined, trial, write_solution
from agents.syntax import module_of


class CodeGenOptions(BaseModel):
    """Turns, or everything at once."""

    single: bool = Field(False, description="All turns in one prompt, for comparison")
    turns: int = Field(6, ge=1, le=20, description="Turns at the most into which a task is split")


class TaskTurns(Form):
    """A task in small steps."""

    turns: list[str] = Field(min_length=1, description="each one small thing to write, in order")

    def shown(self) -> str:
        """The turns, numbered."""
        return numbered(self.turns)


def numbered(turns: list[str] | tuple[str, ...]) -> str:
    """Turns as a numbered list."""
    return "\n".join(f"{number}. {turn.strip()}" for number, turn in enumerate(turns, start=1))


def continued(program: str, piece: str) -> str:
    """The program with its next piece; a piece that has the program's names again takes its place."""
    if not program.strip():
        return piece
    before, after = module_of(program), module_of(piece)
    repeated = piece.strip().startswith(program.strip())
    if before is not None and after is not None:
        names = set(defined(before))
        repeated = repeated or (bool(names) and names <= set(defined(after)))
    return piece if repeated else f"{program.rstrip()}\n\n{piece.lstrip()}"


async def split(run: Run, lead: Agent, programmer: Agent, task: Task, most: int) -> tuple[str, ...]:
    """The task in turns, by the Task Lead."""
    async with run.phase("turns", "Turns", instructor=programmer, assistant=lead) as phase:
        lead.hear(programmer, run.prompts.in_full("split", task=brief(task), most=most))
        turns = [turn.strip() for turn in (await lead.fill(programmer.path, TaskTurns)).turns if turn.strip()]
        phase.conclude(f"{len(turns)} turns")
    return tuple(turns[:most])


@workflow(
    name="codegen",
    title="CodeGen multi-turn",
    summary="Writes the program in small turns, each continuing it: for tasks that are told step by step.",
    paper="arXiv:2203.13474",
    options=CodeGenOptions,
    kind="task",
)
async def codegen(run: Run, task: Task, options: CodeGenOptions) -> Outcome:
    """Write turn by turn, try once at the end; the outcome says whether the examples hold."""
    lead = run.hire("Task Lead")
    programmer = run.hire("Programmer", lead)
    turns = task.turns or await split(run, lead, programmer, task, options.turns)
    if options.single:
        turns = (numbered(turns),)
    program = ""
    for number, turn in enumerate(turns, start=1):
        async with run.phase("turn", "Turn", round=number, rounds=len(turns), assistant=programmer) as phase:
            name = "next" if program else "first"
            whole = brief(task) if not task.turns else ""
            text = run.prompts(name, task=whole, turn=turn)
            programmer.hear(lead, Prompt(text, turn))
            piece = await write_solution(
                programmer, lead.path, Task(task.idea, entry_point=task.entry_point), given=program
            )
            program = continued(program, piece)
            phase.conclude(turn)
    trials = await trial(run, programmer, task, program)
    return await answer(run, task, programmer, program, trials)
