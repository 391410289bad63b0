"""Trying programs out in the real sandbox without a run around them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.contracts import Execution, Sandbox
from agents.programs import unsealed
from agents.sandboxes import best_sandbox
from agents.trials import Observation, read_observation, trial_command, trial_job

SECRET = "a secret of this test"


def execution(
    folder: Path, code: str, entry: str, cases: Sequence[str], *, observe: bool = False,
    seconds: float = 5.0, sandbox: Sandbox | None = None,
) -> Execution:  # fmt: skip
    """The raw run of some cases, its report unsealed."""
    asserts, calls = ([], cases) if observe else (cases, [])
    job = trial_job(code, entry, asserts, calls, seconds=seconds)
    command = trial_command(job, "Try")
    command = replace(command, stdin=f"{SECRET}\n{command.stdin}")
    done = asyncio.run((sandbox or best_sandbox()).run(command, folder, lambda _text, _error: None))
    return replace(done, report=unsealed(done.report, SECRET))


def tried(folder: Path, code: str, entry: str, *cases: str, seconds: float = 5.0) -> list[dict[str, Any]]:
    """What each case came to."""
    done = execution(folder, code, entry, cases, seconds=seconds)
    return [json.loads(line) for line in done.report.splitlines()]


def behaviour(
    folder: Path, code: str, entry: str, calls: Sequence[str], *, seconds: float = 5.0
) -> list[Observation]:
    """What each call did."""
    done = execution(folder, code, entry, calls, observe=True, seconds=seconds)
    told = {result["index"]: result for result in map(json.loads, done.report.splitlines())}
    return [read_observation(call, told.get(place)) for place, call in enumerate(calls)]


def observed(folder: Path, code: str, entry: str, *calls: str, seconds: float = 5.0) -> list[str]:
    """What each call did, in short."""
    return [seen.text for seen in behaviour(folder, code, entry, calls, seconds=seconds)]
