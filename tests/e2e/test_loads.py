"""Each model is loaded once a run: whoever asks it sends the same options, whatever the method."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing
from pathlib import Path

import pytest

from agents.bench import Bench, BenchPlan
from agents.cli.answers import answers_from
from agents.companies import Shelf
from agents.plan import Plan
from tests.benchmarks.machine.teams import chain_project, sprint_team
from tests.e2e.test_bench import METHODS, PROBLEM, anything
from tests.e2e.test_own_company import HELLO, own_company, replies
from tests.support.carrying_out import carry_out
from tests.support.clarifying import HALF_UP, ROUND, TO_EVEN, Team, samples
from tests.support.companies import Work, working
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.solving import RIGHT
from tests.support.team import company

MODEL, OTHER = "scripted:7b", "painter:1b"


def loaded_once(server: OllamaServer, *models: str) -> None:
    """These models and no others were loaded, once each, and asked with one context each."""
    assert Counter(load.model for load in server.loads) == dict.fromkeys(models, 1)
    contexts = {(call.model, call.num_ctx) for call in server.requests}
    assert len(contexts) == len({model for model, _ in contexts})


@pytest.mark.parametrize("workflow", ["chatdev", "agilecoder"])
@pytest.mark.parametrize("at_once", [1, 4])
def test_a_team_loads_its_model_once(tmp_path: Path, workflow: str, at_once: int) -> None:
    team = company(chain_project(3)) if workflow == "chatdev" else sprint_team(3).reply
    with OllamaServer(team) as server:
        plan = Plan(
            idea="A ledger.",
            workflow=workflow,
            host=server.address,
            out=str(tmp_path / "out"),
            at_once=at_once,
        )
        assert carry_out(plan, tmp_path / "home").outcome.passed
        loaded_once(server, MODEL)


def test_two_models_are_loaded_once_each_where_both_fit(tmp_path: Path) -> None:
    Shelf(tmp_path / "home").save(own_company())
    team = working(Work(coding=HELLO, other=replies), {"Coding": "Write the program now"})
    with OllamaServer(team, models=(ServedModel(MODEL), ServedModel(OTHER))) as server:
        plan = Plan(
            idea="Say hello.", workflow="company", options={"company": "Mine"}, model=MODEL,
            host=server.address, out=str(tmp_path / "out"),
        )  # fmt: skip
        assert carry_out(plan, tmp_path / "home").outcome.passed
        loaded_once(server, MODEL, OTHER)


def test_clarification_and_a_simulated_user_ask_the_model_as_it_is_loaded(tmp_path: Path) -> None:
    team = Team(samples(TO_EVEN, TO_EVEN, HALF_UP))

    def reply(call: ChatCall) -> Scripted:
        if call.title == "SimulatedAnswer":
            return Scripted('{"known": true, "answer": "Upwards"}')
        return team(call)

    reference = tmp_path / "reference.txt"
    reference.write_text("A half goes upwards.")
    with OllamaServer(reply) as server:
        plan = Plan(
            idea=ROUND, workflow="clarifygpt", host=server.address, out=str(tmp_path / "out"),
            options={"samples": 3, "inputs": 5}, num_ctx=8192,
        )  # fmt: skip
        user = answers_from(f"simulated:{reference}", plan=plan)
        assert carry_out(plan, tmp_path / "home", user).outcome.passed
        assert "SimulatedAnswer" in {call.title for call in server.requests}
        loaded_once(server, MODEL)


def test_a_bench_of_all_methods_loads_its_model_once(tmp_path: Path) -> None:
    isolated_or_skipped()

    async def carried_out(plan: BenchPlan) -> None:
        async with aclosing(Bench(plan, tmp_path / "bench").cells()) as cells:
            assert not [cell.error async for cell in cells if cell.error]

    with OllamaServer(anything(RIGHT)) as server:  # type: ignore[arg-type]
        asyncio.run(carried_out(BenchPlan((PROBLEM,), METHODS, model=MODEL, host=server.address, jobs=2)))
        loaded_once(server, MODEL)
