"""Asking an Ollama server in a test: the real provider, impatient."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from agents.contracts import ChatMessage, ChatRequest, FinalPart, ModelOptions, ReplyPart, TextPart
from agents.models.ollama import OllamaModel
from tests.support.ollama_server import OllamaServer

NAME = "scripted:7b"
ResultT = TypeVar("ResultT")


def request(text: str = "Say something.", *, num_ctx: int = 8192, **fields: Any) -> ChatRequest:
    """A request of a programmer; further fields of `ModelOptions` and `ChatRequest` by name."""
    chosen = {
        name: fields.pop(name) for name in ("temperature", "seed", "num_predict", "stop") if name in fields
    }
    messages = (ChatMessage("system", "You are Programmer. Write code."), ChatMessage("user", text))
    defaults: dict[str, Any] = {"model": NAME, "messages": messages}
    return ChatRequest(options=ModelOptions(num_ctx, **chosen), **(defaults | fields))


@asynccontextmanager
async def provider(server: OllamaServer | str, **settings: Any) -> AsyncIterator[OllamaModel]:
    """The provider on a server, closed at the end."""
    address = server if isinstance(server, str) else server.address
    defaults: dict[str, Any] = {"retry_delays": (0.01, 0.01), "gap_seconds": 5.0, "environment": {}}
    model = OllamaModel(address, **(defaults | settings))
    try:
        yield model
    finally:
        await model.close()


def ask(server: OllamaServer | str, *requests: ChatRequest, **settings: Any) -> list[ReplyPart]:
    """The parts of the reply to the last of the requests, which are made one after the other."""

    async def asking(model: OllamaModel) -> list[ReplyPart]:
        parts: list[ReplyPart] = []
        for one in requests or (request(),):
            parts = [part async for part in model.chat(one)]
        return parts

    return using(server, asking, **settings)


def using(
    server: OllamaServer | str, work: Callable[[OllamaModel], Awaitable[ResultT]], **settings: Any
) -> ResultT:
    """Run something that needs a provider."""

    async def within() -> ResultT:
        async with provider(server, **settings) as model:
            return await work(model)

    return asyncio.run(within())


def text_of(parts: list[ReplyPart], *, thinking: bool = False) -> str:
    """The reply's text, or its thinking."""
    texts = [part for part in parts if isinstance(part, TextPart)]
    return "".join(part.text for part in texts if part.thinking == thinking)


def end_of(parts: list[ReplyPart]) -> FinalPart:
    """The last part of a reply."""
    assert isinstance(parts[-1], FinalPart)
    return parts[-1]
