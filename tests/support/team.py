"""A scripted ChatDev company for the scripted Ollama server: what each role says about a given project."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.context import fenced
from tests.support.ollama.scripted import ChatCall, Scripted


@dataclass(frozen=True)
class Project:
    """What a scripted company makes: the first version, what reviews and repairs change, what it asks."""

    idea: str
    files: Mapping[str, str]
    tests: Mapping[str, str] = field(default_factory=dict)
    completion: Mapping[str, str] = field(default_factory=dict)
    finding: str = ""
    modification: Mapping[str, str] = field(default_factory=dict)
    repair: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    options: tuple[str, ...] = ()
    coding: Callable[[str], Mapping[str, str]] | None = None  # files by what was decided
    requirements: str = ""
    language: str = "Python"


def rendered(files: Mapping[str, str], preface: str = "Here it is.") -> str:
    """Files as a model writes them."""
    return "\n\n".join([preface, *(fenced(path, text) for path, text in files.items())])


def company(project: Project) -> Callable[[ChatCall], Scripted]:
    """The reply function for `OllamaServer`."""

    def reply(call: ChatCall) -> Scripted:
        last = call.messages[-1]["content"]
        text = _typed(project, call, last) if call.title else _written(project, call, last)
        return Scripted(text)

    return reply


def _typed(project: Project, call: ChatCall, last: str) -> str:
    match call.title:
        case "DemandAnalysis" if project.question and "Answer to your question" not in last:
            answer: object = {
                "message": "One thing is open.",
                "question": project.question,
                "options": list(project.options),
                "conclusion": "",
            }
        case "DemandAnalysis":
            answer = {"message": "A terminal program.", "conclusion": "A program for the terminal."}
        case "LanguageChoice":
            answer = {"message": f"{project.language} will do.", "conclusion": project.language}
        case "Clarification":
            answer = {"known": False, "answer": ""}
        case "MissingInformation":
            answer = {"questions": []}
        case "CodeReview":
            said = [message["content"] for message in call.messages if message["role"] == "assistant"]
            again = any('"findings"' in text for text in said)
            mended = again or all(text.strip() in last for text in project.modification.values())
            answer = {"findings": [project.finding] if project.finding and not mended else []}
        case "ErrorSummary":
            answer = {"summary": "The result is wrong.", "files": list(project.repair)}
        case "Reflection":
            answer = {"conclusion": "A program for the terminal."}
        case title:
            raise AssertionError(f"nobody scripted {title}")
    return json.dumps(answer)


def _written(project: Project, call: ChatCall, last: str) -> str:
    if call.role == "Chief Executive Officer":
        return "Take what is simplest."
    if call.role == "Chief Product Officer":
        return "# Manual\n\nStart it with `python main.py`.\n"
    if call.role == "Test Engineer":
        return rendered(project.tests) if project.tests else "There is nothing to test."
    asked = "\n".join(message["content"] for message in call.messages if message["role"] == "user")
    steps = re.findall(
        r"^(Coding|Code completion|Modification|Environment): |^(Repair) it", asked, re.MULTILINE
    )
    match "".join(steps[-1]) if steps else "":
        case "Coding":
            files = project.coding(asked) if project.coding else project.files
            return rendered(files)
        case "Code completion":
            return rendered(project.completion)
        case "Modification":
            return rendered(project.modification)
        case "Repair":
            return rendered(project.repair)
        case "Environment":
            return rendered({"requirements.txt": project.requirements})
        case _:
            raise AssertionError(f"nobody scripted the Programmer's reply to: {last[-300:]}")


GREETER = Project(
    idea="Greet the user by name.",
    files={
        "main.py": "import sys\n\nname = sys.argv[1] if len(sys.argv) > 1 else 'world'\n"
        "print(f'Hello, {name}!')\n"
    },
)

ROMAN = Project(
    idea="Convert numbers to Roman numerals.",
    files={
        "main.py": "import sys\n\nfrom roman.convert import to_roman\n\n"
        "if __name__ == '__main__':\n    print(to_roman(int(sys.argv[1]) if len(sys.argv) > 1 else 9))\n",
        "roman/__init__.py": "",
        "roman/table.py": "VALUES = [(10, 'X'), (5, 'V'), (1, 'I')]\n",
        "roman/convert.py": "from roman.table import VALUES\n\n\ndef to_roman(number):\n    text = ''\n"
        "    for value, letters in VALUES:\n        while number >= value:\n"
        "            text += letters\n            number -= value\n    return text\n",
    },
    tests={
        "tests/test_convert.py": "import unittest\n\nfrom roman.convert import to_roman\n\n\n"
        "class ConvertTest(unittest.TestCase):\n    def test_nine(self):\n"
        "        self.assertEqual(to_roman(9), 'IX')\n\n    def test_three(self):\n"
        "        self.assertEqual(to_roman(3), 'III')\n"
    },
    repair={"roman/table.py": "VALUES = [(10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')]\n"},
)

COUNTER = Project(
    idea="Count to a number.",
    files={"main.py": "for number in range(1, 4):\n    print(number)\n"},
    question="Does it count up or down?",
    options=("up", "down"),
    coding=lambda prompt: {
        "main.py": "for number in range(3, 0, -1):\n    print(number)\n"
        if "up or down?: down" in prompt
        else "for number in range(1, 4):\n    print(number)\n"
    },
)
