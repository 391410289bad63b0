"""Kill runs with SIGKILL and continue them: `python -m tests.campaigns.kill [--times 200] [--at-once 4]`.

The runs have branches at the same time, questions, programs and file versions; `--workflow` takes a method
whose steps ask at the same time where `--at-once` lets them. They are killed at random
moments until that happened `--times` times, and then once after every single finished step. Each time it is
examined what the database holds; at the end the files are compared with those of a run that nobody disturbed.
The exit code is 1 when anything was lost, doubled or paid for twice.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from agents.plan import Plan
from tests.support.at_once import REPLIES, plan_for
from tests.support.killing import Victim, comparable, nursery, scripted
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer

WAIT = 0.02
"""Seconds that the scripted server takes for a reply: long enough that branches wait at the same time."""
PATIENCE = 60.0
"""Seconds after which a run that nobody kills has hung: fewer than a test may take, which can then say so."""


@dataclass
class Told:
    """What a campaign found."""

    kills: int = 0
    runs: int = 0
    within_steps: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)


def victim(
    folder: Path,
    server: OllamaServer,
    branches: int = 3,
    rounds: int = 2,
    at_once: int = 0,
    plan: Plan | None = None,
) -> Victim:
    """A run that has not begun yet; of another `plan` than the tests' own method with its branches."""
    if plan:
        host = plan.host or server.address
        return Victim(folder / "home", replace(plan, host=host, out=str(folder / "out")))
    plan = Plan(
        idea="Parts of a whole",
        workflow="branches",
        options={"branches": branches, "rounds": rounds},
        host=server.address,
        model="scripted:7b",
        out=str(folder / "out"),
        at_once=at_once,
    )
    return Victim(folder / "home", plan)


def undisturbed(folder: Path, server: OllamaServer, **size: Any) -> tuple[dict[str, object], float]:
    """The files of a run that nobody kills, and how many seconds it took once the forking server stood."""
    warm = nursery().Process(target=len, args=("",))
    warm.start()
    warm.join(PATIENCE)
    run = victim(folder, server, **size)
    begun = time.monotonic()
    process = run.begin()
    process.join(PATIENCE)
    seconds = time.monotonic() - begun
    assert process.exitcode == 0, (run.home / "printed").read_text()
    run.examine(server.requests)
    files = comparable(run.files())
    assert not run.broken, run.broken
    return files, seconds


def at_random(
    folder: Path, server: OllamaServer, times: int, seed: int, until: float = float("inf"), **size: Any
) -> Told:
    """Kill runs at random moments, `times` times in all or until the clock (monotonic) says `until`."""
    told, dice = Told(), random.Random(seed)
    whole, seconds = undisturbed(folder / "undisturbed", server, **size)
    while told.kills < times and time.monotonic() < until:
        told.runs += 1
        run = victim(folder / f"run{told.runs}", server, **size)
        while True:
            process = run.begin()
            if told.kills >= times:
                process.join(PATIENCE)
                break
            moment = dice.uniform(0, seconds)
            process.join(moment)
            if process.exitcode is not None:
                break
            _kill(process)
            told.kills += 1
            told.moments.append(moment)
            run.examine(server.requests)
        _finish(run, process, whole, server, told)
    return told


def at_every_step(folder: Path, server: OllamaServer, every: int = 1, **size: Any) -> Told:
    """Kill a run after each finished step, or after every so many, the very moment that it is shown."""
    told = Told(runs=1)
    whole, _ = undisturbed(folder / "undisturbed-steps", server, **size)
    run = victim(folder / "steps", server, **size)
    while True:
        process = run.begin(die_at=every)
        process.join(PATIENCE)
        if process.exitcode != -signal.SIGKILL:
            break
        run.examine(server.requests)
        told.kills += 1
    _finish(run, process, whole, server, told)
    return told


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join(PATIENCE)


def _finish(
    run: Victim, process: BaseProcess, whole: dict[str, object], server: OllamaServer, told: Told
) -> None:
    """Hold a run that was not killed any more, and has ended or hangs, against one that nobody disturbed."""
    code = process.exitcode
    if code is None:
        _kill(process)
    run.examine(server.requests)
    if code != 0:
        how = f"did not end in {PATIENCE:.0f} s" if code is None else f"ended with {code}"
        run.broken.append(f"{how}: {(run.home / 'printed').read_text()[-2000:]}")
    elif comparable(run.files()) != whole:
        run.broken.append("the files are not those of an undisturbed run")
    told.broken.update(run.broken)


def reported(what: str, told: Told, seconds: float) -> Iterator[str]:
    """A campaign's result in lines."""
    mark = "ok  " if not told.broken else "MISS"
    yield f"{mark} {what}: {told.kills} kills of {told.runs} runs in {seconds:.0f} s"
    for problem, times in told.broken.items():
        yield f"     {times} x {problem}"


def slowly(reply: Callable[[ChatCall], Scripted]) -> Callable[[ChatCall], Scripted]:
    """The same, said after a while."""
    return lambda call: replace(reply(call), wait=WAIT)


def main() -> int:
    """Carry both campaigns out and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--branches", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=0, help="steps that ask at the same time")
    parser.add_argument("--workflow", choices=["branches", *REPLIES], default="branches")
    parser.add_argument("--granted", type=int, default=0, help="requests that the server answers at once")
    parser.add_argument("--minutes", type=float, default=20.0, help="no new run is begun after so long")
    parser.add_argument("--keep", default="", help="a folder for the runs, which then stay")
    chosen = parser.parse_args()
    os.environ.setdefault("TROUPE_CACHE", tempfile.mkdtemp())
    reply = slowly(REPLIES.get(chosen.workflow, scripted))
    fine = True
    with (
        tempfile.TemporaryDirectory() as temporary,
        OllamaServer(reply, parallel=chosen.granted) as server,
    ):
        size: dict[str, Any] = {"plan": plan_for(chosen.workflow, server.address, "", chosen.at_once)}
        if chosen.workflow == "branches":
            size = {name: getattr(chosen, name) for name in ("branches", "rounds", "at_once")}
        folder = Path(chosen.keep or temporary)
        begun = time.monotonic()
        until = begun + chosen.minutes * 60
        told = at_random(folder, server, chosen.times, chosen.seed, until, **size)
        for line in reported(
            f"killed at random moments (seed {chosen.seed})", told, time.monotonic() - begun
        ):
            print(line, flush=True)  # noqa: T201
        fine = not told.broken and told.kills >= chosen.times
        begun = time.monotonic()
        told = at_every_step(folder, server, **size)
        for line in reported("killed after every step", told, time.monotonic() - begun):
            print(line, flush=True)  # noqa: T201
        fine = fine and not told.broken
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
