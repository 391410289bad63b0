"""A scripted company that builds a program of large files and changes a line here and there."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tests.support.broken_blocks import block
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import Project, company, rendered

ASKS_FOR_BLOCKS = "<<<<<<< SEARCH"


def module(name: str, lines: int, special: str) -> str:
    """A module of about so many lines, `special` among its functions."""
    functions = []
    for number in range(max(1, lines // 8)):
        functions.append(
            f"def {name}_{number}(value: int) -> int:\n"
            f'    """Step {number} of the {name}."""\n'
            f"    total = value + {number}\n"
            f"    for step in range({number % 5 + 2}):\n"
            f"        total += step * {number % 7}\n"
            "    return total\n"
        )
    functions.insert(len(functions) // 2, special)
    return "\n\n".join(functions)


def large_project(lines: int = 400) -> Project:
    """Three files of so many lines; the review finds one line, the tests another."""
    price = "def price(count: int) -> int:\n    return count * 2\n"
    told = "def told(price: int) -> str:\n    return str(price)\n"
    report, store = module("report", lines, told), module("store", lines, price)
    main = module(
        "main",
        lines,
        "from report import told\nfrom store import price\n\n\n"
        "def main() -> None:\n    print(told(price(2)))\n",
    )
    return Project(
        idea="Tell what so many tickets cost: three each.",
        files={"main.py": f"{main}\n\nmain()\n", "report.py": report, "store.py": store},
        tests={
            "tests/test_price.py": "import unittest\n\nfrom store import price\n\n\n"
            "class PriceTest(unittest.TestCase):\n    def test_two(self):\n"
            "        self.assertEqual(price(2), 6)\n"
        },
        finding="report.py: told() does not say the currency.",
        modification={"report.py": report.replace("return str(price)", 'return f"{price} euros"')},
        repair={"store.py": store.replace("return count * 2", "return count * 3")},
    )


def as_blocks(path: str, before: str, after: str, around: int = 2) -> str:
    """The difference as SEARCH/REPLACE blocks, with some lines around each."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    said = []
    for group in matcher.get_grouped_opcodes(around):
        first, last = group[0], group[-1]
        said.append(f"{path}\n{block(old[first[1] : last[2]], new[first[3] : last[4]])}")
    return "\n".join(said)


@dataclass
class BlockTeam:
    """The company of a project whose Programmer changes files as it is asked to.

    `spoil` makes of a block what a weak model does; `asked` are the requests for changes.
    """

    project: Project
    spoil: Callable[[str], str] = lambda said: said
    obedient: bool = True

    def __post_init__(self) -> None:
        self.asked: list[ChatCall] = []
        self._usual = company(self.project)
        self._plain = company(replace(self.project, finding=""))

    def reply(self, call: ChatCall) -> Scripted:
        """What each role says."""
        last = call.messages[-1]["content"]
        if call.title == "CodeReview":
            finding = [] if "euros" in call.prompt else [self.project.finding]
            return Scripted(json.dumps({"findings": finding}))
        step = self._step(call)
        if call.role != "Programmer" or call.title or step is None:
            return self._usual(call)
        self.asked.append(call)
        if self.obedient and ASKS_FOR_BLOCKS in call.prompt and "Give the whole file" not in last:
            said = "\n".join(as_blocks(path, self.project.files[path], text) for path, text in step.items())
            return Scripted(f"I change one line.\n\n{self.spoil(said)}")
        return Scripted(rendered(step))

    def _step(self, call: ChatCall) -> Mapping[str, str] | None:
        asked = [said["content"] for said in call.messages if said["role"] == "user"]
        for said in reversed(asked):
            if "\nRepair it" in said or "Repair it." in said:
                return self.project.repair
            if "\nModification: " in said or said.startswith("Modification: "):
                return self.project.modification
        return None
