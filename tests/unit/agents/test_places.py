from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from agents.contracts import ChatMessage, ChatModel, ChatRequest, ModelOptions, ReplyPart
from agents.models.demo import DemoModel
from agents.models.ollama import OllamaModel
from agents.models.pool import OllamaPool
from agents.places import DISAPPOINTED, Places
from agents.received import ChatReply
from tests.support.ollama.scripted import ServedModel
from tests.support.ollama_server import OllamaServer

REPLY = ChatReply("Done.", prompt_tokens=1000, reading_seconds=2.5)


WORDS = [
    ChatRequest(
        "scripted:7b", (ChatMessage("system", f"You are {role}."),), ModelOptions(4096, num_predict=3000)
    )
    for role in ("Tester", "Programmer", "Code Reviewer")
]


def taken(places: Places, server: ChatModel, times: int = 2) -> None:
    async def take() -> None:
        for _ in range(times):
            await places.take(server, "scripted:7b")
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


def test_everybody_else_goes_to_the_place_of_the_first() -> None:
    """The first place is where a server puts whoever is like none of those that it holds."""
    places = Places()
    places.keep(["programmer", "code-reviewer"], WORDS)

    async def work(address: str) -> None:
        server = OllamaModel(address)
        await places.take(server, "scripted:7b")
        for role in ("Programmer", "Code Reviewer", "Nobody", "Else", "Programmer", "Code Reviewer"):
            said = (ChatMessage("system", f"You are {role}."), ChatMessage("user", role * 40))
            async for _ in server.chat(ChatRequest("scripted:7b", said, ModelOptions(4096))):
                pass
        await server.close()

    with OllamaServer() as server:
        asyncio.run(work(server.address))
    read = [call.prompt_tokens - call.cached_tokens for call in server.requests]
    assert server.placed[0].role == "Tester"
    assert min(read[:4]) > 30
    assert read[4:] == [1, 1]  # the last token, which is always read


def test_places_that_were_not_taken_to_the_end_are_taken_later() -> None:
    places = Places()
    places.keep(["cto/tester"], WORDS)

    async def work(address: str) -> None:
        server = OllamaModel(address)
        taking = asyncio.create_task(places.take(server, "scripted:7b"))
        await asyncio.sleep(0)
        taking.cancel()
        await asyncio.wait([taking])
        await places.take(server, "scripted:7b")
        await server.close()

    with OllamaServer() as server:
        asyncio.run(work(server.address))
        assert {call.role for call in server.placed} == {"Tester", "Programmer", "Code Reviewer"}


def test_a_server_that_answers_fewer_at_once_than_was_said_reads_one_after_the_other() -> None:
    places = Places()
    places.keep(["programmer", "code-reviewer"], WORDS)
    with OllamaServer() as server:
        pool = OllamaPool([OllamaModel(server.address)])
        pool.members[0].host.grants.settled = True
        taken(places, pool)
        assert [call.role for call in server.placed] == ["Tester", "Programmer", "Code Reviewer"]


def test_places_of_another_model_are_taken_when_that_is_first_asked() -> None:
    places, other = Places(), "other:7b"
    places.keep(["programmer", "code-reviewer"], [WORDS[0], replace(WORDS[1], model=other), WORDS[2]])
    with OllamaServer(models=[ServedModel(name) for name in (WORDS[0].model, other)], slots=1) as server:
        pool = OllamaPool([OllamaModel(server.address)])
        pool.expect(4)

        async def take() -> None:
            await places.take(pool, WORDS[0].model)
            assert {call.role for call in server.placed} == {"Tester", "Code Reviewer"}
            await places.take(pool, other)
            await pool.close()

        asyncio.run(take())
        assert server.placed[-1].role == "Programmer"
        assert [load.model for load in server.loads] == [WORDS[0].model, other]


def test_a_server_that_cannot_is_left_to_the_next_request() -> None:
    places = Places()
    places.keep([], WORDS)
    with OllamaServer() as server:
        address = server.address
    taken(places, OllamaModel(address, retry_delays=()))
    with OllamaServer() as later:
        taken(places, OllamaModel(later.address))
        assert not later.placed  # it was tried once


def test_nobody_else_than_a_server_with_a_cache_is_asked() -> None:
    places = Places()
    places.keep([], WORDS)
    asked: list[ChatRequest] = []

    class Watched(DemoModel):
        def chat(self, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
            asked.append(request)
            return super().chat(request)

    taken(places, Watched(0))
    assert not asked


def going_on(places: Places, seconds: list[float], agent: str = "tester") -> list[bool]:
    """A talk whose prompts grow by a tenth, each read in so many seconds; the first is read anew at 400/s."""
    said = [ChatMessage("system", "You are Tester."), ChatMessage("user", "x" * 10_000)]
    found = []
    for number, reading in enumerate(seconds):
        request = ChatRequest("m:7b", tuple(said), ModelOptions(16384))
        found.append(places.learn(agent, request, replace(REPLY, reading_seconds=reading)))
        said += [ChatMessage("assistant", "y" * 500), ChatMessage("user", f"{number} ".ljust(500, "z"))]
    return found


def test_talks_that_are_held_are_read_in_no_time_and_go_on() -> None:
    places = Places(frozenset(["tester"]))
    assert going_on(places, [2.5, 0.3, 0.2, 0.3, 0.2]) == [False] * 5
    assert places.kept


def test_talks_that_are_read_again_are_given_up_after_a_while() -> None:
    places = Places(frozenset(["tester", "programmer"]))
    assert going_on(places, [2.5, 2.5, 0.2, 2.4]) == [False, False, False, True]
    assert not places.kept
    assert DISAPPOINTED == 2


def test_whoever_has_no_place_says_nothing_about_them() -> None:
    places = Places(frozenset(["tester"]))
    assert going_on(places, [2.5] * 5, "programmer") == [False] * 5
    assert places.kept


def test_a_server_that_does_not_say_how_long_it_read_is_believed() -> None:
    places = Places(frozenset(["tester"]))
    assert going_on(places, [0.0] * 5) == [False] * 5
    assert places.kept


def test_a_turn_that_the_user_took_was_not_read_by_the_server() -> None:
    said = (ChatMessage("system", "You are Tester."), ChatMessage("user", "x" * 1_000))
    longer = (*said, ChatMessage("assistant", "y"), ChatMessage("user", "z" * 10_000))
    longest = (*longer, ChatMessage("assistant", "y"), ChatMessage("user", "z"))
    places = Places(frozenset(["tester"]))
    replies = [(said, REPLY), (longer, ChatReply("Mine.")), (longest, REPLY)]
    for _ in range(DISAPPOINTED):
        for messages, reply in replies:
            assert not places.learn("tester", ChatRequest("m:7b", messages, ModelOptions(16384)), reply)
    assert places.kept
