"""ChatDev's own company folders, carried out through the command line against the scripted server."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.companies import read_folder
from tests.support.carrying_out import carry_on
from tests.support.command import Troupe
from tests.support.companies import Work, working
from tests.support.ollama_server import OllamaServer
from tests.support.shared import shared_data

SUM = (
    "def add(one, other):\n    return one {sign} other\n\n\n"
    "if __name__ == '__main__':\n    print(add(2, 3))\n"
)
TESTS = {
    "tests/test_add.py": "import unittest\n\nfrom main import add\n\n\nclass AddTest(unittest.TestCase):\n"
    "    def test_add(self):\n        self.assertEqual(add(2, 3), 5)\n"
}
GAP = {"main.py": "def add(one, other):\n    raise NotImplementedError\n\n\nprint(add(2, 3))\n"}


@pytest.fixture
def troupe(capsys: pytest.CaptureFixture[str]) -> Troupe:
    return Troupe(capsys)


def pieces(folder: Path) -> dict[str, str]:
    """What tells each phase's prompt from the others': its last own words, the longest template first."""
    phases = read_folder(folder).phases.values()
    found = {phase.name: phase.prompt.splitlines()[-1].split("{")[0] for phase in phases}
    return {name: piece for name, piece in found.items() if len(piece) > 10} | {
        "Coding": 'You will start with the "main" file',
        "CodeComplete": "to satisfy the complete function of our developed software",
        "Manual": "you should write a manual.md file",
        "CodeReviewModification": "you should modify corresponding codes according to the comments",
        "TestModification": "modify the problematic codes based on the error summary",
    }


def begun(told: list[dict[str, object]]) -> list[str]:
    return [str(event["title"]) for event in told if event["kind"] == "phase_begun"]


def test_a_company_may_share_one_talk(troupe: Troupe, tmp_path: Path) -> None:
    folder = shared_data("chatdev-companies") / "Default"
    work = Work(coding={"main.py": SUM.format(sign="+")}, tests=TESTS)
    with OllamaServer(working(work, pieces(folder))) as server:
        done = troupe(
            "build", "Add two numbers.", "--company", str(folder), "--host", server.address,
            "--out", str(tmp_path / "out"), "--set", "one_talk=true",
        )  # fmt: skip
        calls = [call for call in server.requests if call.messages]
    assert done.code == 0, done.err + done.out[-2000:]
    assert all(call.shared for call in calls)
    read = sum(call.prompt_tokens - call.cached_tokens for call in calls)
    assert read < 0.3 * sum(call.prompt_tokens for call in calls)


def test_the_default_company_builds_reviews_tests_and_documents(
    troupe: Troupe, tmp_path: Path, troupe_home: Path
) -> None:
    folder = shared_data("chatdev-companies") / "Default"
    work = Work(
        coding=GAP,
        complete={"main.py": SUM.format(sign="*")},
        finding="main.py: add multiplies by two signs",
        modification={"main.py": SUM.format(sign="-")},
        tests=TESTS,
        repair={"main.py": SUM.format(sign="+")},
    )
    out = tmp_path / "out"
    with OllamaServer(working(work, pieces(folder))) as server:
        done = troupe(
            "build", "Add two numbers.", "--company", str(folder), "--host", server.address,
            "--out", str(out), "--events",
        )  # fmt: skip
        calls = list(server.requests)
        again = carry_on(1, troupe_home)
        assert len(server.requests) == len(calls), "a run that is continued asks nobody again"
    assert done.code == 0, done.err + done.out[-2000:]
    assert again.outcome.passed
    told = [line["event"] for line in done.events]
    assert (out / "main.py").read_text() == SUM.format(sign="+")
    assert (out / "manual.md").read_text().startswith("# Manual")
    assert list(dict.fromkeys(begun(told))) == [
        "Demand analysis", "Language choose", "Coding", "Code complete all", "Code complete", "Code review",
        "Code review comment", "Code review modification", "Test", "Writing tests", "Test error summary",
        "Test modification", "Environment doc", "Manual",
    ]  # fmt: skip
    hired = {event["role"]: event["manager"] for event in told if event["kind"] == "agent_hired"}
    assert hired["Programmer"] == "chief-executive-officer/chief-technology-officer"
    assert hired["Counselor"] == "chief-executive-officer"
    chats = [call for call in calls if call.messages]
    assert all(call.system.startswith(f"You are {call.role}") for call in chats)
    assert "changing the digital world" in chats[0].system
    assert "Here is a new customer's task: Add two numbers.." in chats[0].system
    first = 'You will start with the "main" file'
    [coding] = [call for call in chats if first in call.prompt and not call.title]
    assert 'Programming Language: "Python"' in coding.prompt
    assert 'Modality: "Application"' in coding.prompt
    assert "take a toolkit that the language brings along" in coding.prompt, "its gui_design is on"
    assert coding.prompt.rstrip().endswith("```")
    assert any("clear_structure" in str(event.get("text")) for event in told)


def test_the_human_company_asks_the_user_to_review(troupe: Troupe, tmp_path: Path) -> None:
    folder = shared_data("chatdev-companies") / "Human"
    assert troupe("companies", "import", str(folder)).code == 0
    answers = tmp_path / "answers.toml"
    answers.write_text('"what should be changed" = "Print a greeting first."\n')
    greeting = {"main.py": SUM.format(sign="+").replace("    print(", "    print('Hello')\n    print(")}
    phases = pieces(folder)
    phases = {"CodeReviewHuman": "Print a greeting first."} | phases
    work = Work(coding={"main.py": SUM.format(sign="+")}, human=greeting, tests=TESTS)
    with OllamaServer(working(work, phases)) as server:
        done = troupe(
            "build", "Add two numbers.", "--company", "Human", "--host", server.address,
            "--out", str(tmp_path / "out"), "--events", "--answers", str(answers),
        )  # fmt: skip
    assert done.code == 0, done.err + done.out[-2000:]
    assert "print('Hello')" in (tmp_path / "out" / "main.py").read_text()
    told = [line["event"] for line in done.events]
    assert begun(told).count("Human agent interaction") == 5, "the file always wants it: the bound holds"
    assert any("ended at its bound of 5" in str(event.get("text")) for event in told)


def test_the_incremental_company_changes_what_is_there(troupe: Troupe, tmp_path: Path) -> None:
    folder = shared_data("chatdev-companies") / "Incremental"
    out = tmp_path / "calc"
    (out / "deep" / "er").mkdir(parents=True)
    (out / "main.py").write_text(SUM.format(sign="-"))
    (out / "deep" / "er" / "notes.txt").write_text("kept\n")
    work = Work(finding="main.py: add subtracts", modification={"main.py": SUM.format(sign="+")}, tests=TESTS)
    with OllamaServer(working(work, pieces(folder))) as server:
        arguments = ("build", "Add, do not subtract.", "--company", str(folder), "--host", server.address)
        refused = troupe(*arguments, "--out", str(tmp_path / "new"))
        done = troupe(*arguments, "--incremental", "--out", str(out), "--events")
        prompts = [call.prompt for call in server.requests if call.title == "CodeReview"]
    assert refused.code == 2
    assert "changes a program that is there already" in refused.err
    assert done.code == 0, done.err + done.out[-2000:]
    assert (out / "main.py").read_text() == SUM.format(sign="+")
    assert (out / "deep" / "er" / "notes.txt").read_text() == "kept\n"
    assert "Coding" not in begun([line["event"] for line in done.events])
    assert "return one - other" in prompts[0]
