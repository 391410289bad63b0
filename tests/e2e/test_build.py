"""Whole ChatDev runs against the scripted Ollama server; what comes out is really run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.contracts import Answer, Question
from agents.events import (
    AgentHired,
    FiguresReported,
    FilesCommitted,
    PhaseBegun,
    QuestionAnswered,
    QuestionAsked,
    RunEnded,
    TestsReported,
)
from agents.plan import Plan
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama_server import OllamaServer
from tests.support.team import COUNTER, GREETER, ROMAN, Project, company


def output_of(folder: Path, *arguments: str) -> str:
    """What the built program prints, run outside of Troupe."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); sys.argv = "
         f"['main.py', *{list(arguments)!r}]; import runpy; runpy.run_path({str(folder / 'main.py')!r}, "
         "run_name='__main__')"],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    return done.stdout


def plan_for(project: Project, server: OllamaServer, out: Path, **more: object) -> Plan:
    return Plan(idea=project.idea, host=server.address, model="scripted:7b", out=str(out), **more)  # type: ignore[arg-type]


def test_a_program_in_folders_whose_test_fails_first_is_repaired(tmp_path: Path) -> None:
    with OllamaServer(company(ROMAN)) as server:
        told = carry_out(plan_for(ROMAN, server, tmp_path / "out"), tmp_path / "home")
    assert told.outcome.passed
    assert output_of(told.folder).strip() == "IX"
    assert output_of(told.folder, "4").strip() == "IV"
    assert told.read("manual.md").startswith("# Manual")
    assert "own library" in told.read("requirements.txt")
    first, last = told.recorder.of(TestsReported)
    assert [case.outcome for case in first.cases].count("failed") == 1
    assert all(case.outcome == "passed" for case in last.cases)


def test_every_phase_and_role_of_the_chain_takes_part(tmp_path: Path) -> None:
    with OllamaServer(company(ROMAN)) as server:
        told = carry_out(plan_for(ROMAN, server, tmp_path / "out"), tmp_path / "home")
    titles = list(dict.fromkeys(phase.title for phase in told.recorder.of(PhaseBegun)))
    assert titles == [
        "Demand analysis",
        "Language choice",
        "Coding",
        "Code review",
        "System test",
        "Writing tests",
        "Repair",
        "Environment document",
        "Manual",
    ]
    hired = {agent.role: agent.manager for agent in told.recorder.of(AgentHired)}
    head, technology = "chief-executive-officer", "chief-executive-officer/chief-technology-officer"
    assert hired == {
        "Chief Executive Officer": "",
        "Chief Product Officer": head,
        "Chief Technology Officer": head,
        "Counselor": head,
        "Programmer": technology,
        "Code Reviewer": technology,
        "Test Engineer": technology,
    }
    [figures] = told.recorder.of(FiguresReported)
    assert figures.completeness == 1.0
    assert figures.executability == 1.0
    assert figures.model_calls == len([call for call in server.requests if call.messages])
    assert figures.versions == len(told.recorder.of(FilesCommitted))


def test_an_unimplemented_function_is_completed_and_a_finding_mended(tmp_path: Path) -> None:
    project = Project(
        idea="Double a number.",
        files={"main.py": "def double(number):\n    raise NotImplementedError\n\n\nprint(double(4))\n"},
        completion={"main.py": "def double(number):\n    return number + number + 1\n\n\nprint(double(4))\n"},
        finding="main.py: double(4) gives 9",
        modification={"main.py": "def double(number):\n    return number * 2\n\n\nprint(double(4))\n"},
    )
    with OllamaServer(company(project)) as server:
        told = carry_out(plan_for(project, server, tmp_path / "out"), tmp_path / "home")
    assert output_of(told.folder).strip() == "8"
    titles = [phase.title for phase in told.recorder.of(PhaseBegun)]
    assert "Code completion" in titles
    assert titles.count("Code review") == 2


class Downwards:
    """A user who wants to count down."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer("down")


def test_a_question_reaches_the_user_and_its_answer_the_program(tmp_path: Path) -> None:
    user = Downwards()
    with OllamaServer(company(COUNTER)) as server:
        told = carry_out(plan_for(COUNTER, server, tmp_path / "out"), tmp_path / "home", user)
    assert [question.text for question in user.asked] == ["Does it count up or down?"]
    assert user.asked[0].options == ("up", "down")
    assert output_of(told.folder).split() == ["3", "2", "1"]
    [asked] = told.recorder.of(QuestionAsked)
    [answered] = told.recorder.of(QuestionAnswered)
    assert asked.question == answered.question
    assert (answered.answer, answered.by) == ("down", "user")


def test_an_existing_program_is_changed_and_the_rest_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "notes").mkdir(parents=True)
    (out / "main.py").write_text("print('old')\n")
    (out / "notes" / "kept.txt").write_bytes(b"kept\r\n")
    with OllamaServer(company(GREETER)) as server:
        told = carry_out(plan_for(GREETER, server, out, existing=True), tmp_path / "home")
        asked = [call.messages[-1]["content"] for call in server.requests if call.role == "Programmer"]
    assert output_of(out, "Ann").strip() == "Hello, Ann!"
    assert (out / "notes" / "kept.txt").read_bytes() == b"kept\r\n"
    assert any("print('old')" in prompt for prompt in asked)
    assert told.recorder.of(FilesCommitted)[0].author == "user"


def test_a_finished_run_that_is_continued_asks_no_model_again(tmp_path: Path) -> None:
    with OllamaServer(company(ROMAN)) as server:
        first = carry_out(plan_for(ROMAN, server, tmp_path / "out"), tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(first.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert again.outcome == first.outcome
    assert [type(stamped.event).__name__ for stamped in again.recorder.stored] == ["RunContinued", "RunEnded"]


@pytest.mark.parametrize("project", [GREETER, ROMAN, COUNTER], ids=lambda project: project.idea)
def test_each_run_ends_once_and_says_how(project: Project, tmp_path: Path) -> None:
    with OllamaServer(company(project)) as server:
        told = carry_out(plan_for(project, server, tmp_path / "out"), tmp_path / "home")
    [ended] = told.recorder.of(RunEnded)
    assert ended.state == "succeeded"
    assert told.recorder.stored[-1].event == ended
    assert [stamped.seq for stamped in told.recorder.stored] == list(range(1, len(told.recorder.stored) + 1))
