"""Carrying the hostile programs out in a sandbox, many deeds in one program or each by itself."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from agents.contracts import Command, Execution, Limits, Sandbox
from agents.judging import judge
from tests.hostile.attempts import ATTEMPTS, PRELUDE, Attempt
from tests.hostile.programs import Program
from tests.hostile.victims import FACTS, Victims
from tests.support.sandboxes import run, write

PYTHON = ("python", "main.py")
THROUGH = "GOT THROUGH"
PATIENCE = 5  # seconds for a deed
# Each deed is done by a process of its own, so that none can spoil those after it.
DRIVER = """
def deed(code):
    try:
        exec(code, dict(globals()))
        return "GOT THROUGH"
    except BaseException as error:
        kind = type(error)
        name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        return f"{name}: {error}"

def tried(code):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        import signal
        signal.alarm(PATIENCE)
        os.write(writing, deed(code).encode("utf-8", "replace")[:2000])
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as told:
        said = told.read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return said or f"ended by signal {-code}"

print(json.dumps({name: tried(code) for name, code in json.load(open("deeds.json")).items()}))
"""


@dataclass(frozen=True, slots=True)
class Told:
    """How one hostile program went: whether it was stopped, and the verdict on it."""

    stopped: bool
    verdict: str


def try_together(sandbox: Sandbox, project: Path, found: Victims) -> dict[str, str]:
    """Do every deed in one program of the sandbox; the error that each met, or `THROUGH`."""
    deeds = {attempt.name: attempt.code for attempt in ATTEMPTS}
    driver = f"{PRELUDE}\nPATIENCE = {PATIENCE}\n{DRIVER}"
    write(project, {"main.py": driver, "deeds.json": json.dumps(deeds)})
    limits = Limits(wall_seconds=60)
    execution = run(sandbox, project, Command(PYTHON, env={FACTS: json.dumps(found.facts)}, limits=limits))
    assert execution.exit_code == 0, execution.output
    told: dict[str, str] = json.loads(execution.output)
    return told


def try_alone(sandbox: Sandbox, project: Path, found: Victims, attempt: Attempt) -> Told:
    """Do one deed in a program of its own."""
    write(project, {"main.py": f"{PRELUDE}\n{attempt.code}\nprint({THROUGH!r})\n"})
    command = Command(PYTHON, env={FACTS: json.dumps(found.facts)}, limits=Limits(wall_seconds=10))
    execution = run(sandbox, project, command)
    return Told(THROUGH not in execution.output, judge(command, execution).reason)


def verdict_on(error: str) -> str:
    """What a program is told to have met that ended with this error."""
    execution = Execution(1, error, f"{error}\n", 0.1)
    return judge(Command(PYTHON), execution).reason


def carry_out(sandbox: Sandbox, project: Path, program: Program) -> tuple[Command, Execution]:
    """Run one of the programs that use up or outlive."""
    return asyncio.run(carried_out(sandbox, project, program))


async def carried_out(sandbox: Sandbox, project: Path, program: Program) -> tuple[Command, Execution]:
    """`carry_out` on a loop that is running; each has a folder of its own below `project`."""
    folder = project / program.name
    folder.mkdir()
    write(folder, {"main.py": program.code})
    command = Command(PYTHON, limits=program.limits)
    return command, await sandbox.run(command, folder, lambda _text, _error: None)
