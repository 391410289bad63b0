from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.measuring import MOST, Measured, measure
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
