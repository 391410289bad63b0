"""Where prompts part from those before them: `python -m tests.benchmarks.bench_prefixes [FILES]`.

A prompt cache holds what a prompt has in common with the one before, from its beginning. So what never
changes should stand first. For each workflow, and each role in it, every prompt stands beside the role's
last one: how many characters both begin with, of how many; how many of the others had been sent in it too
(they could have stood before what changed); what stood where they part, before and now. At the end: whether
a file's text stands in any prompt twice.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agents.plan import Plan
from agents.registry import workflows
from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.recording import record
from tests.benchmarks.machine.scenarios import MODEL, scenarios
from tests.benchmarks.machine.waste import Parting, partings, twice
from tests.support.ollama.scripted import ChatCall
from tests.support.schemas import filled
from tests.support.solving import RIGHT, module

FILES = 15
SOLVED = "Double a number.\n\nassert double(2) == 4\n"


def solver(call: ChatCall) -> str:
    """A model that fills any form, and writes the right function wherever code is asked for."""
    return json.dumps(filled(call.format)) if isinstance(call.format, dict) else module(RIGHT)


def recorded(files: int) -> dict[str, list[Exchange]]:
    """What each workflow asks: the teams alone and with four at once, then the methods for tasks."""
    found = {
        f"{scenario.name}, {scenario.at_once} at once": scenario.exchanges()
        for scenario in scenarios([files])
        if not scenario.roles and all(len(hosts) == 1 for hosts in scenario.machines.values())
    }
    for name, workflow in workflows().items():
        if workflow.kind == "task":
            with tempfile.TemporaryDirectory() as folder:
                plan = Plan(idea=SOLVED, workflow=name, model=MODEL, entry_point="double")
                found[name] = record(plan, solver, Path(folder), (MODEL,))
    return found


def line(parting: Parting) -> str:
    """One prompt beside the one before it, in 110 columns."""
    return (
        f"  {parting.role[:16]:<17}{parting.phase[-20:]:<21}{parting.same:>7,}/{parting.of:>6,}"
        f"{parting.again:>7,}  {parting.before[:23]:<24}| {parting.at[:23]}"
    )


def main(arguments: Sequence[str]) -> int:
    """Print all of them; 1 when a file stands in a prompt twice."""
    files = int(arguments[0]) if arguments else FILES
    doubled: list[str] = []
    for name, exchanges in recorded(files).items():
        sys.stdout.write(f"{name}\n")
        sys.stdout.writelines(f"{line(parting)}\n" for parting in partings(exchanges))
        doubled += [
            f"{name}: {exchange.role}, {exchange.phase}: {', '.join(paths)}"
            for exchange in exchanges
            if (paths := twice(exchange.prompt))
        ]
    sys.stdout.write("\n".join(["In one prompt twice:", *doubled] if doubled else ["No file is sent twice."]))
    sys.stdout.write("\n")
    return int(bool(doubled))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
