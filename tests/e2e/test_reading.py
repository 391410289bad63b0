"""What whole runs give their models to read: of a large program what a step is about, and nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from agents.plan import Plan
from tests.benchmarks.machine.teams import IDEA, chain_project, sprint_team
from tests.support.carrying_out import carry_out
from tests.support.ollama.scripted import ChatCall
from tests.support.ollama_server import OllamaServer
from tests.support.team import company

FILES = 15


@pytest.fixture(scope="module", params=["chatdev", "agilecoder"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[ChatCall]:
    """The requests of a run that builds a program of some size."""
    folder = tmp_path_factory.mktemp(request.param)
    reply = company(chain_project(FILES)) if request.param == "chatdev" else sprint_team(FILES).reply
    with OllamaServer(reply) as server:
        told = carry_out(planned(request.param, server.address, folder), folder / "home")
        assert told.outcome.passed
        return [call for call in server.requests if call.messages]


def planned(workflow: str, host: str, folder: Path) -> Plan:
    return Plan(idea=IDEA, workflow=workflow, host=host, model="scripted:7b", out=str(folder / "out"))


def shown(call: ChatCall) -> Counter[str]:
    """The files that stand whole in a request, with how often."""
    texts = "\n".join(message["content"] for message in call.messages)
    return Counter(re.findall(r"^(\S+\.py)\n```", texts, re.MULTILINE))


def test_no_prompt_holds_a_file_twice(built: list[ChatCall]) -> None:
    twice = {
        path
        for call in built
        for path, times in shown(call).items()
        if times > 1 and path != "package/module.py"
    }
    assert not twice


def test_a_large_program_is_reviewed_again_by_what_was_changed(built: list[ChatCall]) -> None:
    reviews = [call for call in built if call.title == "CodeReview"]
    first, second = reviews[-2:]
    assert 0 < len(shown(second)) < len(shown(first))
    assert any("line.strip().split" in message["content"] for message in second.messages)


def test_what_a_finding_names_is_shown_to_whoever_mends_it(built: list[ChatCall]) -> None:
    mended = [call for call in built if "\nModification: " in call.last]
    for call in mended:
        named = re.findall(r"^- (\S+\.py):", call.last, re.MULTILINE)
        assert set(named) <= set(shown(call))
        assert len(shown(call)) < FILES


def test_the_test_engineer_sums_up_in_the_talk_about_its_tests(built: list[ChatCall]) -> None:
    summaries = [call for call in built if call.title == "ErrorSummary"]
    for summary in summaries:  # AgileCoder has none
        tests = next(call for call in built if call.role == "Test Engineer" and not call.title)
        assert summary.messages[: len(tests.messages)] == tests.messages
        assert "ledger/" not in summary.last.partition("Say what is wrong")[2]


def test_a_typed_reply_may_not_grow_without_end(built: list[ChatCall]) -> None:
    most = {bool(call.title): 0 for call in built}
    for call in built:
        most[bool(call.title)] = max(most[bool(call.title)], call.options["num_predict"])
    assert most[True] <= 4096 < most[False]
