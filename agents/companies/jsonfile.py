"""JSON from a file that anybody may have written: its text, its object, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from agents.contracts import Json
from agents.errors import CompanyRefused
from agents.jsontext import refuse_deep

LARGEST = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class At:
    """A value in a file; `key` leads to it, as in `chain[2].cycleNum`."""

    file: str
    key: str
    value: Any

    def refuse(self, reason: str) -> NoReturn:
        """Raise the `CompanyRefused` that names this place."""
        raise CompanyRefused(self.file, self.key, reason)

    def item(self, name: str) -> At:
        """The member `name` of an object; None where it is not there."""
        return At(self.file, f"{self.key}.{name}" if self.key else name, self.object().get(name))

    def items(self) -> list[At]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.refuse(f"must be a list, and it is {shown(self.value)}")
        return [At(self.file, f"{self.key}[{place}]", item) for place, item in enumerate(self.value)]

    def object(self) -> Json:
        """An object."""
        if not isinstance(self.value, dict):
            self.refuse(f"must be an object in braces, and it is {shown(self.value)}")
        return self.value

    def text(self) -> str:
        """A text that says something."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse(f"must be a text, and it is {shown(self.value)}")
        return self.value

    def whole(self, usual: int) -> int:
        """A whole number; `usual` where there is none."""
        if self.value is None:
            return usual
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(f"must be a whole number, and it is {shown(self.value)}")
        return self.value

    def boolean(self) -> bool:
        """ChatDev's booleans are texts; false where there is none."""
        if self.value is None:
            return False
        if not isinstance(self.value, str) or self.value.lower() not in ("true", "false"):
            self.refuse(f'must be the text "True" or "False", and it is {shown(self.value)}')
        return bool(self.value.lower() == "true")

    def lines(self) -> tuple[str, ...]:
        """A prompt: a list of lines, or one text."""
        if isinstance(self.value, str):
            return (self.value,)
        for line in self.items():
            if not isinstance(line.value, str):
                line.refuse(f"must be a text, and it is {shown(line.value)}")
        return tuple(self.value)


def parse(file: str, data: bytes) -> At:
    """The object that a file holds; `CompanyRefused` when it is too large, no UTF-8, or no such JSON."""
    if len(data) > LARGEST:
        raise CompanyRefused(file, "", f"has more than {LARGEST // 1024:,} KiB, which no company needs")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CompanyRefused(file, f"byte {error.start + 1:,}", "is no UTF-8") from error
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        refuse_deep(value, text)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CompanyRefused(file, where, f"is no valid JSON: {error.msg}") from error
    except UnicodeEncodeError as error:
        raise CompanyRefused(file, "", "holds half of a character (a lone surrogate)") from error
    except RecursionError as error:
        raise CompanyRefused(file, "", "is nested too deeply") from error
    except ValueError as error:
        raise CompanyRefused(file, "", f"is no valid JSON: {error}") from error
    found = At(file, "", value)
    if not isinstance(value, dict):
        raise CompanyRefused(file, "", f"must hold an object in braces, and it holds {shown(value)}")
    return found


def shown(value: object) -> str:
    """A value as a sentence can name it."""
    if value is None:
        return "missing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def same(one: object, other: object) -> bool:
    """Whether two JSON values are the same to the letter: types and the order of keys count."""
    return json.dumps(one) == json.dumps(other)


def written(value: object) -> bytes:
    """A value as it is written into a file, as ChatDev's own are."""
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice}” is there twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
