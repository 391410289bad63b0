"""The provider before a server that fails, and the server's view of a client that goes away."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import aclosing

import pytest

from agents.contracts import LoadingPart, ReplyPart, TextPart
from agents.errors import (
    EndlessReply,
    ModelFailed,
    ModelNotFound,
    ModelTooLarge,
    ServerBusy,
    ServerUnreachable,
    StreamCut,
    UserFacingError,
)
from agents.models.ollama import OllamaModel
from tests.support.asking import NAME, ask, end_of, provider, request, text_of, using
from tests.support.ollama_server import OllamaServer, Scripted, ServedModel, eventually

LONG = "A reply that is long enough to be cut somewhere in its middle. " * 4


def failure(server: OllamaServer, kind: type[UserFacingError], **settings: float) -> UserFacingError:
    with pytest.raises(kind) as caught:
        ask(server, **settings)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    return caught.value


# --- before the reply --------------------------------------------------------------------------------


def test_a_server_that_is_down() -> None:
    with OllamaServer() as server:
        server.down = True
        error = failure(server, ServerUnreachable)
    assert "ollama serve" in error.hint
    assert error.exit_code == 3


def test_a_server_that_comes_up_while_it_is_waited_for() -> None:
    async def asking(model: OllamaModel) -> list[ReplyPart]:
        asked = asyncio.create_task(_collected(model))
        await asyncio.sleep(0.05)
        server.down = False
        return await asked

    with OllamaServer("Here.") as server:
        server.down = True
        assert text_of(using(server, asking, retry_delays=(0.05,) * 40)) == "Here."


def test_a_busy_server_is_asked_again_and_then_given_up() -> None:
    with OllamaServer("Here.") as server:
        server.busy = 2
        assert text_of(ask(server)) == "Here."
        server.busy = 100
        failure(server, ServerBusy)
        assert server.busy == 97
    assert len(server.requests) == 1


def test_a_model_that_is_not_there() -> None:
    with OllamaServer(models=()) as server:
        error = failure(server, ModelNotFound)
        assert NAME in error.message
        assert f"troupe models pull {NAME}" in error.hint
        with pytest.raises(ModelNotFound):
            using(server, lambda model: model.describe(NAME))
    assert error.exit_code == 3


def test_other_refusals_have_the_servers_own_words() -> None:
    with OllamaServer() as server:
        server.fault = "http_error"
        error = failure(server, ModelFailed)
    assert "llama runner process has terminated" in error.message
    assert "ollama serve" in error.hint
    assert len(server.requests) == 1


def test_a_model_that_does_not_fit_is_named_with_its_size_and_asked_for_once() -> None:
    with OllamaServer() as server:
        server.too_large.add(NAME)
        error = failure(server, ModelTooLarge)
    assert f"{NAME} (4.7 GB, with a context of 8,192 tokens) does not fit" in error.message
    assert "more system memory (9.1 GiB)" in error.message
    assert "smaller model or a smaller context" in error.hint
    assert (server.refused_loads, len(server.requests)) == (1, 0)


def test_what_is_not_ollama_is_told_apart() -> None:
    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        await writer.drain()
        writer.close()

    async def asking() -> None:
        listening = await asyncio.start_server(hello, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with listening, provider(f"127.0.0.1:{port}") as model:
            await model.running()

    with pytest.raises(ModelFailed, match="is not a reply of Ollama"):
        asyncio.run(asking())


def test_a_server_that_takes_the_connection_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.models._ollama.connection._FACTS_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(ServerUnreachable, match="does not answer"):
            using(f"127.0.0.1:{silent.getsockname()[1]}", lambda model: model.running())


def test_an_address_where_there_is_something_else_has_no_version() -> None:
    with OllamaServer() as server, pytest.raises(ServerUnreachable):
        using(f"{server.address}/elsewhere", lambda model: model.running())


# --- in the middle of the reply ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("error_line", ModelFailed, "an error was encountered while running the model"),
        ("garbage", ModelFailed, "not a reply of Ollama"),
        ("cut", StreamCut, "broke in the middle"),
        ("no_done", StreamCut, "ended in the middle"),
    ],
)
def test_a_reply_that_breaks_is_named_and_not_asked_for_again(
    fault: str, kind: type[UserFacingError], words: str
) -> None:
    with OllamaServer(LONG) as server:
        server.fault = fault
        assert words in failure(server, kind).message
    assert len(server.requests) == 1


def test_the_server_going_down_in_the_middle_cuts_the_reply() -> None:
    async def asking(model: OllamaModel) -> None:
        async with aclosing(model.chat(request())) as parts:
            async for part in parts:
                if isinstance(part, TextPart):
                    server.down = True

    with OllamaServer(lambda _: Scripted(LONG, delay=0.05)) as server:
        with pytest.raises(StreamCut):
            using(server, asking)


def test_silence_within_a_reply_is_bounded() -> None:
    with OllamaServer(LONG) as server:
        server.fault = "hang"
        error = failure(server, StreamCut, gap_seconds=0.1)
        assert "0.1 seconds" in error.message
        assert asyncio.run(eventually(lambda: server.disconnects == 1))


@pytest.mark.parametrize("at", ["load", "reply"])
def test_a_server_that_dies_without_a_word_is_not_waited_for(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.models._ollama.connection._FACTS_SECONDS", 0.2)

    async def asking(model: OllamaModel) -> None:
        replied = asyncio.create_task(_collected(model))
        asked_for = ["/api/chat"] * (1 if at == "load" else 2)
        assert await eventually(lambda: [v.path for v in server.visits if v.path == "/api/chat"] == asked_for)
        server.frozen = True
        with pytest.raises(ServerUnreachable, match="does not answer"):
            await replied

    with OllamaServer() as server:
        server.frozen_at = at
        using(server, asking, look_seconds=0.01)


def test_a_server_that_dies_while_a_model_is_loaded_ahead_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.models._ollama.connection._FACTS_SECONDS", 0.2)

    async def asking(model: OllamaModel) -> None:
        loading = asyncio.create_task(model.preload(NAME, 4096))
        assert await eventually(lambda: any(visit.path == "/api/chat" for visit in server.visits))
        server.frozen = True
        with pytest.raises(ServerUnreachable, match="does not answer"):
            await loading

    with OllamaServer(models=[ServedModel(NAME)]) as server:
        server.frozen_at = "load"
        using(server, asking, look_seconds=0.01)


def test_a_reply_may_be_long_in_coming_from_a_server_that_lives() -> None:
    with OllamaServer(lambda _: Scripted("Here.", wait=0.2)) as server:
        assert text_of(ask(server, look_seconds=0.01)) == "Here."
        assert sum(visit.path == "/api/version" for visit in server.visits) > 3


def test_an_endless_reply_is_ended_and_the_server_sees_it() -> None:
    with OllamaServer(lambda _: Scripted("and again the same line\n", fault="endless", chunk=100)) as server:
        error = failure(server, EndlessReply)
        assert "repeating" in error.message
        assert asyncio.run(eventually(lambda: server.disconnects == 1))


def test_the_model_is_asked_again_after_a_failure() -> None:
    with OllamaServer("Here.") as server:
        server.fault = "cut"
        failure(server, StreamCut)
        server.fault = ""
        assert text_of(ask(server)) == "Here."


# --- going away --------------------------------------------------------------------------------------


def test_closing_the_generator_ends_the_generation_at_once() -> None:
    async def asking(model: OllamaModel) -> float:
        async with aclosing(model.chat(request())) as parts:
            async for part in parts:
                if isinstance(part, TextPart):
                    break
        closed = time.monotonic()
        assert await eventually(lambda: server.disconnects == 1)
        return time.monotonic() - closed

    with OllamaServer(lambda _: Scripted(LONG, delay=1.0)) as server:
        assert using(server, asking) < 0.5


@pytest.mark.parametrize("when", ["loading", "before the first word", "in the middle"])
def test_cancelling_the_task_ends_the_generation_at_once(when: str) -> None:
    async def asking(model: OllamaModel) -> float:
        server.slow_load = 5.0 if when == "loading" else 0.0
        asked = asyncio.create_task(_collected(model))
        asked_for = ["/api/chat"] * (1 if when == "loading" else 2)
        assert await eventually(lambda: [visit.path for visit in server.visits][3:] == asked_for)
        await asyncio.sleep(0.05)
        asked.cancel()
        cancelled = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert await eventually(lambda: server.disconnects == 1)
        return time.monotonic() - cancelled

    wait = 5.0 if when == "before the first word" else 0.0
    with OllamaServer(lambda _: Scripted(LONG, wait=wait, delay=1.0)) as server:
        assert using(server, asking) < 0.5
        assert server.aborted_loads == (1 if when == "loading" else 0)


def test_others_go_on_when_one_goes_away() -> None:
    async def asking(model: OllamaModel) -> list[str]:
        tasks = [asyncio.create_task(_collected(model)) for _ in range(8)]
        assert await eventually(lambda: len(server.requests) == 8)
        tasks[0].cancel()
        replies = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(replies[0], asyncio.CancelledError)
        return [text_of(reply) for reply in replies[1:] if isinstance(reply, list)]

    with OllamaServer(lambda _: Scripted(LONG, delay=0.01)) as server:
        assert using(server, asking) == [LONG] * 7
        assert len(server.loads) == 1
        assert server.disconnects == 1


def test_a_connection_is_used_again_after_a_whole_reply() -> None:
    with OllamaServer() as server:
        assert end_of(ask(server, request(), request())).output_tokens == 1
    assert server.disconnects == 0


def test_giving_up_while_it_is_loading_asks_for_nothing() -> None:
    async def asking(model: OllamaModel) -> None:
        async with aclosing(model.chat(request())) as parts:
            assert isinstance(await anext(parts), LoadingPart)

    with OllamaServer(models=[ServedModel(NAME)]) as server:
        using(server, asking)
    assert server.loads == []


async def _collected(model: OllamaModel) -> list[ReplyPart]:
    return [part async for part in model.chat(request())]
