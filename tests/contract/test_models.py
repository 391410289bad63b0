"""What every registered kind of model server promises; a new kind adds itself to `KINDS`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import pytest

from agents.contracts import (
    ChatMessage,
    ChatModel,
    ChatRequest,
    FinalPart,
    LoadingPart,
    ModelOptions,
    ReplyPart,
    TakenPart,
    TextPart,
    ToolCallPart,
)
from agents.errors import ModelNotFound, UserFacingError
from agents.models.demo import DEMO_LABEL, recordings
from agents.registry import model_kinds
from tests.support.ollama_server import OllamaServer, ServedModel

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Ready:
    """A kind that can be asked now: what its `build` takes, one of its models, and a request that it answers.

    `typed` is a request with a format that it answers too, or None where the kind has none.
    """

    address: str
    request: ChatRequest
    typed: ChatRequest | None


MakeReady: TypeAlias = Callable[[], AbstractContextManager[Ready]]

PLAN = {"title": "Plan", "type": "object", "properties": {"steps": {"type": "array"}}, "required": ["steps"]}


@contextmanager
def ollama_ready() -> Iterator[Ready]:
    messages = (ChatMessage("system", "You are Programmer."), ChatMessage("user", "Say something."))
    request = ChatRequest("contract:1b", messages, ModelOptions(num_ctx=4096))
    served = ServedModel("contract:1b", capabilities=("completion", "embedding"))
    reply = "Here is something that takes several lines on the wire."
    with OllamaServer(lambda call: '{"steps": []}' if call.format else reply, [served]) as server:
        yield Ready(server.address, request, replace(request, format=PLAN))


@contextmanager
def pool_ready() -> Iterator[Ready]:
    with ollama_ready() as one, ollama_ready() as other:
        yield replace(one, address=f"{one.address},{other.address}")


@contextmanager
def demo_ready() -> Iterator[Ready]:
    def request(form: bool) -> ChatRequest:
        recorded = next(reply for reply in recordings()[0].replies if bool(reply.form) == form)
        messages = (ChatMessage("system", f"You are {recorded.role}."), ChatMessage("user", recorded.when))
        schema = {"title": recorded.form} if form else None
        return ChatRequest(DEMO_LABEL, messages, ModelOptions(num_ctx=4096), schema)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TROUPE_DEMO_SPEED", "0")
        yield Ready("", request(form=False), request(form=True))


KINDS: list[tuple[str, MakeReady]] = [
    ("demo", demo_ready),
    ("ollama", ollama_ready),
    ("ollama", pool_ready),
]

every_kind = pytest.mark.parametrize(("name", "make"), KINDS, ids=["demo", "ollama", "several"])


def run(name: str, ready: Ready, work: Callable[[ChatModel], Awaitable[ResultT]]) -> ResultT:
    async def within() -> ResultT:
        model = model_kinds()[name].build(ready.address)
        try:
            return await work(model)
        finally:
            await model.close()

    return asyncio.run(within())


async def collected(model: ChatModel, request: ChatRequest) -> list[ReplyPart]:
    async with aclosing(model.chat(request)) as parts:
        received = [part async for part in parts]
    assert not any(isinstance(part, TakenPart) for part in received[1:])
    return [part for part in received if not isinstance(part, TakenPart)]


def said(parts: list[ReplyPart]) -> str:
    return "".join(part.text for part in parts if isinstance(part, TextPart) and not part.thinking)


def test_every_registered_kind_is_held_to_this() -> None:
    assert {name for name, _ in KINDS} == set(model_kinds())


@every_kind
def test_it_has_its_name_and_a_label(name: str, make: MakeReady) -> None:
    with make() as ready:
        model = model_kinds()[name].build(ready.address)
        assert model.name == name
        assert model.label


@every_kind
def test_a_reply_is_parts_in_order_with_one_end(name: str, make: MakeReady) -> None:
    with make() as ready:
        parts = run(name, ready, lambda model: collected(model, ready.request))
    assert isinstance(parts[-1], FinalPart)
    assert sum(isinstance(part, FinalPart) for part in parts) == 1
    assert not any(isinstance(part, LoadingPart) for part in parts[1:])
    assert all(isinstance(part, TextPart | ToolCallPart | LoadingPart) for part in parts[:-1])
    assert said(parts)
    end = parts[-1]
    assert min(end.prompt_tokens, end.output_tokens) >= 0
    assert min(end.seconds, end.loading_seconds, end.reading_seconds, end.writing_seconds) >= 0.0


@every_kind
def test_the_same_request_can_be_made_again(name: str, make: MakeReady) -> None:
    async def twice(model: ChatModel) -> list[str]:
        return [said(await collected(model, ready.request)) for _ in range(2)]

    with make() as ready:
        first, second = run(name, ready, twice)
    assert first
    assert second


@every_kind
def test_a_format_is_kept(name: str, make: MakeReady) -> None:
    with make() as ready:
        typed = ready.typed
        if typed is None:
            pytest.skip("this kind has no replies with a format")
        parts = run(name, ready, lambda model: collected(model, typed))
    assert isinstance(json.loads(said(parts)), dict)


@every_kind
def test_a_reply_can_be_left_at_any_part_and_the_next_one_is_whole(name: str, make: MakeReady) -> None:
    async def leaving(model: ChatModel) -> list[ReplyPart]:
        parts = 0
        async with aclosing(model.chat(ready.request)) as reply:
            async for _ in reply:
                parts += 1
        for last in range(1, min(parts, 5)):
            async with aclosing(model.chat(ready.request)) as reply:
                for _ in range(last):
                    await anext(reply)
        return await collected(model, ready.request)

    with make() as ready:
        assert isinstance(run(name, ready, leaving)[-1], FinalPart)


@every_kind
def test_cancelling_leaves_the_model_usable(name: str, make: MakeReady) -> None:
    async def cancelling(model: ChatModel) -> list[ReplyPart]:
        asked = asyncio.create_task(collected(model, ready.request))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        return await collected(model, ready.request)

    with make() as ready:
        assert isinstance(run(name, ready, cancelling)[-1], FinalPart)


@every_kind
def test_several_are_answered_at_once(name: str, make: MakeReady) -> None:
    async def together(model: ChatModel) -> list[list[ReplyPart]]:
        return list(await asyncio.gather(*(collected(model, ready.request) for _ in range(4))))

    with make() as ready:
        replies = run(name, ready, together)
    assert all(isinstance(parts[-1], FinalPart) for parts in replies)


@every_kind
def test_its_models_are_listed_and_described(name: str, make: MakeReady) -> None:
    with make() as ready:
        listed = run(name, ready, lambda model: model.models())
        info = run(name, ready, lambda model: model.describe(ready.request.model))
    assert ready.request.model in {found.name for found in listed}
    assert info.name == ready.request.model
    assert info.context >= ready.request.options.num_ctx
    assert "completion" in info.capabilities
    assert min(info.size, info.loaded) >= 0


@every_kind
def test_a_model_that_is_not_there_is_named(name: str, make: MakeReady) -> None:
    missing = "no-such-model:1b"
    with make() as ready:
        with pytest.raises(ModelNotFound, match=missing) as caught:
            run(name, ready, lambda model: model.describe(missing))
    assert caught.value.hint


@every_kind
def test_texts_are_embedded_or_refused_in_words(name: str, make: MakeReady) -> None:
    with make() as ready:
        try:
            vectors = run(name, ready, lambda model: model.embed(ready.request.model, ["one", "two words"]))
        except UserFacingError as error:
            assert error.hint
            return
    assert len(vectors) == 2
    assert len({len(vector) for vector in vectors}) == 1


@every_kind
def test_closing_twice_is_as_good_as_once(name: str, make: MakeReady) -> None:
    async def closing(model: ChatModel) -> None:
        await collected(model, ready.request)
        await model.close()
        await model.close()

    with make() as ready:
        run(name, ready, closing)
