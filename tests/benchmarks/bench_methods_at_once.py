"""What steps at the same time save a method for tasks: `python -m tests.benchmarks.bench_methods_at_once`.

HumanEval's problems are solved with the simulated model, one problem after the other, at scripted servers;
simulated machines (`machine/`) reckon with what these were asked: 400 tokens a second are read except what a
slot has, 35 are written, both shared by those at work at the same time on one host; the model is loaded. One
host with one place is how it is by default. Programs run in the real sandbox, the same trial once; what is
waited for them stands in brackets, in real seconds of the machine that measures.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, aclosing
from pathlib import Path
from statistics import fmean
from typing import Any

from agents.bench import Bench, BenchPlan, Problem
from agents.cast import USUAL_CONTEXT
from agents.contracts import Sandbox
from agents.models.ollama import OllamaModel
from agents.sandboxes import best_sandbox
from tests.benchmarks.bench_methods import Setting, say, subjects
from tests.benchmarks.bench_quality import PairedModel
from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.reckoning import Hardware, reckon
from tests.benchmarks.machine.recording import RecordingServer
from tests.benchmarks.simulated import Known, Skill
from tests.benchmarks.simulated.remembering import RememberingSandbox
from tests.support.ollama.scripted import ChatCall

MODEL = "scripted:7b"
ONE = Hardware(loads=0)
MACHINES: Sequence[tuple[str, tuple[Hardware, ...], int]] = (
    ("1 host, 1 slot", (ONE,), 1),
    ("1 host, 4 slots", (Hardware(slots=4, loads=0),), 4),
    ("2 hosts", (ONE,) * 2, 1),
    ("4 hosts", (ONE,) * 4, 1),
)
SETTINGS = (
    Setting("self_debugging", "self_debugging", {}),
    Setting("self_collaboration, runs", "self_collaboration", {"tester": "runs"}),
    Setting("agentcoder", "agentcoder", {}),
    Setting("mapcoder", "mapcoder", {}),
    Setting("codechain", "codechain", {}),
    Setting("clarifygpt", "clarifygpt", {}),
)


FILLER = "Take care of what is empty, of what comes twice, and of what is out of its order."


class WordyModel(PairedModel):
    """The simulated model with plans, recollections and checks as long as a real one's."""

    def _form(self, call: ChatCall, known: Known, told: Any) -> object:
        form: Any = super()._form(call, known, told)
        match form:
            case {"steps": [*steps]}:
                return {"steps": [*steps, *[FILLER] * 6]}
            case {"problems": [*problems]}:
                return {
                    "problems": [{**one, "solution": f"{one['solution']} {FILLER * 3}"} for one in problems]
                }
            case {"reason": _}:
                return {**form, "reason": FILLER * 2}
            case _:
                return form


async def load(server: RecordingServer) -> None:
    """The model is in the memory of every host."""
    host = OllamaModel(server.address)
    await host.preload(MODEL, USUAL_CONTEXT)
    await host.close()


async def asked(
    setting: Setting, problems: Sequence[Problem], servers: Sequence[RecordingServer], sandbox: Sandbox
) -> tuple[list[Exchange], float]:
    """What a method asks of these servers, and its pass@1."""
    for server in servers:
        await load(server)
    with tempfile.TemporaryDirectory() as home:
        plan = BenchPlan(
            tuple(problems), (setting.method,), model=MODEL, jobs=1, seed=1,
            host=",".join(server.address for server in servers), options={setting.method: setting.options},
        )  # fmt: skip
        passed = []
        async with aclosing(Bench(plan, Path(home), sandbox).cells()) as ready:
            async for cell in ready:
                if cell.error:
                    raise SystemExit(f"{setting.label} did not solve {cell.problem}: {cell.error}")
                passed.append(cell.passed)
    return [exchange for server in servers for exchange in server.exchanges if exchange.prompt], fmean(passed)


def seconds(
    setting: Setting,
    machine: tuple[Hardware, ...],
    slots: int,
    problems: Sequence[Problem],
    known: Sequence[Known],
    sandbox: Sandbox,
) -> tuple[float, float, float]:
    """Simulated seconds for a problem on a machine, real ones that were waited for programs, and pass@1."""
    model = WordyModel(known, Skill(), 1, 0)
    os.environ["OLLAMA_NUM_PARALLEL"] = str(slots)  # how a server's places are known
    with ExitStack() as held:
        servers = [held.enter_context(RecordingServer(model, (MODEL,), host)) for host in range(len(machine))]
        exchanges, passed = asyncio.run(asked(setting, problems, servers, sandbox))
    told = reckon(exchanges, *machine)
    return (told.whole - told.ours) / len(problems), told.ours / len(problems), passed


def main() -> int:
    """Print a line for each method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=12, help="problems, evenly spread; 0: all 164")
    chosen = parser.parse_args()
    sandbox = RememberingSandbox(best_sandbox())
    found = subjects(chosen.limit)
    problems, known = [problem for problem, _ in found], [one for _, one in found]
    say(f"{len(found)} problems; simulated seconds for a problem, and pass@1\n")
    say(f"| method | {' | '.join(name for name, _, _ in MACHINES)} |\n|{'---|' * (len(MACHINES) + 1)}")
    for setting in SETTINGS:
        told = []
        for _, machine, slots in MACHINES:
            taken, ours, passed = seconds(setting, machine, slots, problems, known, sandbox)
            told.append(f"{taken:.1f} (+{ours:.1f}), {passed:.0%}")
        say(f"| {setting.label} | {' | '.join(told)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
