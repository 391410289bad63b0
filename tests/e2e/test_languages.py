"""Whole ChatDev runs whose program is not in Python; what comes out is really built, run and tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.events import CommandStarted, NoticeGiven, PhaseBegun, TestsReported
from agents.plan import Plan
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.languages import GO, JAVA, JAVASCRIPT, PAGE, C, needs
from tests.support.ollama_server import OllamaServer
from tests.support.team import Project, company

PATIENCE = 300.0
"""Seconds: Go compiles its own library for a new project, which a busy machine takes long for."""


def built(project: Project, folder: Path) -> tuple[Told, list[tuple[str, str]]]:
    """A run, and what each role was asked last in each of its calls."""
    with OllamaServer(company(project)) as server:
        plan = Plan(idea=project.idea, host=server.address, model="scripted:7b", out=str(folder / "out"))
        told = carry_out(plan, folder / "home", within=PATIENCE)
        asked = [(call.role, call.messages[-1]["content"]) for call in server.requests]
    return told, asked


@pytest.mark.parametrize(
    ("project", "tools", "framework", "repaired"),
    [
        (JAVASCRIPT, ["node"], "node:test", "tests/calc.test.js::less > subtracts"),
        (PAGE, ["node"], "node:vm", "script.js::elements"),
        (C, ["cc"], "tests/*_test.c", "tests/sub_test.c"),
        (GO, ["go"], "testing", "calc_test.go::TestSub"),
        (JAVA, ["javac", "java"], "*Test", "tests/CalcTest.java"),
    ],
    ids=["javascript", "page", "c", "go", "java"],
)
@pytest.mark.timeout(360)
def test_a_program_whose_test_fails_first_is_repaired(
    tmp_path: Path, project: Project, tools: list[str], framework: str, repaired: str
) -> None:
    needs(*tools)
    told, asked = built(project, tmp_path)
    first, last = (
        {case.name: case.outcome for case in reported.cases} for reported in told.recorder.of(TestsReported)
    )
    assert (first[repaired], last[repaired]) == ("failed", "passed")
    assert told.outcome.passed, told.outcome.summary
    assert any(framework in text for role, text in asked if role == "Test Engineer")
    [repair] = [text for role, text in asked if role == "Programmer" and "Repair it" in text]
    assert "Where to look:" in repair
    assert not (told.folder / "requirements.txt").exists()
    titles = [command.title for command in told.recorder.of(CommandStarted)]
    assert ("Build the program" in titles) == (project in (C, GO, JAVA))
    again = carry_on(told.number, tmp_path / "home")
    assert again.outcome == told.outcome
    assert not again.recorder.of(CommandStarted)


def test_without_the_tools_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    told, _ = built(C, tmp_path)
    assert not told.outcome.passed
    assert "No C compiler is installed" in told.outcome.summary
    assert "sudo apt install gcc" in told.outcome.summary
    assert any("was not run" in notice.text for notice in told.recorder.of(NoticeGiven))
    assert not told.recorder.of(CommandStarted)
    assert "Repair" not in [phase.title for phase in told.recorder.of(PhaseBegun)]
