"""Whether several steps at the same time pay: `python -m tests.benchmarks.bench_at_once [MODULES ...]`.

ChatDev and AgileCoder build a program of so many modules that use one foundation and are used by one main
file, on simulated machines (`machine/`): 400 tokens/s read, 35 tokens/s written, both shared by those at work
at the same time; the model is loaded. One host with one place is how it was; then one host with more places,
where nothing is done in parts, and once with the requests of a run in parts; then several hosts.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from agents.cast import USUAL_CONTEXT
from agents.models.ollama import OllamaModel
from agents.plan import Plan
from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.reckoning import Hardware, reckon
from tests.benchmarks.machine.recording import RecordingServer
from tests.support.carrying_out import carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.parted import PartedTeam
from tests.support.team import Project, company

SIZES = (4, 12, 24)
MODEL = "scripted:7b"
CONTEXT = USUAL_CONTEXT
ONE, FOUR = Hardware(loads=0), Hardware(slots=4, loads=0)
ROWS: Sequence[tuple[str, tuple[Hardware, ...], int, bool]] = (
    ("1 host, 1 at once", (ONE,), 1, False),
    ("1 host, 4 slots, 2 at once", (FOUR,), 2, False),
    ("1 host, 4 slots, 4 at once", (FOUR,), 4, False),
    ("1 host, 4 slots, 4, in parts", (FOUR,), 4, True),
    ("2 hosts, 2 at once", (ONE, ONE), 2, False),
    ("2 hosts of 2 slots, 4 at once", (Hardware(slots=2, loads=0),) * 2, 4, False),
    ("4 hosts, 4 at once", (ONE,) * 4, 4, False),
)


def module(number: int) -> str:
    """A module of about a screen that uses the foundation alone."""
    functions = "".join(
        f"def {name}_{number:02}(bookings, rate):\n"
        f'    """The {name} of kind {number}, with what it costs."""\n'
        f'    own = [booking["amount"] for booking in bookings if booking["kind"] == {number}]\n'
        f"    return charged(sum(own), rate * {number}) if own else 0\n\n\n"
        for name in ("total", "least", "mean", "report", "tax")
    )
    return f"from base import charged\n\n\n{functions}"


def program(modules: int) -> tuple[dict[str, str], dict[str, list[str]], dict[str, str]]:
    """Files, what they use, and tests."""
    names = [f"kind_{number:02}" for number in range(modules)]
    files = {"base.py": "def charged(amount, rate):\n    return amount + rate\n"}
    files |= {f"{name}.py": module(number) for number, name in enumerate(names)}
    files["main.py"] = "".join(f"import {name}\n" for name in names) + "\nprint('ready')\n"
    uses = {f"{name}.py": ["base.py"] for name in names} | {"main.py": [f"{name}.py" for name in names]}
    tests = {
        f"test_{name}.py": f"from {name} import total_{number:02}\n\n\n"
        f"def test_nothing():\n    assert total_{number:02}([], 1) == 0\n"
        for number, name in enumerate(names)
    }
    return files, uses, tests


def teams(modules: int) -> dict[str, Callable[[], Callable[[ChatCall], Scripted]]]:
    """Fresh teams by their workflows; one finding is mended."""
    files, uses, tests = program(modules)
    finding = "kind_01.py: nothing says in which currency"
    mended = {"kind_01.py": f"CURRENCY = 'EUR'\n{files['kind_01.py']}"}
    return {
        "chatdev": lambda: company(Project("A ledger.", files, tests, finding=finding, modification=mended)),
        "agilecoder": lambda: (
            PartedTeam(files, uses, tests, findings={"kind_01.py": [finding]}, modification=mended).reply
        ),
    }


def asked_at(
    machines: Sequence[Hardware], plan: Plan, team: Callable[[ChatCall], Scripted], folder: Path
) -> list[Exchange]:
    """What a run asks of so many hosts, each with as many slots, that have its model loaded."""

    async def load(server: RecordingServer) -> None:
        host = OllamaModel(server.address)
        await host.preload(MODEL, CONTEXT)
        await host.close()

    with ExitStack() as held:
        servers = [
            held.enter_context(RecordingServer(team, (MODEL,), host, parallel=machine.slots))
            for host, machine in enumerate(machines)
        ]
        for server in servers:
            asyncio.run(load(server))
        addresses = ",".join(server.address for server in servers)
        told = carry_out(replace(plan, host=addresses, out=str(folder / "out")), folder / "home")
        if not told.outcome.passed:
            raise SystemExit(f"{plan.workflow} did not build the program: {told.outcome.summary}")
        return [exchange for server in servers for exchange in server.exchanges if exchange.prompt]


def on_one(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The same requests as if one host had been asked all of them."""
    return [replace(exchange, host=0) for exchange in exchanges]


def main(arguments: Sequence[str]) -> int:
    """Print a table for every size."""
    for modules in [int(argument) for argument in arguments] or SIZES:
        for workflow, team in teams(modules).items():
            sys.stdout.write(f"{workflow}, {modules + 2} files\n")
            for name, hosts, at_once, parts in ROWS:
                with tempfile.TemporaryDirectory() as folder:
                    plan = Plan(idea="A ledger.", workflow=workflow, model=MODEL, at_once=at_once)
                    asked = asked_at((ONE,) * at_once if parts else hosts, plan, team(), Path(folder))
                told = reckon(on_one(asked) if parts else asked, *hosts)
                sys.stdout.write(
                    f"    {name:<30}{told.whole:6.0f} s: {told.calls:3} calls, writing {told.writing:5.0f}, "
                    f"reading {told.reading:4.0f}, {told.prompt_tokens:,} prompt tokens, "
                    f"{told.written_tokens:,} written\n"
                )
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
