"""Typed values in a model's reply: JSON, as models really write it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, RootModel, ValidationError

from agents.errors import ReplyDoesNotFit
from agents.jsontext import refuse_deep
from agents.replies.blocks import read_blocks
from agents.replies.thinking import without_thinking

if TYPE_CHECKING:
    from typing import NoReturn

    from pydantic_core import ErrorDetails

ValueT = TypeVar("ValueT", bound=BaseModel)

_JSON_LANGUAGES = frozenset({"json", "json5", "jsonc", ""})
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
_OBJECT = re.compile(r'\{\s*(?:["}]|\Z)')
_OBJECT_OR_LIST = re.compile(r'\{\s*(?:["}]|\Z)|\[\s*(?:[\[{"}\]\d-]|true\b|false\b|null\b|\Z)')
_MOST_ERRORS = 5
_MOST_VALUES = 50


def read_value(text: str, model: type[ValueT]) -> ValueT:
    """Return the one value in a reply that fits `model`.

    JSON may stand in a fence, after thinking, or among sentences, and may have trailing commas and line
    breaks within strings. Raises `ReplyDoesNotFit` when there is none, or several that differ; its `detail`
    says what is wrong in a few lines that can be sent back to the model.
    """
    answer = text if _is_one_value(text) else without_thinking(text)[0]
    if not answer.strip():
        raise _unfit("The reply is empty.")
    error = "There is no JSON object in the reply."
    for source in _sources(answer):
        try:
            candidates = list(_json_texts(source, model))
        except ValueError as problem:
            error = f"This is not valid JSON: {problem}."
            continue
        except RecursionError:
            raise _unfit("The JSON is nested too deeply.") from None
        fitting, errors = _validated(candidates, model)
        if len(fitting) > 1:
            raise _unfit("There are several JSON values in the reply. Write exactly one.")
        if fitting:
            return fitting[0]
        error = errors[0] if errors else error
    raise _unfit(error)


def values_in(source: str, opening: re.Pattern[str] = _OBJECT) -> Iterator[object]:
    """Yield the JSON values that stand in a text, outermost ones only.

    Raises `ValueError` at something that begins like JSON and is not: what stands inside a broken value
    must not be taken for a value of its own. Raises `RecursionError` when one is nested too deeply.
    """
    readable = relaxed(source)
    decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite, strict=False)
    at = 0
    for _ in range(_MOST_VALUES):
        found = opening.search(readable, at)
        if found is None:
            return
        value, at = decoder.raw_decode(readable, found.start())
        refuse_deep(value, readable[found.start() : at])
        yield value


def relaxed(source: str) -> str:
    """A text with JSON in it, without the commas before closing brackets."""
    return _STRING_OR_COMMA.sub(lambda found: found[1] or "", source)


def _is_one_value(text: str) -> bool:
    """Whether the reply is one JSON value from end to end: what looks like thinking is then in its texts."""
    whole = text.strip()
    if not whole.startswith(("{", "[")) or "think" not in whole:
        return False
    try:
        return json.JSONDecoder(strict=False).raw_decode(whole)[1] == len(whole)
    except (ValueError, RecursionError):
        return False


def _sources(answer: str) -> Iterator[str]:
    """Yield the texts to look into, the likeliest first; the first with a fitting value counts."""
    if not answer.lstrip().startswith(("{", "[")):
        fenced = [block.content for block in read_blocks(answer) if _is_json(block.info)]
        if fenced:
            yield "\n".join(fenced)
    yield answer


def _is_json(info: str) -> bool:
    words = info.split()
    return (words[0].lower() if words else "") in _JSON_LANGUAGES


def _json_texts(source: str, model: type[BaseModel]) -> Iterator[str]:
    opening = _OBJECT_OR_LIST if issubclass(model, RootModel) else _OBJECT
    for value in values_in(source, opening):
        yield json.dumps(value)


def _validated(candidates: list[str], model: type[ValueT]) -> tuple[list[ValueT], list[str]]:
    """Return the different values that fit and what is wrong with the others."""
    fitting: list[ValueT] = []
    errors: list[str] = []
    for candidate in candidates:
        try:
            value = model.model_validate_json(candidate)
        except ValidationError as problem:
            errors.append(_explained(problem.errors(include_url=False, include_context=False)))
        else:
            if value not in fitting:
                fitting.append(value)
    return fitting, errors


def _explained(errors: list[ErrorDetails]) -> str:
    lines = []
    for error in errors[:_MOST_ERRORS]:
        place = ".".join(map(str, error["loc"]))
        lines.append(f"{place}: {error['msg']}" if place else error["msg"])
    if len(errors) > _MOST_ERRORS:
        lines.append(f"… and {len(errors) - _MOST_ERRORS} more")
    return "\n".join(lines)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large")
    return number


def _unfit(detail: str) -> ReplyDoesNotFit:
    return ReplyDoesNotFit(
        "The model's reply has not the form it was asked for.",
        "Try again, or choose a model that follows instructions better.",
        detail,
    )
