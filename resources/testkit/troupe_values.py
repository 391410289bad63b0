"""Values on their way between the process of a program that is tried out and the one that judges it.

Plain data crosses as JSON with a tag for each kind of container; nothing is ever unpickled, so a program
cannot send code. What is no plain data crosses as its name and its `repr`. This file is copied into the test
kit and imports nothing of Troupe.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

SHOWN = 2000  # characters of a value's text that are kept
MOST_ITEMS = 10_000  # of what an iterator gives
DEEPEST = 60
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Elsewhere(Exception):
    """This can only be judged in the program's own process: it needs the object itself."""


class Foreign:
    """An object of the program, known by the name of its type and by its text."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Foreign):
            return (self.kind, self.text) == (other.kind, other.text)
        return self.kind == type(other).__name__ and self.text == ADDRESS.sub("", repr(other))

    def __hash__(self) -> int:
        return hash((self.kind, self.text))

    def __repr__(self) -> str:
        return self.text

    def __getattr__(self, name: str) -> Any:
        raise Elsewhere(name)

    def __call__(self, *arguments: object, **named: object) -> Any:
        """An object that is called must be called where it is."""
        raise Elsewhere(self.kind)


def packed(value: object) -> str:
    """A value as text; `Elsewhere` for nesting without end."""
    return json.dumps(_encoded(value, 0))


def unpacked(text: str) -> Any:
    """The value of a text that `packed` made."""
    return _decoded(json.loads(text))


def plain(value: object) -> bool:
    """Whether a value crosses as what it is."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(plain, value))
    if isinstance(value, dict):
        return all(plain(key) and plain(item) for key, item in value.items())
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes, range, Foreign))


def shown(value: object) -> str:
    """A value as it is shown and compared: sets in order, iterators listed, a long text cut with its hash."""
    text = ADDRESS.sub("", _text(value))
    if len(text) <= SHOWN:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{text[:SHOWN]}… ({len(text):,} characters, #{digest})"


def _encoded(value: object, depth: int) -> Any:
    if depth > DEEPEST:
        raise Elsewhere("it is nested too deeply")
    inner = depth + 1
    match value:
        case None | bool() | str():
            return value if value is None or type(value) in (bool, str) else str.__str__(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case complex():
            return ["complex", value.real, value.imag]
        case bytes() | bytearray():
            return ["bytes", bytes(value).hex()]
        case range():
            return ["range", value.start, value.stop, value.step]
        case dict():
            return ["dict", *([_encoded(key, inner), _encoded(item, inner)] for key, item in value.items())]
        case list() | tuple() | set() | frozenset():
            kind = next(kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind))
            return [kind.__name__, *(_encoded(item, inner) for item in value)]
        case Iterator():
            return ["iterator", *(_encoded(item, inner) for item in itertools.islice(value, MOST_ITEMS))]
        case Foreign():
            return ["foreign", value.kind, value.text]
        case _:
            return ["foreign", type(value).__name__, ADDRESS.sub("", repr(value))]


_MAKERS: dict[str, Callable[[list[Any]], Any]] = {
    "complex": lambda items: complex(*items),
    "bytes": lambda items: bytes.fromhex(items[0]),
    "range": lambda items: range(*items),
    "dict": lambda items: {_decoded(key): _decoded(item) for key, item in items},
    "list": lambda items: [_decoded(item) for item in items],
    "tuple": lambda items: tuple(_decoded(item) for item in items),
    "set": lambda items: {_decoded(item) for item in items},
    "frozenset": lambda items: frozenset(_decoded(item) for item in items),
    "iterator": lambda items: iter([_decoded(item) for item in items]),
    "foreign": lambda items: Foreign(str(items[0]), str(items[1])),
}


def _decoded(data: Any) -> Any:
    if isinstance(data, list):
        return _MAKERS[data[0]](data[1:])
    return data


def _text(value: object) -> str:
    if isinstance(value, (set, frozenset)) and value:
        inside = "{" + ", ".join(sorted(map(_text, value))) + "}"
        return f"frozenset({inside})" if isinstance(value, frozenset) else inside
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Iterator):
        return _text(list(itertools.islice(value, MOST_ITEMS)))
    return repr(value)
