"""How fast a server is with a model, and how many requests it answers at once, measured on demand [ours].

A run learns both from what it asks anyway. Whoever has just set a server up, or has changed
`OLLAMA_NUM_PARALLEL`, need not wait for that: a load, one prompt that is read and answered, and a few short
requests at the same time tell it within a minute. It is remembered for the next run (`agents.models.hosts`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from agents.cast import choose
from agents.contracts import ChatMessage, ChatRequest, FinalPart, ModelOptions
from agents.errors import ModelFailed, ServerBusy
from agents.models.pool import OllamaPool
from agents.together import together

READ = 400  # lines of the prompt whose reading is measured: some 3,000 tokens
WRITTEN = 96  # tokens of its reply
COUNTED = 48  # tokens of each request that is made at the same time as others
MOST = 8  # requests at the same time that are tried
STEPS = MOST + 1  # the load, the speed, two to eight requests at once


@dataclass(frozen=True, slots=True)
class Measured:
    """Tokens a second, the seconds of the load (0 where the model was loaded), requests at once."""

    model: str
    num_ctx: int
    loading: float
    reading: float
    writing: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is measured now: the `number` of `STEPS` (the last ones may not be needed), requests at once."""

    what: Literal["loading", "speed", "at_once"]
    model: str
    number: int
    at_once: int = 1


def _untold(step: Step) -> None:
    """Nobody wants to know how far it is."""


async def measure(
    server: OllamaPool, model: str = "", num_ctx: int = 0, tell: Callable[[Step], None] = _untold
) -> Measured:
    """Measure one server with a model (empty: the one that a run would choose), with a run's context.

    `tell` hears of each step as it begins. Ended before its end, what was known of the server still holds.
    The errors are those of `OllamaPool.chat`, and `ServerBusy` while somebody of this program asks it.
    """
    if server.busy:
        raise ServerBusy(
            "The server is being asked by a run, which would spoil the figures.",
            "Measure it when the run has ended.",
        )
    cast = await choose(server, model, {}, num_ctx)
    try:
        return await _measured(server, cast.default, cast.context(cast.default), tell)
    except ModelFailed as error:
        if type(error) is not ModelFailed:
            raise
        hint = "Measure again; if it fails again, look into the log of `ollama serve`."
        raise ModelFailed(error.message, hint, error.detail) from error


async def _measured(server: OllamaPool, name: str, context: int, tell: Callable[[Step], None]) -> Measured:
    tell(Step("loading", name, 1))
    began = time.monotonic()
    await server.preload(name, context)
    loading = time.monotonic() - began
    tell(Step("speed", name, 2))
    new = "\n".join(f"{number}. {uuid4().hex[:8]}" for number in range(READ))  # nobody read it before
    whole = await _asked(server, name, context, f"{new}\nSay these lines again.", WRITTEN)
    with server.counting_anew():
        for tried in range(2, MOST + 1):
            tell(Step("at_once", name, tried + 1, tried))
            short = [f"{uuid4().hex[:8]} Count from 1 to 100." for _ in range(tried)]
            await together([_asked(server, name, context, prompt, COUNTED) for prompt in short])
            if server.at_once < tried:
                break
    return Measured(
        model=name,
        num_ctx=context,
        loading=loading if loading > 1 else 0.0,
        reading=_speed(whole.prompt_tokens, whole.reading_seconds),
        writing=_speed(whole.output_tokens, whole.writing_seconds),
        at_once=server.at_once,
    )


async def _asked(server: OllamaPool, model: str, num_ctx: int, prompt: str, most: int) -> FinalPart:
    """The figures of one reply of at most so many tokens."""
    request = ChatRequest(
        model, (ChatMessage("user", prompt),), ModelOptions(num_ctx, temperature=0.0, num_predict=most)
    )
    final = FinalPart()
    async for part in server.chat(request):
        if isinstance(part, FinalPart):
            final = part
    return final


def _speed(tokens: int, seconds: float) -> float:
    return tokens / seconds if seconds > 0 else 0.0
