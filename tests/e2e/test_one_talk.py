"""Whole runs whose team shares one talk: a server with one slot reads hardly anything twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.events import NoticeGiven
from agents.plan import Plan
from tests.benchmarks.machine.teams import IDEA, chain_project, sprint_team
from tests.campaigns.kill import at_every_step
from tests.support.at_once import REPLIES, plan_for
from tests.support.carrying_out import Told, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import company

TEAMS: dict[str, Callable[[], Callable[[ChatCall], Scripted]]] = {
    "chatdev": lambda: company(chain_project(3)),
    "agilecoder": lambda: sprint_team(3).reply,
}


def carried_out(
    workflow: str, server: OllamaServer, folder: Path, *, one_talk: bool, **settings: object
) -> Told:
    plan = Plan(
        idea=IDEA, workflow=workflow, model="scripted:7b", host=server.address, out=str(folder / "out"),
        options={"one_talk": one_talk}, **settings,
    )  # fmt: skip
    return carry_out(plan, folder / "home")


@pytest.mark.parametrize("workflow", list(TEAMS))
def test_four_fifths_of_the_prompts_are_in_the_one_slot_already(tmp_path: Path, workflow: str) -> None:
    calls: dict[bool, list[ChatCall]] = {}
    for one_talk in (False, True):
        with OllamaServer(TEAMS[workflow]()) as server:
            folder = tmp_path / str(one_talk)
            assert carried_out(workflow, server, folder, one_talk=one_talk).outcome.passed
            calls[one_talk] = list(server.requests)
    apart, together = calls[False], calls[True]
    assert [(call.role, call.title) for call in together] == [(call.role, call.title) for call in apart]
    assert {call.system.partition(".")[0] for call in together} == {"You are Software Team"}
    read = {
        one_talk: sum(call.prompt_tokens - call.cached_tokens for call in asked)
        for one_talk, asked in calls.items()
    }
    assert read[True] < 0.2 * sum(call.prompt_tokens for call in together)
    assert read[True] < 0.6 * read[False]


def test_a_run_killed_at_its_steps_pays_nothing_twice(tmp_path: Path) -> None:
    with OllamaServer(REPLIES["chatdev"]) as server:
        plan = plan_for("chatdev", server.address, "", 1, one_talk=True)
        told = at_every_step(tmp_path, server, every=5, plan=plan)
    assert told.broken == {}
    assert told.kills >= 2


def test_a_talk_that_outgrows_the_context_begins_anew_and_says_so(tmp_path: Path) -> None:
    with OllamaServer(TEAMS["agilecoder"]()) as server:
        told = carried_out("agilecoder", server, tmp_path, one_talk=True, num_ctx=4096)
        assert not any(call.dropped for call in server.requests)
    assert told.outcome.passed
    assert any("has outgrown the context" in notice.text for notice in told.recorder.of(NoticeGiven))


def test_each_model_has_a_talk_and_steps_come_one_after_the_other(tmp_path: Path) -> None:
    with OllamaServer(
        TEAMS["chatdev"](), [ServedModel("scripted:7b"), ServedModel("scripted:14b")], parallel=4
    ) as server:
        told = carried_out(
            "chatdev", server, tmp_path, one_talk=True, at_once=4, roles={"Programmer": "scripted:14b"}
        )
        roles = {call.role for call in server.requests if call.model == "scripted:14b"}
        heard = [call for call in server.requests if call.model == "scripted:7b"]
    assert told.outcome.passed
    assert roles == {"Programmer"}
    assert not any("You are Programmer" in call.prompt for call in heard)
    assert any("one after the other" in notice.text for notice in told.recorder.of(NoticeGiven))
