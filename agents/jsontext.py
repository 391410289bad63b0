"""JSON from outside: whatever is wrong with it is a `ValueError`, nesting without end included."""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 200
"""Levels of nesting: far more than anybody writes, and Python's recursion allows to write as many again."""


def read_json(text: str, *, strict: bool = True) -> Any:
    """The value that a text stands for; `strict=False` lets line breaks stand within strings.

    Raises `ValueError` (as `json.JSONDecodeError` where a place can be named). Python's own reader raises
    `RecursionError` for what is nested too deeply, which nobody who reads a file thinks of.
    """
    try:
        value = json.loads(text, strict=strict)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    refuse_deep(value, text)
    return value


def refuse_deep(value: object, text: str) -> None:
    """Raise `ValueError` when the value that was read from `text` has more levels than `DEEPEST`."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    level = [value]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return
    raise ValueError("it is nested too deeply")


def _parts(value: object) -> list[object]:
    """What a value holds that may hold something itself."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [part for part in inside if isinstance(part, dict | list)]
