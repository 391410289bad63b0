"""What the engine said in English, in the user's language: titles of roles and phases, notices, verdicts.

Events keep the words with which they were written; a window in another language shows these where it knows
them (`resources/translations/told_*.toml`) and the English ones where it does not. No Qt.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from app.i18n import Language, language

if TYPE_CHECKING:  # the first paint needs these words, but no errors
    from agents.errors import UserFacingError

_FIELD = re.compile(r"\{(\w+)\}")
_NUMBERED = re.compile(r"(.+?)([ -]?\d+)")
LONGEST = 600
"""What is longer was written by a model or a program."""


@dataclass(frozen=True, slots=True)
class Book:
    """The titles by their English form, and the sentences with the pattern that each is known by."""

    titles: dict[str, str]
    sentences: tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=4)
def book(of: Language) -> Book:
    """What is known in a language; nothing for English itself."""
    place = files("resources") / "translations" / f"told_{of}.toml"
    if not place.is_file():
        return Book({}, ())
    read = tomllib.loads(place.read_text(encoding="utf-8"))
    # Those with more words of their own first: `Write {address}.` says less than `Write an object: {task}.`
    sentences = sorted(read["sentences"].items(), key=lambda known: -len(_FIELD.sub("", known[0])))
    return Book(read["titles"], tuple((_pattern(key), value) for key, value in sentences))


def titled(text: str) -> str:
    """A role's or a phase's title; of `Programmer 2` the number stays. Unknown ones pass as they are."""
    return _title(language(), text)


def retold(text: str) -> str:
    """A sentence of the engine, or several lines of them; what is unknown passes as it is."""
    return _told(language(), text) if len(text) <= LONGEST else text


def failure(error: UserFacingError) -> str:
    """What went wrong and what to do, in one line."""
    return f"{retold(error.message)} {retold(error.hint)}".strip()


@lru_cache(maxsize=1024)
def _title(of: Language, text: str) -> str:
    titles = book(of).titles
    if text in titles:
        return titles[text]
    if (numbered := _NUMBERED.fullmatch(text)) and (known := titles.get(numbered[1])):
        return known + numbered[2]
    return text


@lru_cache(maxsize=1024)
def _told(of: Language, text: str) -> str:
    if not (known := book(of)).sentences or not text:
        return text
    if (title := _title(of, text)) != text:
        return title
    for pattern, sentence in known.sentences:
        if found := pattern.fullmatch(text):
            values = {name: _told(of, value) for name, value in found.groupdict().items()}
            return _FIELD.sub(lambda field, values=values: values[field[1]], sentence)  # type: ignore[misc]
    if "\n" in text:
        return "\n".join(_told(of, line) for line in text.split("\n"))
    return text


def _pattern(sentence: str) -> re.Pattern[str]:
    """What a sentence with its fields filled in looks like."""
    pieces = _FIELD.split(sentence)
    words = (f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
    return re.compile("".join(words))
