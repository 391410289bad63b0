"""One program of a run, from its start to what is told of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from agents.contracts import Command, Execution, Sandbox
from agents.events import CommandFinished, CommandOutput, CommandStarted, Event, NoticeGiven
from agents.journal import Performed
from agents.judging import judge
from agents.planted import planted, traps, warning
from agents.programs import unsealed
from agents.stage import Stage


@dataclass(frozen=True, slots=True)
class Ran:
    """A program's run as a workflow sees it. `allowed` is false when the user did not let it run."""

    execution: Execution
    passed: bool
    verdict: str
    key: str
    allowed: bool = True


async def perform(
    stage: Stage,
    sandbox: Sandbox,
    folder: Path,
    started: CommandStarted,
    command: Command,
    own: Collection[str],
) -> Performed:
    """Run `command` in `folder` as `started` tells; what is to be kept, with the events that go with it.

    `own` are the paths of the team's files: one of them that is run by others is no surprise.
    """
    stage.log.emit(started, f"started:{started.command}")
    before = await asyncio.to_thread(traps, folder)
    execution = await _executed(stage, sandbox, folder, started.command, command)
    verdict = judge(command, execution)
    finished = CommandFinished(
        command=started.command,
        exit_code=execution.exit_code,
        passed=verdict.passed,
        verdict=verdict.reason,
        output=execution.output,
        seconds=execution.seconds,
    )
    told: list[tuple[Event, str]] = [(finished, f"finished:{started.command}")]
    if left := planted(before, await asyncio.to_thread(traps, folder), own):
        text = warning(" ".join(command.argv), left)
        notice = NoticeGiven(text=text, level="warning", phase=started.phase, agent=started.agent)
        told.append((notice, f"planted:{started.command}"))
    return Performed(asdict(execution), told)


async def _executed(stage: Stage, sandbox: Sandbox, folder: Path, key: str, command: Command) -> Execution:
    secret = secrets.token_hex(16) if command.sealed else ""
    execution = await sandbox.run(
        replace(command, stdin=f"{secret}\n{command.stdin}") if secret else command,
        folder,
        lambda text, error: stage.log.emit(CommandOutput(command=key, text=text, error=error)),
    )
    return replace(execution, report=unsealed(execution.report, secret)) if secret else execution
