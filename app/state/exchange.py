"""A step of the journal as the exact request that was sent and the reply that came. No Qt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias

from agents.jsontext import read_json
from agents.store.rows import Step

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of a request as it was sent; `calls` are the tools that it asks for, as JSON text."""

    role: str
    text: str
    calls: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a model was asked, and what it answered. Durations are seconds.

    `options` are the ones that were set, as words; `form` (the JSON schema that the reply must fit), `tools`
    and `calls` are JSON texts, empty for none. Where the reply was `ended` by us its tokens are
    estimated. `request` and `result` are the step's own JSON, indented.
    """

    model: str = ""
    messages: tuple[Sent, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    form: str = ""
    tools: str = ""
    text: str = ""
    thinking: str = ""
    calls: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    prompt_cut: bool = False
    host: str = ""
    ended: bool = False
    request: str = ""
    result: str = ""

    @property
    def tokens_per_second(self) -> float:
        """How fast the reply was written; 0 where nobody measured it."""
        return self.output_tokens / self.writing_seconds if self.writing_seconds > 0 else 0.0

    @property
    def prompt(self) -> str:
        """All messages one below the other, each under its role."""
        return "\n\n".join(f"# {sent.role}\n\n{sent.text}" for sent in self.messages)


def read_exchange(step: Step) -> Exchange:
    """The exchange that a step records. What another version of Troupe did not record is left empty."""
    request, result = _table(step.request), _table(step.result)
    options = request.get("options")
    settings = dict(options) if isinstance(options, dict) else {}
    settings["think"] = request.get("think")
    return Exchange(
        model=_text(request.get("model")),
        messages=tuple(_sent(message) for message in _tables(request.get("messages"))),
        options=tuple((name, _shown(value)) for name, value in settings.items() if value not in (None, [])),
        form=_shown(request.get("format")),
        tools=_shown(request.get("tools")),
        text=_text(result.get("text")),
        thinking=_text(result.get("thinking")),
        calls=_shown(result.get("tool_calls")),
        prompt_tokens=int(_number(result.get("prompt_tokens"))),
        output_tokens=int(_number(result.get("output_tokens"))),
        seconds=_number(result.get("seconds")),
        writing_seconds=_number(result.get("writing_seconds")),
        truncated=bool(result.get("truncated") or result.get("endless")),
        prompt_cut=bool(result.get("prompt_cut")),
        host=_text(result.get("host")),
        ended=bool(result.get("ended")),
        request=_indented(step.request),
        result=_indented(step.result),
    )


def _sent(message: dict[str, Value]) -> Sent:
    return Sent(_text(message.get("role")), _text(message.get("content")), _shown(message.get("tool_calls")))


def _parsed(text: str) -> Value:
    try:
        parsed: Value = read_json(text)
    except ValueError:
        return None
    return parsed


def _table(text: str) -> dict[str, Value]:
    parsed = _parsed(text)
    return parsed if isinstance(parsed, dict) else {}


def _tables(value: Value | None) -> list[dict[str, Value]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _indented(text: str) -> str:
    parsed = _parsed(text)
    return text if parsed is None else json.dumps(parsed, ensure_ascii=False, indent=2)


def _shown(value: Value | None) -> str:
    """A value in words: nothing for nothing, JSON for what is made of parts."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Value | None) -> float:
    return value if isinstance(value, int | float) and abs(value) < 1e15 else 0.0
