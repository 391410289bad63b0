"""Small programs in one folder for runs whose steps are carried out at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from agents.plan import Plan
from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import Project, company

_WRONG, _RIGHT = "return number * 2 + 1\n", "return number * 2\n"
_DOUBLE = 'def double(number):\n    """Twice the number."""\n    '
_MAIN = "from double import double\n\nprint(double(21))\n"
_TEST = (
    "import unittest\n\nfrom double import double\n\n\nclass DoubleTest(unittest.TestCase):\n"
    "    def test_one(self):\n        self.assertEqual(double(1), 2)\n"
)
FINDING = "main.py: nothing says what is printed"

DOUBLE = Project(
    idea="Double a number.",
    files={"main.py": _MAIN, "double.py": _DOUBLE + _WRONG},
    tests={"test_double.py": _TEST},
    finding=FINDING,
    modification={"main.py": _MAIN.replace("print(", "print('Twice:', ")},
    repair={"double.py": _DOUBLE + _RIGHT},
)
"""A program with a finding, and with a fault that its test shows."""


def sprint_reply(call: ChatCall) -> Scripted:
    """The same by a team that works in one sprint; what it says depends on nothing but what it is asked."""
    if call.title == "CodeReview":
        mended = "'Twice:'" in call.messages[-1]["content"]
        return Scripted(json.dumps({"findings": [] if mended else [FINDING]}))
    team = ScriptedTeam(
        idea=DOUBLE.idea,
        backlog=[("Double it", ["1 gives 2"])],
        sprints=[
            ScriptedSprint(
                ["1"], DOUBLE.files, DOUBLE.tests, modification=DOUBLE.modification, repair=DOUBLE.repair
            )
        ],
    )
    return team.reply(call)


REPLIES: Mapping[str, Callable[[ChatCall], Scripted]] = {
    "chatdev": company(DOUBLE),
    "agilecoder": sprint_reply,
}


def plan_for(workflow: str, host: str, out: str, at_once: int = 2, **options: object) -> Plan:
    """A run of one of `REPLIES`."""
    return Plan(
        idea=DOUBLE.idea,
        workflow=workflow,
        host=host,
        model="scripted:7b",
        out=out,
        at_once=at_once,
        options=options,
    )
