"""A whole run on two servers, one of which is taken away in the middle."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from agents.events import MessageCompleted, MessageCut, NoticeGiven
from agents.plan import Plan
from agents.store.store import Store
from tests.support.carrying_out import carry_out
from tests.support.command import Troupe
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import ROMAN, company


def test_a_run_goes_on_at_the_other_server_when_one_fails(tmp_path: Path) -> None:
    team, answered = company(ROMAN), []

    def failing(call: ChatCall) -> Scripted:
        answered.append(call.role)
        scripted = team(call)
        if len(answered) > 2:
            scripted.fault = "cut"
        return scripted

    with OllamaServer(failing) as first, OllamaServer(team) as second:
        hosts = f"{first.address},{second.address}"
        plan = Plan(idea=ROMAN.idea, host=hosts, model="scripted:7b", out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home")
        assert told.outcome.passed
        assert len(answered) in (3, 4)  # two steps may have been asked at the same time
        assert len(second.requests) > 4
        assert not (first.loads[1:] or second.loads[1:])


def test_roles_with_different_models_have_each_theirs_on_a_server_of_its_own(tmp_path: Path) -> None:
    team, models = company(ROMAN), (ServedModel("scripted:7b"), ServedModel("other:7b"))
    with OllamaServer(team, models, slots=1) as first, OllamaServer(team, models, slots=1) as second:
        plan = Plan(
            idea=ROMAN.idea,
            host=f"{first.address},{second.address}",
            model="scripted:7b",
            roles={"Programmer": "other:7b"},
            out=str(tmp_path / "out"),
        )
        assert carry_out(plan, tmp_path / "home").outcome.passed
        loads = [{load.model for load in server.loads} for server in (first, second)]
        assert loads == [{"scripted:7b"}, {"other:7b"}]
        assert not (first.loads[1:] or second.loads[1:])


def test_who_watches_is_told_that_a_step_is_asked_elsewhere(tmp_path: Path) -> None:
    team = company(ROMAN)

    def failing(call: ChatCall) -> Scripted:
        return Scripted("", fault="http_error")

    with OllamaServer(failing) as first, OllamaServer(team) as second:
        hosts = f"{first.address},{second.address}"
        plan = Plan(idea=ROMAN.idea, host=hosts, model="scripted:7b", out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home")
        texts = [notice.text for notice in told.recorder.of(NoticeGiven)]
        one, other = (f"127.0.0.1:{server.port}" for server in (first, second))
    assert told.outcome.passed
    assert texts.count(f"The server at {one} failed before it replied; {other} is asked.") == 1


def test_a_reply_that_was_cut_is_whole_from_the_other_server(tmp_path: Path) -> None:
    team, failed = company(ROMAN), []

    def failing(call: ChatCall) -> Scripted:
        scripted = team(call)
        if call.role == "Programmer" and not call.title and not failed:
            failed.append(call)
            scripted.fault, scripted.delay = "cut", 0.001
        return scripted

    with OllamaServer(failing) as first, OllamaServer(failing) as second:
        hosts = f"{first.address},{second.address}"
        plan = Plan(idea=ROMAN.idea, host=hosts, model="scripted:7b", out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home")
        assert told.outcome.passed
        [cut] = told.recorder.of(MessageCut)
        said = [message for message in told.recorder.of(MessageCompleted) if message.origin == "model"]
        place = [message.message for message in said].index(cut.message)
        assert len(said[place].text) > len(cut.text) > 0
        asked_first = first if failed[0] in first.requests else second
        set_aside = f"127.0.0.1:{asked_first.port}"
        assert set_aside not in {message.host for message in said[place:]}
        with closing(Store.open(tmp_path / "home" / "troupe.db")) as store:
            keys = [step.key for step in store.steps(told.number) if step.kind == "chat"]
        assert len(keys) == len(set(keys)) == len(said)


@pytest.mark.parametrize("useless", ["I am a potato.", "", '{"a": '])
def test_a_step_is_asked_elsewhere_where_a_server_gives_only_replies_that_cannot_be_used(
    tmp_path: Path, useless: str
) -> None:
    with OllamaServer(useless) as first, OllamaServer(company(ROMAN)) as second:
        hosts = f"{first.address},{second.address}"
        plan = Plan(idea=ROMAN.idea, host=hosts, model="scripted:7b", out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home")
        assert told.outcome.passed
        assert len(first.requests) == 2
        assert not (first.loads[1:] or second.loads[1:])


def test_the_commands_take_several_hosts(capsys: pytest.CaptureFixture[str]) -> None:
    troupe = Troupe(capsys)
    with OllamaServer() as first, OllamaServer() as second:
        listed = troupe("models", "--host", first.address, "--host", second.address)
        assert listed.code == 0
        assert [address in listed.out for address in (first.address, second.address)] == [True, True]
        second.down = True
        listed = troupe("models", "--host", first.address, "--host", second.address)
        assert (listed.code, first.address in listed.out) == (0, True)
        assert second.address in listed.err
        first.down = True
        assert troupe("models", "--host", first.address, "--host", second.address).code == 3


def test_the_list_of_models_tells_what_each_server_has_and_what_was_learned(
    tmp_path: Path, troupe_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    troupe = Troupe(capsys)
    with OllamaServer(company(ROMAN)) as server:
        before = troupe("models", "--host", server.address).out
        assert "no model in memory" in before
        assert "not known before its first reply" in before
        plan = Plan(idea=ROMAN.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))
        carry_out(plan, troupe_home)
        after = troupe("models", "--host", server.address).out
    assert "version 0.33.0" in after
    assert "in memory: scripted:7b with a context of 16,384 tokens, 4.7 GB" in after
    assert "answers 1 request at a time; writes 35 tokens a second" in after
