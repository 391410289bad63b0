"""Runs whose steps are carried out at the same time: what they share, and what the user does meanwhile."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agents.events import FilesCommitted, NoticeGiven, PhaseBegun, PhaseEnded
from tests.campaigns.kill import at_every_step
from tests.support.at_once import DOUBLE, REPLIES, plan_for
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import rendered


def prompts(server: OllamaServer) -> list[str]:
    return sorted(str(call.messages) for call in server.requests)


def order(told: Told) -> list[str]:
    """The beginnings and ends of phases as they came."""
    return [
        f"{'+' if isinstance(stamped.event, PhaseBegun) else '-'}{stamped.event.phase}"
        for stamped in told.recorder.seen
        if isinstance(stamped.event, PhaseBegun | PhaseEnded)
    ]


@pytest.mark.parametrize("workflow", list(REPLIES))
def test_tests_are_written_while_the_code_is_reviewed(workflow: str, tmp_path: Path) -> None:
    with OllamaServer(REPLIES[workflow]) as server:
        told = carry_out(plan_for(workflow, server.address, str(tmp_path / "out")), tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.outcome.passed
    assert again.outcome == told.outcome
    assert [stamped.event.kind for stamped in again.recorder.stored] == ["run_continued", "run_ended"]
    tests, review = (
        ("tests", "code_review/1")
        if workflow == "chatdev"
        else (
            "sprint/1/tests",
            "sprint/1/code_review/1",
        )
    )
    seen = order(told)
    assert seen.index(f"+{tests}") < seen.index(f"-{review}")
    assert seen.index(f"+{review}") < seen.index(f"-{tests}")
    assert told.read("double.py") == DOUBLE.repair["double.py"]
    assert told.read("main.py") == DOUBLE.modification["main.py"]
    assert told.read("test_double.py") == DOUBLE.tests["test_double.py"]


def test_one_at_a_time_asks_what_it_asked_before(tmp_path: Path) -> None:
    roles: dict[int, list[str]] = {}
    for at_once in (0, 1, 2):
        with OllamaServer(REPLIES["chatdev"]) as server:
            plan = plan_for("chatdev", server.address, str(tmp_path / f"out{at_once}"), at_once)
            assert carry_out(plan, tmp_path / f"home{at_once}").outcome.passed
            roles[at_once] = [call.role for call in server.requests]
    assert roles[0] == roles[1]
    assert sorted(roles[1]) == sorted(roles[2])
    tests = roles[1].index("Test Engineer")
    assert roles[1][tests - 1] == "Code Reviewer"


def test_neither_branch_writes_the_others_files(tmp_path: Path) -> None:
    modified = {**DOUBLE.modification, "test_double.py": "raise SystemExit(1)\n"}

    def reply(call: ChatCall) -> Scripted:
        asked = call.messages[-1]["content"]
        return Scripted(rendered(modified)) if "\nModification: " in asked else REPLIES["chatdev"](call)

    with OllamaServer(reply) as server:
        told = carry_out(plan_for("chatdev", server.address, str(tmp_path / "out")), tmp_path / "home")
    assert told.outcome.passed
    assert told.read("test_double.py") == DOUBLE.tests["test_double.py"]
    assert told.read("main.py") == DOUBLE.modification["main.py"]
    assert "Left to those who write it at the same time: test_double.py." in [
        notice.text for notice in told.recorder.of(NoticeGiven)
    ]
    by_programmer = [
        change.path
        for version in told.recorder.of(FilesCommitted)
        if version.author.endswith("programmer")
        for change in version.changes
    ]
    assert "test_double.py" not in by_programmer


IMPORTS = "from double import double\n\n"
WITH_YAML = f"{IMPORTS}try:\n    import yaml\nexcept ImportError:\n    yaml = None\n\n"


@pytest.mark.parametrize("workflow", list(REPLIES))
def test_documents_are_written_at_once_and_while_the_last_programs_run(workflow: str, tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        if "\nEnvironment: " in call.messages[-1]["content"]:
            return Scripted(rendered({"requirements.txt": "pyyaml\n"}))
        scripted = REPLIES[workflow](call)
        scripted.content = scripted.content.replace(f"{IMPORTS}print", f"{WITH_YAML}print")
        return scripted

    rounds = {"test_rounds": 1} if workflow == "chatdev" else {}  # after them nothing is mended any more
    with OllamaServer(reply) as server:
        plan = plan_for(workflow, server.address, str(tmp_path / "out"), 3, **rounds)
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert again.outcome == told.outcome
    seen = order(told)
    assert seen.index("+manual") < seen.index("-environment_document")
    if rounds:
        assert seen.index("+manual") < seen.index("-last_test")
    assert told.read("requirements.txt") == "pyyaml\n"
    assert "# Manual" in told.read("manual.md")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("workflow", list(REPLIES))
def test_killed_after_every_few_steps_nothing_is_lost_or_paid_twice(workflow: str, tmp_path: Path) -> None:
    with OllamaServer(REPLIES[workflow]) as server:
        told = at_every_step(tmp_path, server, every=3, plan=plan_for(workflow, server.address, ""))
    assert told.broken == {}
    assert told.kills >= 5
