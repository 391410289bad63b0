from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.errors import ModelFailed, ServerBusy
from agents.measuring import MOST, STEPS, Measured, Step, measure
from agents.models.admission import Ticket
from agents.models.hosts import Hosts
from agents.models.ollama import OllamaModel
from agents.models.pool import OllamaPool
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer


def slowly(call: ChatCall) -> Scripted:
    """Replies whose pieces come one after another, as a model writes them."""
    return Scripted("1 2 3 4 5 6 7 8 9 10 11 12", chunk=2, delay=0.01)


def measured(server: OllamaServer, home: Path) -> Measured:
    async def work() -> Measured:
        pool = OllamaPool([OllamaModel(server.address)], Hosts(home))
        try:
            return await measure(pool)
        finally:
            await pool.close()

    return asyncio.run(work())


@pytest.mark.parametrize("parallel", [1, 3])
def test_how_many_are_answered_at_once_is_found_and_remembered(parallel: int, tmp_path: Path) -> None:
    with OllamaServer(slowly, parallel=parallel) as server:
        found = measured(server, tmp_path)
        assert Hosts(tmp_path).of(server.address).figures.at_once == parallel
    assert found.at_once == parallel
    assert found.reading > 0
    assert found.writing > 0


def test_no_more_are_tried_than_a_few(tmp_path: Path) -> None:
    with OllamaServer(slowly, parallel=64) as server:
        assert measured(server, tmp_path).at_once <= MOST


def test_the_model_is_loaded_once_with_the_context_of_a_run(tmp_path: Path) -> None:
    with OllamaServer(slowly, [ServedModel("coder:7b", context=8192)], parallel=2) as server:
        found = measured(server, tmp_path)
    assert (found.model, found.num_ctx) == ("coder:7b", 8192)
    assert {call.num_ctx for call in server.requests} == {8192}


def test_what_was_remembered_does_not_hide_a_server_that_was_set_up_anew(tmp_path: Path) -> None:
    with OllamaServer(slowly, parallel=3) as server:
        assert measured(server, tmp_path).at_once == 3
        address = server.address
    with OllamaServer(slowly, parallel=1, port=int(address.rpartition(":")[2])) as server:
        assert measured(server, tmp_path).at_once == 1


def test_each_step_is_told_as_it_begins(tmp_path: Path) -> None:
    told: list[Step] = []

    async def work(address: str) -> None:
        pool = OllamaPool([OllamaModel(address)], Hosts(tmp_path))
        await measure(pool, tell=told.append)
        await pool.close()

    with OllamaServer(slowly, parallel=2) as server:
        asyncio.run(work(server.address))
    assert [(step.what, step.at_once) for step in told] == [
        ("loading", 1),
        ("speed", 1),
        ("at_once", 2),
        ("at_once", 3),
    ]
    assert [step.number for step in told] == [1, 2, 3, 4]
    assert MOST + 1 == STEPS


def test_what_was_known_holds_where_the_counting_fails(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        return Scripted(fault="http_error") if "Count from" in call.prompt else slowly(call)

    hosts = Hosts(tmp_path)

    async def work(address: str) -> None:
        pool = OllamaPool([OllamaModel(address)], hosts)
        hosts.of(address).grants.at_once, hosts.of(address).grants.settled = 4, True
        try:
            await measure(pool)
        finally:
            await pool.close()

    with OllamaServer(reply) as server:
        with pytest.raises(ModelFailed, match="Measure again"):
            asyncio.run(work(server.address))
        assert Hosts(tmp_path).of(server.address).grants.at_once == 4


def test_a_server_that_a_run_asks_is_not_measured(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)

    async def work(address: str) -> None:
        pool = OllamaPool([OllamaModel(address)], hosts)
        hosts.of(address).queue._enter(Ticket(("one:7b", 4096), "a run's"))
        try:
            await measure(pool)
        finally:
            await pool.close()

    with OllamaServer(slowly) as server, pytest.raises(ServerBusy, match="when the run has ended"):
        asyncio.run(work(server.address))
