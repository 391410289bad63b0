"""Scenes of runs with several phases open and several agents at work at the same time."""

from __future__ import annotations

import json
from contextlib import ExitStack

from agents.plan import Plan
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.parted import PartedTeam
from tests.support.stage import SMALL, Stage
from tests.support.team import Project, company

NAMES = ("bookings", "accounts", "reports", "taxes", "members", "letters")
DELAY = 0.02
"""Seconds between two pieces of a reply: slow enough for a picture of several who write."""


def module(name: str) -> str:
    """A module of some screens."""
    functions = "".join(
        f'def {name}_{number:02}(amount):\n    """{name.title()} of kind {number}."""\n'
        f"    return rounded(amount * {number})\n\n\n"
        for number in range(60)
    )
    return f'"""The {name} of the club."""\n\nfrom money import rounded\n\n\n{functions}'


FILES = {
    "money.py": 'def rounded(amount):\n    """Whole cents."""\n    return round(amount, 2)\n',
    **{f"{name}.py": module(name) for name in NAMES},
    "main.py": "".join(f"import {name}\n" for name in NAMES) + "\nprint('ready')\n",
}
USES = {**{f"{name}.py": ["money.py"] for name in NAMES}, "main.py": [f"{name}.py" for name in NAMES]}
TESTS = {
    f"test_{name}.py": f"from {name} import {name}_01\n\n\n"
    f"def test_nothing():\n    assert {name}_01(0) == 0\n"
    for name in NAMES
}
IDEA = "A ledger for a small club: members, bookings, taxes, letters and reports."
FINDING = "bookings.py: a booking of nothing is not refused"


def slowly(scripted: Scripted) -> Scripted:
    """A reply that can be watched."""
    scripted.delay, scripted.chunk = DELAY, 60
    return scripted


def team(call: ChatCall) -> Scripted:
    """AgileCoder's team."""
    mended = {"bookings.py": FILES["bookings.py"].replace("    return", "    assert amount\n    return", 1)}
    parts = PartedTeam(FILES, USES, TESTS, {"bookings.py": [FINDING]}, mended, idea=IDEA)
    scripted = parts.reply(call)
    if call.title == "CodeReview" and "findings" in scripted.content:
        found = json.loads(scripted.content)["findings"]
        scripted = Scripted(json.dumps({"findings": found}), thinking="Let me read it closely. " * 40)
    return slowly(scripted) if not call.title or call.title == "CodeReview" else scripted


def chain(call: ChatCall) -> Scripted:
    """ChatDev's company."""
    mended = {"money.py": f"{FILES['money.py']}# That is how money is counted.\n"}
    scripted = company(Project(IDEA, FILES, TESTS, finding=FINDING, modification=mended))(call)
    if call.role == "Code Reviewer":
        scripted.thinking = "Let me read it closely. " * 80
    watched = ("Code Reviewer", "Test Engineer", "Chief Product Officer")
    return slowly(scripted) if call.role in watched else scripted


async def together_act(stage: Stage) -> None:
    """Three at once on three hosts."""
    with ExitStack() as held:
        await _play(stage, held, "agilecoder", team)
        await _play(stage, held, "chatdev", chain)


async def _play(stage: Stage, held: ExitStack, workflow: str, reply: object) -> None:
    servers = [held.enter_context(OllamaServer(reply)) for _ in range(3)]  # type: ignore[arg-type]
    host = ",".join(server.address for server in servers)
    out = str(stage.home / workflow)
    stage.desk.begin(Plan(idea=IDEA, workflow=workflow, host=host, model="scripted:7b", out=out, at_once=3))
    await stage.until(lambda: stage.controller.current and stage.session.state.run.workflow == workflow)
    session = stage.session
    if workflow == "agilecoder":
        await stage.until(lambda: _writing(stage) >= 3)
        await stage.picture(f"{workflow}-parts", sizes=(SMALL,))
    await stage.until(lambda: _open(stage, "Writing tests", "Code review") and _writing(stage) >= 2)
    await stage.picture(f"{workflow}-review-and-tests", sizes=(SMALL,))
    await stage.until(lambda: _open(stage, "Manual", "Last test") or not session.going)
    await stage.picture(f"{workflow}-later", sizes=(SMALL,))
    await stage.until(lambda: not session.going)
    await stage.picture(f"{workflow}-finished", sizes=(SMALL,))


def _open(stage: Stage, *titles: str) -> bool:
    chain = stage.session.state.chain
    return {*titles} <= {chain.phases[phase].title for phase in chain.open}


def _writing(stage: Stage) -> int:
    team = stage.session.state.hierarchy.agents.values()
    return sum(node.state in ("writing", "thinking") for node in team)
