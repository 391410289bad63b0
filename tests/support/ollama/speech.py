"""Requests for replies, replies and models as they are on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any, TypeAlias

from tests.support.ollama.http import HttpRequest
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel, count_tokens

Line: TypeAlias = dict[str, Any]

READS, WRITES = 400.0, 35.0  # tokens a second
_MOST_LINES = 200_000


def read_call(request: HttpRequest) -> ChatCall:
    """A request for a reply, from either of its two forms."""
    body = request.json()
    messages = list(body.get("messages") or [])
    if request.path == "/api/generate" and body.get("prompt"):
        system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
        messages = [*system, {"role": "user", "content": body["prompt"]}]
    return ChatCall(
        model=body.get("model", ""),
        messages=[{"content": ""} | message for message in messages],
        options=body.get("options") or {},
        format=body.get("format"),
        think=body.get("think"),
        tools=body.get("tools") or [],
        keep_alive=body.get("keep_alive"),
        stream=body.get("stream", True),
        logprobs=bool(body.get("logprobs")),
        path=request.path,
        headers=request.headers,
    )


def shaped(scripted: Scripted, call: ChatCall) -> Scripted:
    """The reply as the faults of the model itself, the options and `think` leave it."""
    content, thinking, reason = scripted.content, scripted.thinking, scripted.done_reason
    if scripted.fault == "empty":
        content, thinking = "", ""
    elif scripted.fault == "invalid_json":
        content = '{"half": [1, 2,'
    elif scripted.fault == "truncated":
        content, reason = content[: len(content) // 2], "length"
    if call.think is False:
        thinking = ""
    stops = [at for mark in call.options.get("stop") or () if (at := content.find(mark)) >= 0]
    content = content[: min(stops)] if stops else content
    limit = int(call.options.get("num_predict", -1)) * 4
    if 0 < limit < len(content):
        content, reason = content[:limit], "length"
    return Scripted(
        content,
        thinking,
        scripted.tool_calls,
        reason,
        scripted.fault,
        scripted.wait,
        scripted.delay,
        scripted.chunk,
        scripted.logprob,
    )


def lines(call: ChatCall, scripted: Scripted) -> Iterator[Line]:
    """The lines before the last one: thinking, text, tool calls."""
    for piece in _pieces(scripted.thinking, scripted.chunk):
        yield _line(call, {"content": "", "thinking": piece})
    pieces = list(_pieces(scripted.content, scripted.chunk))
    if scripted.fault == "endless":
        for _, piece in zip(range(_MOST_LINES), cycle(pieces or ["and so on "]), strict=False):
            yield _line(call, {"content": piece})
    for piece in pieces:
        line = _line(call, {"content": piece})
        if call.logprobs:
            line["logprobs"] = [{"token": piece, "logprob": scripted.logprob, "bytes": list(piece.encode())}]
        yield line
    if scripted.tool_calls:
        calls = [{"function": {"name": name, "arguments": args}} for name, args in scripted.tool_calls]
        yield _line(call, {"content": "", "tool_calls": calls})


def last_line(
    call: ChatCall, scripted: Scripted, loading_ns: int, reads: float = READS, writes: float = WRITES
) -> Line:
    """The line with `done` and the figures; metrics that are zero are left out, as Go's `omitempty` does.

    `reads` and `writes` are how many tokens a second the server says it reads and writes.
    """
    written = count_tokens(scripted.content) + count_tokens(scripted.thinking)
    reading_ns = (call.prompt_tokens - call.cached_tokens) * 1e9 / reads
    if call.takes_a_place:  # it was read for as long as it took
        reading_ns = scripted.wait * 1e9
    writing_ns = written * 1e9 / writes
    figures = {
        "total_duration": round(loading_ns + reading_ns + writing_ns),
        "load_duration": loading_ns,
        "prompt_eval_count": call.prompt_tokens,
        "prompt_eval_duration": round(reading_ns),
        "eval_count": written,
        "eval_duration": round(writing_ns),
    }
    line = _line(call, {"content": ""}, done=True)
    line["done_reason"] = scripted.done_reason
    return line | {name: figure for name, figure in figures.items() if figure}


def no_reply(call: ChatCall, reason: str) -> Line:
    """The answer to a request without messages: the model was loaded or unloaded."""
    return _line(call, {"content": ""}, done=True) | {"done_reason": reason}


def whole(parts: list[Line]) -> Line:
    """A reply's lines as the one object of a request that does not stream."""
    merged = dict(parts[-1])
    if "response" in merged:
        merged["response"] = "".join(part["response"] for part in parts)
        return merged
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    for part in parts:
        said = part["message"]
        message["content"] += said["content"]
        if "thinking" in said:
            message["thinking"] = message.get("thinking", "") + said["thinking"]
        if "tool_calls" in said:
            message["tool_calls"] = said["tool_calls"]
    return merged | {"message": message}


def now(later: float = 0.0) -> str:
    """The time in so many seconds, as the server writes it."""
    return (datetime.now(UTC) + timedelta(seconds=later)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def listed(model: ServedModel) -> Line:
    """A model as lists of models have it."""
    remote = {"remote_host": model.remote_host, "remote_model": model.name} if model.remote_host else {}
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": now(),
        "size": model.size,
        "digest": "8eeb52dfb3bb",
        "details": details(model),
    } | remote


def details(model: ServedModel) -> Line:
    """What a model's file says."""
    return {
        "format": "gguf",
        "family": "scripted",
        "parameter_size": model.parameters,
        "quantization_level": model.quantization,
    }


def _line(call: ChatCall, message: Line, *, done: bool = False) -> Line:
    line: Line = {"model": call.model, "created_at": now()}
    if call.path == "/api/generate":
        line["response"] = message["content"]
    else:
        line["message"] = {"role": "assistant"} | message
    return line | {"done": done}


def _pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
