"""Models that say or do the same again and again are noticed, and the loop is broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import ReplyDoesNotFit
from agents.events import NoticeGiven
from agents.plan import Plan
from agents.testing import NO_REPAIR_HELPS
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.team import GREETER, ROMAN, company, rendered


def plan_for(server: OllamaServer, tmp_path: Path, idea: str) -> Plan:
    return Plan(idea=idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))


def test_the_same_unusable_reply_is_said_and_asked_more_freely(tmp_path: Path) -> None:
    asked: list[ChatCall] = []

    def reply(call: ChatCall) -> Scripted:
        if call.title == "LanguageChoice":
            asked.append(call)
            if not call.options.get("temperature"):
                return Scripted('{"language": "Python"')
        return company(GREETER)(call)

    with OllamaServer(reply) as server:
        told = carry_out(plan_for(server, tmp_path, GREETER.idea), tmp_path / "home")
        calls = len(server.requests)
        carry_on(1, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.outcome.passed
    assert [call.options.get("temperature") for call in asked] == [None, None, 1.0]
    assert "You gave this very reply before" in asked[-1].messages[-1]["content"]
    assert "You gave this very reply before" not in asked[1].messages[-1]["content"]
    notices = [notice.text for notice in told.recorder.of(NoticeGiven)]
    assert sum("gave the same unusable reply again" in text for text in notices) == 1


def test_a_model_that_says_nothing_else_ends_the_run(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        return Scripted("No.") if call.title == "LanguageChoice" else company(GREETER)(call)

    with OllamaServer(reply) as server:
        with pytest.raises(ReplyDoesNotFit):
            carry_out(plan_for(server, tmp_path, GREETER.idea), tmp_path / "home")
        assert len([call for call in server.requests if call.title == "LanguageChoice"]) == 3


def test_repairs_that_leave_the_failure_as_it_was_are_given_up(tmp_path: Path) -> None:
    isolated_or_skipped()
    repairs: list[str] = []

    def reply(call: ChatCall) -> Scripted:
        last = call.messages[-1]["content"]
        if "Repair it" in last and call.role == "Programmer":
            repairs.append(last)
            useless = f"{ROMAN.files['roman/table.py']}# attempt {len(repairs)}\n"
            return Scripted(rendered({"roman/table.py": useless}))
        return company(replace(ROMAN, repair={}))(call)

    with OllamaServer(reply) as server:
        plan = replace(plan_for(server, tmp_path, ROMAN.idea), options={"test_rounds": 6})
        told = carry_out(plan, tmp_path / "home")
    assert not told.outcome.passed
    assert len(repairs) == 2
    assert "The last change left this failure as it was" in repairs[1]
    assert "The last change left this failure as it was" not in repairs[0]
    notices = [notice.text for notice in told.recorder.of(NoticeGiven)]
    assert NO_REPAIR_HELPS in notices
