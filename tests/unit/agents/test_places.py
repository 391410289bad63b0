from __future__ import annotations

import asyncio

from agents.contracts import ChatMessage, ChatModel, ChatRequest, ModelOptions
from agents.models.demo import DemoModel
from agents.models.ollama import OllamaModel
from agents.places import Places
from tests.support.ollama_server import OllamaServer

WORDS = [
    ChatRequest(
        "scripted:7b", (ChatMessage("system", f"You are {role}."),), ModelOptions(4096, num_predict=3000)
    )
    for role in ("Tester", "Programmer", "Code Reviewer")
]


def taken(places: Places, server: ChatModel, times: int = 2) -> None:
    async def take() -> None:
        for _ in range(times):
            await places.take(server)
        await server.close()

    asyncio.run(take())


def test_each_place_is_taken_once_with_one_token_written() -> None:
    places = Places()
    places.keep(["cto/tester"], WORDS)
    with OllamaServer() as server:
        taken(places, OllamaModel(server.address))
    assert {call.role for call in server.placed} == {"Tester", "Programmer", "Code Reviewer"}
    assert {call.num_ctx for call in server.placed} == {4096}
    assert places.kept == {"cto/tester"}
    assert not server.requests


def test_a_server_that_cannot_is_left_to_the_next_request() -> None:
    places = Places()
    places.keep([], WORDS)
    with OllamaServer() as server:
        address = server.address
    taken(places, OllamaModel(address, retry_delays=()))


def test_nobody_else_than_a_server_with_a_cache_is_asked() -> None:
    places = Places()
    places.keep([], WORDS)
    taken(places, DemoModel(0))
