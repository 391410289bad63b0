"""Several scripted servers behind one pool, and what is asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, aclosing, contextmanager

from agents.contracts import ChatMessage, ChatRequest, ModelOptions, TextPart
from agents.models.ollama import OllamaModel
from agents.models.pool import OllamaPool
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer

MODEL, OTHER = "one:7b", "other:7b"


def request(*texts: str, model: str = MODEL) -> ChatRequest:
    """A talk with the user's and the model's texts in turn."""
    said = [ChatMessage("user" if at % 2 == 0 else "assistant", text) for at, text in enumerate(texts)]
    return ChatRequest(model, (ChatMessage("system", "You are Programmer."), *said), ModelOptions(4096))


@contextmanager
def two_servers() -> Iterator[tuple[OllamaServer, OllamaServer]]:
    """Two servers that say which they are; both have the first model, the second one has another as well."""
    with ExitStack() as held:
        first = held.enter_context(OllamaServer("first", [ServedModel(MODEL)]))
        second = OllamaServer("second", [ServedModel(MODEL, context=8192), ServedModel(OTHER)])
        yield first, held.enter_context(second)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def play(
    servers: tuple[OllamaServer, ...],
    work: Callable[[OllamaPool], Awaitable[None]],
    clock: Callable[[], float] | None = None,
    doubt: float = 1.0,
) -> None:
    """Carry `work` out with a pool of these servers; `doubt` is how long it believes in a silent one."""

    async def within() -> None:
        models = [OllamaModel(server.address, retry_delays=()) for server in servers]
        pool = OllamaPool(models, clock=clock or Clock(), doubt=doubt)
        try:
            await work(pool)
        finally:
            await pool.close()

    asyncio.run(within())


async def asked(pool: OllamaPool, wanted: ChatRequest) -> str:
    """The reply to a request."""
    async with aclosing(pool.chat(wanted)) as parts:
        return "".join([part.text async for part in parts if isinstance(part, TextPart)])


def slowly(_: ChatCall) -> Scripted:
    """A reply that takes its time."""
    return Scripted("a reply that takes its time " * 8, delay=0.005)


async def many(pool: OllamaPool, *wanted: ChatRequest) -> list[str]:
    """The replies to requests that are made at once."""
    return list(await asyncio.gather(*(asked(pool, one) for one in wanted)))
