"""Where a run's time goes on a local machine: `python -m tests.benchmarks.bench_machine [SIZE ...]`.

ChatDev's chain and an AgileCoder run of three sprints build a ledger of 3, 15 and 40 files on the scripted
server; a simulated machine reckons with what they asked: 400 tokens/s read unless the slot has them, 35
tokens/s written, 12 s to load. "ours" is the real time in which no model was at work: the sandbox and Troupe.
The lines of a run are the same requests on other machines: with one slot, with four as Ollama chooses among
them, and with four and OLLAMA_MULTIUSER_CACHE. The last line asks what one slot would find again if the role
were said at the end of the prompt and not in its first words.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from agents.plan import Plan
from tests.benchmarks.machine.reckoning import Exchange, Hardware, Reckoned, reckon
from tests.benchmarks.machine.recording import RecordingServer
from tests.benchmarks.machine.teams import IDEA, chain_project, sprint_team
from tests.support.carrying_out import carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import company

SIZES = (3, 15, 40)
GOAL = 0.8
MACHINES = {
    "1 slot": Hardware(),
    "4 slots": Hardware(slots=4),
    "4 slots, multiuser": Hardware(slots=4, multiuser=True),
}
MODEL = "scripted:7b"
WRITER = "scripted:14b"
MAKERS = {"chatdev": "Programmer", "agilecoder": "Developer"}


def record(
    workflow: str, reply: Callable[[ChatCall], Scripted], folder: Path, roles: dict[str, str]
) -> list[Exchange]:
    """The requests of a whole run that builds the program."""
    options = {"sprints": 3} if workflow == "agilecoder" else {}
    with RecordingServer(reply, (MODEL, WRITER)) as server:
        plan = Plan(
            idea=IDEA, workflow=workflow, host=server.address, model=MODEL, out=str(folder / "out"),
            options=options, roles=roles,
        )  # fmt: skip
        outcome = carry_out(plan, folder / "home").outcome
        if not outcome.passed:
            raise SystemExit(f"{workflow} did not build the program: {outcome.summary}")
        return list(server.exchanges)


def line(name: str, told: Reckoned) -> str:
    """One machine's figures."""
    return (
        f"    {name:<20}{told.whole:7.0f} s: reading {told.reading:5.0f}, writing {told.writing:5.0f}, "
        f"loading {told.loading:4.0f} ({told.loads}x), ours {told.ours:4.0f}; "
        f"{told.cached:4.0%} of {told.prompt_tokens:,} prompt tokens cached (goal {GOAL:.0%})\n"
    )


def by_role(exchanges: Sequence[Exchange]) -> str:
    """How many prompt tokens each role read."""
    tokens: dict[str, int] = defaultdict(int)
    for exchange in exchanges:
        role = exchange.prompt.removeprefix("<system>You are ").split(".")[0][:30]
        if exchange.prompt:
            tokens[role] += len(exchange.prompt) // 4
    return ", ".join(f"{role} {count:,}" for role, count in sorted(tokens.items(), key=lambda kv: -kv[1]))


def role_last(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The same requests with the system message behind the others."""
    moved = []
    for exchange in exchanges:
        system, user, rest = exchange.prompt.partition("<user>")
        moved.append(replace(exchange, prompt=f"{user}{rest}{system}" if user else exchange.prompt))
    return moved


def main(arguments: Sequence[str]) -> int:
    """Print every run on every machine."""
    for files in [int(argument) for argument in arguments] or SIZES:
        teams = {"chatdev": company(chain_project(files)), "agilecoder": sprint_team(files).reply}
        for workflow, reply in teams.items():
            with tempfile.TemporaryDirectory() as name:
                exchanges = record(workflow, reply, Path(name), {})
            calls = sum(bool(exchange.prompt) for exchange in exchanges)
            sys.stdout.write(f"{workflow}, {files} files, {calls} calls; {by_role(exchanges)}\n")
            for machine, hardware in MACHINES.items():
                sys.stdout.write(line(machine, reckon(exchanges, hardware)))
            sys.stdout.write(line("1 slot, role last", reckon(role_last(exchanges), Hardware())))
    with tempfile.TemporaryDirectory() as name:
        reply = company(chain_project(SIZES[0]))
        exchanges = record("chatdev", reply, Path(name), {MAKERS["chatdev"]: WRITER})
    sys.stdout.write(f"chatdev, {SIZES[0]} files, the Programmer plays on a model of its own\n")
    for places in (1, 2):
        sys.stdout.write(line(f"{places} fit", reckon(exchanges, Hardware(models=places))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
