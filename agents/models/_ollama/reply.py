"""Reading one reply from its stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from agents.contracts import FinalPart, ReplyPart, TextPart, ToolCall, ToolCallPart
from agents.errors import ModelFailed, StreamCut

if TYPE_CHECKING:
    from ollama import ChatResponse

_NANOSECONDS = 1e9
_END_OF_BODY_SECONDS = 1.0


async def next_line(
    stream: AsyncGenerator[ChatResponse, None], model: str, gap_seconds: float
) -> ChatResponse | None:
    """The next line, or None at the end of the stream; `StreamCut` when none comes for `gap_seconds`."""
    try:
        async with asyncio.timeout(gap_seconds):
            return await anext(stream, None)
    except TimeoutError as error:
        raise StreamCut(
            f"{model} was to reply and said nothing for {gap_seconds:g} seconds.",
            "Continue the run to ask again; if it happens again, restart the Ollama server.",
        ) from error


async def read_to_end(stream: AsyncGenerator[ChatResponse, None]) -> None:
    """Read the end of the body, so that the connection can be used again; the reply is whole without it."""
    with suppress(TimeoutError, ModelFailed):
        async with asyncio.timeout(_END_OF_BODY_SECONDS):
            await anext(stream, None)


def ended_early(model: str, address: str) -> StreamCut:
    """The stream ended properly, but the reply in it did not."""
    return StreamCut(
        f"The reply of {model} ended in the middle: the server at {address} closed it.",
        "Continue the run to ask again; if it happens again, look into the log of `ollama serve`.",
    )


def parts_of(line: ChatResponse) -> Iterator[ReplyPart]:
    """What one line of a reply brings; probabilities belong to the text, or else to the thinking."""
    message = line.message
    logprobs = tuple(token.logprob for token in line.logprobs or ())
    if message.thinking:
        yield TextPart(message.thinking, thinking=True, logprobs=() if message.content else logprobs)
    if message.content:
        yield TextPart(message.content, logprobs=logprobs)
    for call in message.tool_calls or ():
        yield ToolCallPart(ToolCall(call.function.name, dict(call.function.arguments)))


def final_part(line: ChatResponse, *, prompt_cut: bool) -> FinalPart:
    """The server's figures from the last line, in seconds; those that are zero are not on the wire."""
    return FinalPart(
        prompt_tokens=line.prompt_eval_count or 0,
        output_tokens=line.eval_count or 0,
        seconds=(line.total_duration or 0) / _NANOSECONDS,
        loading_seconds=(line.load_duration or 0) / _NANOSECONDS,
        reading_seconds=(line.prompt_eval_duration or 0) / _NANOSECONDS,
        writing_seconds=(line.eval_duration or 0) / _NANOSECONDS,
        truncated=line.done_reason == "length",
        prompt_cut=prompt_cut,
    )
