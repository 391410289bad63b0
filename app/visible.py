"""Text from outside as a person may read it: nothing hidden, nothing turned round, no line without an end.

What is shown is never what is kept: copying, saving and running take the text as it came. No Qt.
"""

from __future__ import annotations

import re
from html import unescape

from agents.visible import has_hidden, visible

__all__ = ["has_hidden", "one_line", "shown_lines", "visible", "visible_markdown"]

LONGEST_LINE = 10_000
"""Characters of a line that are shown in a view that lays every line out whole."""

_REFERENCE = re.compile(r"&(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,40});")


def visible_markdown(text: str) -> str:
    """The same for Markdown, where `&#x202E;` stands for a character as well."""
    shown = visible(text)
    return _REFERENCE.sub(_dereferenced, shown) if "&" in shown else shown


def _dereferenced(found: re.Match[str]) -> str:
    number = found[1].lower()
    if number.startswith("#"):  # HTML has rules for odd numbers, by which Qt does not go
        code = int(number[2:], 16) if number.startswith("#x") else int(number[1:])
        meant = chr(code) if code < 0x110000 else "\ufffd"
    else:
        meant = unescape(found[0])
    return visible(meant) if has_hidden(meant) else found[0]


def one_line(text: str, longest: int = 200) -> str:
    """`text` for a place of one line: a file's name, a title, a cell of a table."""
    line = visible(text.replace("\r\n", "\n")).replace("\n", "⏎").replace("\r", "⏎").replace("\t", " ")
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shown_lines(text: str, longest: int = LONGEST_LINE) -> str:
    """`text` for a view of many lines: nothing hidden, and of a line no more than `longest` characters.

    How much of a line is left out is said at its end. The number of lines stays the same.
    """
    shown = visible(text)
    if len(shown) <= longest:
        return shown
    return "\n".join(
        line if len(line) <= longest else f"{line[:longest]} ⟨… {len(line) - longest:,}⟩"
        for line in shown.split("\n")
    )
