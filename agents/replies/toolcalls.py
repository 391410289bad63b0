"""Tool calls that a model writes as text, because it does not know the native form or forgets it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from agents.contracts import ToolCall
from agents.jsontext import read_json
from agents.replies.blocks import prose_of, read_blocks
from agents.replies.thinking import without_thinking
from agents.replies.values import values_in

_TAGGED = re.compile(r"<(tool_calls?|function_calls?)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_LANGUAGES = frozenset({"json", "tool", "tool_call", "tool_calls", "tool_code", "xml", ""})
_START = re.compile(r'\{\s*["}]|\[\s*\{')
_NAMES = ("name", "tool", "tool_name", "function", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "action_input")
_OTHER = frozenset({"id", "type", "index"})


def read_tool_calls(text: str, names: Collection[str]) -> tuple[ToolCall, ...]:
    """Return the calls of tools in `names` that a reply writes as JSON.

    A call is `{"name": …, "arguments": {…}}` in `<tool_call>` tags, in a fence, among sentences, or in a
    list. Something that is not wholly such a call is none; JSON inside other JSON is never a call.
    """
    answer, _ = without_thinking(text)
    for sources in _sources(answer):
        calls = tuple(call for source in sources for call in _calls_in(source, frozenset(names)))
        if calls:
            return calls
    return ()


def _sources(answer: str) -> Iterator[list[str]]:
    """Yield where calls may stand, the likeliest places first."""
    yield [found[2] for found in _TAGGED.finditer(answer)]
    blocks = read_blocks(answer)
    yield [block.content for block in blocks if block.info.lower() in _LANGUAGES]
    yield [prose_of(answer, blocks)]


def _calls_in(source: str, names: frozenset[str]) -> Iterator[ToolCall]:
    try:
        for value in values_in(source, _START):
            yield from _calls_of(value, names)
    except (ValueError, RecursionError):
        # What follows broken JSON could be a part of it: it is not looked at.
        return


def _calls_of(value: object, names: frozenset[str]) -> Iterator[ToolCall]:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield from _calls_of(item, names)
    elif isinstance(value, dict):
        wrapped = value.get("tool_calls")
        inner = value.get("function")
        if isinstance(wrapped, list):
            yield from _calls_of(wrapped, names)
        elif isinstance(inner, dict) and value.keys() <= {"function", *_OTHER}:
            yield from _calls_of(inner, names)
        elif (call := _call(value, names)) is not None:
            yield call


def _call(value: Mapping[str, object], names: frozenset[str]) -> ToolCall | None:
    named = [key for key in _NAMES if key in value]
    given = [key for key in _ARGUMENTS if key in value]
    if len(named) != 1 or len(given) > 1 or value.keys() - {*named, *given} - _OTHER:
        return None
    name = value[named[0]]
    arguments = _object(value[given[0]]) if given else {}
    if not isinstance(name, str) or name not in names or arguments is None:
        return None
    return ToolCall(name, arguments)


def _object(value: object) -> dict[str, object] | None:
    """Return arguments as an object; some models write them as a string of JSON."""
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        try:
            value = read_json(value, strict=False)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None
