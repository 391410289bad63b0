"""What branches of a run at the same time share, and what happens when one of them fails."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from agents.cli.answers import FileAnswers
from agents.contracts import Outcome, Task
from agents.errors import Bug, ModelNotFound, ReplyDoesNotFit, StoreError, UsageError, cause_of
from agents.events import CommandFinished, CommandStarted, ErrorRaised, FilesCommitted, RunEnded
from agents.plan import Plan
from agents.prompts import Prompts
from agents.run import Run
from agents.store.store import Store
from tests.support.carrying_out import carry_on, carry_out
from tests.support.killing import ANSWERS, scripted, with_methods
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer

USER = FileAnswers(ANSWERS)


@pytest.fixture(autouse=True)
def methods(monkeypatch: pytest.MonkeyPatch) -> None:
    from agents import workflows

    monkeypatch.setattr(workflows, "__path__", list(workflows.__path__))
    with_methods()


def plan_for(server: OllamaServer, tmp_path: Path) -> Plan:
    return Plan(
        idea="Parts",
        workflow="branches",
        options={"branches": 4, "rounds": 2},
        host=server.address,
        model="scripted:7b",
        out=str(tmp_path / "out"),
    )


def test_versions_count_on_and_programs_run_one_at_a_time(tmp_path: Path) -> None:
    with OllamaServer(scripted) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home", USER)
        calls = len(server.requests)
        again = carry_on(1, tmp_path / "home", USER)
        assert len(server.requests) == calls
    versions = [version.version for version in told.recorder.of(FilesCommitted)]
    assert versions == list(range(1, 9))
    assert sorted(told.read("shared.txt").split()) == sorted(f"{b}.{r}" for b in (1, 2, 3, 4) for r in (1, 2))
    running = 0
    for stamped in told.recorder.seen:
        running += isinstance(stamped.event, CommandStarted)
        running -= isinstance(stamped.event, CommandFinished)
        assert running in {0, 1}
    assert [stamped.event.kind for stamped in again.recorder.stored] == ["run_continued", "run_ended"]


def test_a_branch_that_fails_ends_the_run_with_its_own_sentence(tmp_path: Path) -> None:
    refusing = True

    def reply(call: ChatCall) -> Scripted:
        if call.role == "Reviewer" and "part 2" in str(call.messages) and refusing:
            return Scripted("I will not.")
        return scripted(call)

    with OllamaServer(reply) as server:
        with pytest.raises(ReplyDoesNotFit, match="The Reviewer"):
            carry_out(plan_for(server, tmp_path), tmp_path / "home", USER)
        store = Store.open(tmp_path / "home" / "troupe.db")
        try:
            events = [stamped.event for stamped in store.events(1)]
        finally:
            store.close()
        assert [event.state for event in events if isinstance(event, RunEnded)] == ["failed"]
        assert [event.retry_from != "" for event in events if isinstance(event, ErrorRaised)] == [True]
        refusing = False
        assert carry_on(1, tmp_path / "home", USER).outcome.passed


def test_one_error_stands_for_a_group() -> None:
    missing, bug, disk = ModelNotFound("m"), Bug("b"), StoreError("s")
    group = ExceptionGroup("", [missing, ExceptionGroup("", [bug])])
    assert cause_of(missing) is missing
    assert cause_of(group) is bug
    assert cause_of(ExceptionGroup("", [group, disk])) is disk
    assert cause_of(ExceptionGroup("", [missing, UsageError("u")])) is missing


def test_an_agent_that_two_branches_ask_at_once_is_a_mistake_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.methods import branches

    async def both(run: Run, task: Task, options: BaseModel) -> Outcome:
        run.prompts = Prompts({"Lead": "You lead."}, {})
        lead = run.hire("Lead")
        lead.remember("Begin.")
        async with asyncio.TaskGroup() as group:
            group.create_task(lead.say("user"))
            group.create_task(lead.say("user"))
        return Outcome(True, "")

    method = replace(branches.branches, perform=both)
    monkeypatch.setattr("agents.registry.workflows", lambda: {"branches": method})
    with OllamaServer(scripted) as server, pytest.raises(Bug, match="two branches at once"):
        carry_out(plan_for(server, tmp_path), tmp_path / "home", USER)
