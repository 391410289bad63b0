"""Talks that go on where the server keeps a place for them, and talks that are summed up."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from agents.events import MessageCompleted, NoticeGiven
from agents.plan import Plan
from tests.support.at_once import DOUBLE, REPLIES, plan_for
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company

MAKER = {"chatdev": "Programmer", "agilecoder": "Developer"}


@pytest.mark.parametrize("workflow", list(REPLIES))
def test_whoever_has_a_place_is_told_only_what_is_new(workflow: str, tmp_path: Path) -> None:
    with OllamaServer(REPLIES[workflow]) as server:
        plan = plan_for(workflow, server.address, str(tmp_path / "out"), 4)
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.outcome.passed
    assert again.outcome == told.outcome
    assert len({call.role for call in server.placed}) == len(server.placed) == 4
    assert all(len(call.messages) == 2 for call in server.placed)
    made = [call for call in server.requests if call.role == MAKER[workflow]]
    modification = next(call for call in made if "Modification: " in call.messages[-1]["content"])
    assert "Coding: " in str(modification.messages) or "Development: " in str(modification.messages)
    whole = "".join(message["content"] for message in modification.messages)
    assert whole.count(DOUBLE.files["double.py"]) == 1
    for earlier, later in pairwise(made):
        if len(later.messages) > len(earlier.messages):
            assert later.messages[: len(earlier.messages)] == earlier.messages


def test_a_server_that_answers_one_at_a_time_is_told_everything_each_time(tmp_path: Path) -> None:
    with OllamaServer(REPLIES["chatdev"]) as server:
        carry_out(plan_for("chatdev", server.address, str(tmp_path / "out"), 1), tmp_path / "home")
    assert not server.placed
    modification = next(c for c in server.requests if "Modification: " in c.messages[-1]["content"])
    assert DOUBLE.files["double.py"] in modification.messages[-1]["content"]
    assert len(modification.messages) == 2


LONG = "We could paint it, or we could leave it as it is. " * 60


def talks_on(call: ChatCall) -> str | None:
    """A Product Officer who talks at length and does not decide."""
    asked = call.messages[-1]["content"]
    if "in at most 120 words" in asked:
        return "A wall was discussed."
    if call.title == "DemandAnalysis":
        return json.dumps({"message": f"{len(call.messages)} {LONG}", "conclusion": ""})
    if call.role == "Chief Executive Officer" and not call.title:
        return "Decide."
    return None


def test_a_talk_that_has_grown_is_summed_up_once_for_many_turns(tmp_path: Path) -> None:
    usual = company(GREETER)
    with OllamaServer(lambda call: Scripted(talks_on(call) or usual(call).content)) as server:
        plan = Plan(
            idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"),
            num_ctx=4096, options={"talk_turns": 10},
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.outcome.passed
    assert again.outcome == told.outcome
    summaries = [call for call in server.requests if "in at most 120 words" in call.messages[-1]["content"]]
    talks = [call for call in server.requests if call.title == "DemandAnalysis"]
    assert 1 <= len(summaries) < len(talks) / 2
    assert any("A wall was discussed." in call.messages[1]["content"] for call in talks)
    assert all(call.dropped == 0 for call in server.requests)
    assert all("Demand analysis" in call.messages[1]["content"] for call in talks)
    assert any("were summed up" in notice.text for notice in told.recorder.of(NoticeGiven))
    assert any(message.text == "A wall was discussed." for message in told.recorder.of(MessageCompleted))


def test_a_summary_that_does_not_come_leaves_the_oldest_out(tmp_path: Path) -> None:
    usual = company(GREETER)

    def reply(call: ChatCall) -> Scripted:
        if "in at most 120 words" in call.messages[-1]["content"]:
            return Scripted("")
        return Scripted(talks_on(call) or usual(call).content)

    with OllamaServer(reply) as server:
        plan = Plan(
            idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"),
            num_ctx=4096, options={"talk_turns": 10},
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
    assert told.outcome.passed
    assert any("were left out" in notice.text for notice in told.recorder.of(NoticeGiven))
    assert all(call.dropped == 0 for call in server.requests)
