"""ChatDev on large files: they are changed by blocks, and whole by a role whose blocks do not apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agents.development.writing import LARGE
from agents.errors import StreamCut
from agents.events import NoticeGiven
from agents.plan import Plan
from agents.prompts import Prompts
from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.companies import Work, working
from tests.support.large_files import ASKS_FOR_BLOCKS, BlockTeam, as_blocks, large_project
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped

PROJECT = large_project(300)
NOTICE = "The Programmer's blocks did not apply; from now on it is asked for whole files."


def plan_for(server: OllamaServer, tmp_path: Path) -> Plan:
    return Plan(
        idea=PROJECT.idea, host=server.address, model="scripted:7b", num_ctx=32768, out=str(tmp_path / "out")
    )


def build(team: BlockTeam, tmp_path: Path) -> Told:
    """A run, which is then carried on: a replay asks nothing, so what it learned is learned again."""
    isolated_or_skipped()
    with OllamaServer(team.reply) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.outcome.passed
    assert again.outcome == told.outcome
    for path, text in {**PROJECT.files, **PROJECT.modification, **PROJECT.repair}.items():
        assert told.read(path) == text
    return told


def notices(told: Told) -> list[str]:
    return [notice.text for notice in told.recorder.of(NoticeGiven)]


def test_large_files_are_changed_by_blocks(tmp_path: Path) -> None:
    team = BlockTeam(PROJECT)
    told = build(team, tmp_path)
    assert len(team.asked) == 2
    for call in team.asked:
        assert ASKS_FOR_BLOCKS in call.last
        assert "stop" not in call.options
        assert call.last.index("Change these files in blocks") > call.last.index("store.py")
    assert NOTICE not in notices(told)


def shifted(said: str) -> str:
    """In a fence that ends too early, all lines of the block eight columns to the right."""
    path, *lines = said.splitlines()
    body = [line if not line or line[0] in "<=>" else f"        {line}" for line in lines[:-1]]
    return "\n".join([path, "```python", *body, "```", lines[-1]])


def test_blocks_that_are_broken_the_usual_way_are_understood(tmp_path: Path) -> None:
    team = BlockTeam(PROJECT, spoil=shifted)
    told = build(team, tmp_path)
    assert len(team.asked) == 2
    assert NOTICE not in notices(told)


def misquoted(said: str) -> str:
    return said.replace("return ", "return  ").replace("def ", "def  ")


def test_a_model_that_breaks_its_blocks_is_asked_for_whole_files(tmp_path: Path) -> None:
    team = BlockTeam(PROJECT, spoil=misquoted)
    told = build(team, tmp_path)
    first, again, whole, repair = team.asked
    assert ASKS_FOR_BLOCKS in first.last
    assert "the file has there:\n" in again.last
    assert "\n    return str(price)\n" in again.last
    assert "Give the whole file report.py instead" in whole.last
    assert ASKS_FOR_BLOCKS not in repair.prompt
    assert "Give each file whole" in repair.last
    assert notices(told).count(NOTICE) == 1


def test_small_files_are_asked_for_as_before(tmp_path: Path) -> None:
    small = large_project(8)
    assert all(len(text) < LARGE for text in small.files.values())
    team = BlockTeam(small)
    with OllamaServer(team.reply) as server:
        carry_out(plan_for(server, tmp_path), tmp_path / "home")
        prompts = [call.prompt for call in server.requests]
    files = Prompts.of("chatdev")("files")
    assert not any(ASKS_FOR_BLOCKS in prompt for prompt in prompts)
    assert all(call.last.endswith(files) for call in team.asked)


@pytest.mark.parametrize(("spoil", "at"), [(None, 1), (None, 2), (misquoted, 2), (misquoted, 3)])
def test_a_run_that_ended_in_the_middle_of_a_change_goes_on(
    tmp_path: Path, spoil: Callable[[str], str] | None, at: int
) -> None:
    """The server fails in mid-reply of a change, and the run with it; then it is carried on."""
    isolated_or_skipped()
    team = BlockTeam(PROJECT, spoil=spoil) if spoil else BlockTeam(PROJECT)
    failing = True

    def reply(call: ChatCall) -> Scripted:
        scripted = team.reply(call)
        if failing and len(team.asked) >= at:
            scripted.fault = "cut"
        return scripted

    with OllamaServer(reply) as server:
        with pytest.raises(StreamCut):
            carry_out(plan_for(server, tmp_path), tmp_path / "home")
        failing = False
        told = carry_on(1, tmp_path / "home")
    for path, text in {**PROJECT.files, **PROJECT.modification, **PROJECT.repair}.items():
        assert told.read(path) == text
    assert (ASKS_FOR_BLOCKS in team.asked[-1].prompt) is not bool(spoil)
    assert notices(told).count(NOTICE) <= 1


def in_blocks(reply: Callable[[ChatCall], Scripted], asked: list[ChatCall]) -> Callable[[ChatCall], Scripted]:
    """The team's reply, with its changes as blocks where these are asked for."""
    mended = {**PROJECT.modification, **PROJECT.repair}

    def answer(call: ChatCall) -> Scripted:
        scripted = reply(call)
        changed = {path: text for path, text in mended.items() if f"{path}\n```" in scripted.content}
        if call.title or not changed or ASKS_FOR_BLOCKS not in call.last:
            return scripted
        asked.append(call)
        return Scripted(
            "\n".join(as_blocks(path, PROJECT.files[path], text) for path, text in changed.items())
        )

    return answer


def test_agilecoder_changes_large_files_by_blocks(tmp_path: Path) -> None:
    isolated_or_skipped()
    sprint = ScriptedSprint(
        items=["1"], files=PROJECT.files, tests=PROJECT.tests, findings=[[PROJECT.finding], []],
        modification=PROJECT.modification, repair=PROJECT.repair,
    )  # fmt: skip
    team = ScriptedTeam(PROJECT.idea, [("Tell the price", ["two cost six"])], [sprint])
    asked: list[ChatCall] = []
    with OllamaServer(in_blocks(team.reply, asked)) as server:
        plan = replace(plan_for(server, tmp_path), workflow="agilecoder", options={"sprints": 1})
        told = carry_out(plan, tmp_path / "home")
    assert told.outcome.passed
    assert len(asked) == 2
    for path, text in {**PROJECT.modification, **PROJECT.repair}.items():
        assert told.read(path) == text


def test_a_company_of_ones_own_changes_large_files_by_blocks(tmp_path: Path) -> None:
    isolated_or_skipped()
    work = Work(
        coding=PROJECT.files, finding=PROJECT.finding, modification=PROJECT.modification,
        tests=PROJECT.tests, repair=PROJECT.repair,
    )  # fmt: skip
    pieces = {
        "Coding": "Write the program now, as decided.",
        "Manual": "write manual.md for the customer",
        "CodeReviewModification": "mend what is right of it.",
        "TestModification": "repair it. Give the files",
    }
    asked: list[ChatCall] = []
    with OllamaServer(in_blocks(working(work, pieces), asked)) as server:
        plan = replace(plan_for(server, tmp_path), workflow="company")
        told = carry_out(plan, tmp_path / "home")
    assert told.outcome.passed
    assert len(asked) == 2
    for path, text in {**PROJECT.modification, **PROJECT.repair}.items():
        assert told.read(path) == text
