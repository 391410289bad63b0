"""Colours for program text, by Pygments; no Qt, so that it can be done in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.style import Style
from pygments.util import ClassNotFound

LARGEST = 400_000
"""Longer texts are shown without colours: Pygments takes about a second for a million characters."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line: where it starts and how long it is in UTF-16 units, as Qt counts them."""

    start: int
    length: int
    color: str
    bold: bool
    italic: bool


def lexer_for(path: str) -> Lexer:
    """The lexer for a file's name; plain text when none is known."""
    try:
        found: Lexer = get_lexer_for_filename(PurePosixPath(path).name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        found = TextLexer(stripnl=False, ensurenl=False)
    return found


def highlighted(path: str, text: str, style: type[Style]) -> list[list[Span]]:
    """The spans of each line of `text`, whose lines end in a line feed. Empty for a very long text."""
    if len(text) > LARGEST:
        return []
    lines: list[list[Span]] = [[]]
    column = 0
    for start_of_line, span in _pieces(path, text, style, column):
        if start_of_line:
            lines.append([])
        if span is not None:
            lines[-1].append(span)
    return lines


def _pieces(path: str, text: str, style: type[Style], column: int) -> Iterator[tuple[bool, Span | None]]:
    """The tokens cut at line ends; each with whether a new line starts before it."""
    for token, value in lexer_for(path).get_tokens(text):
        look = style.style_for_token(token)
        for number, part in enumerate(value.split("\n")):
            if number:
                column = 0
            length = utf16_length(part)
            coloured = bool(look["color"]) and not part.isspace() and length > 0
            span = (
                Span(column, length, f"#{look['color']}", bool(look["bold"]), bool(look["italic"]))
                if coloured
                else None
            )
            yield number > 0, span
            column += length


def utf16_length(text: str) -> int:
    """How long Qt takes `text` to be."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)
