"""Text from outside as a person may read it: nothing hidden, nothing turned round, no line without an end.

What is shown is never what is kept: copying, saving and running take the text as it came. No Qt.
"""

from __future__ import annotations

import re
from html import unescape

LONGEST_LINE = 10_000
"""Characters of a line that are shown in a view that lays every line out whole."""

# Controls; characters that turn the direction of writing; those without any width; tags, which spell a
# second text that nobody sees. Joiners are none where they join letters or signs of a script.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u02ff])|[\ud800-\udfff]"
)
_REFERENCE = re.compile(r"&(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,40});")
_ODD = re.compile("[^\t\n\r -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0600\u3040-\u30ff\u4e00-\u9fff]")


def visible(text: str) -> str:
    """`text` with each hidden character as its number, ⟨U+202E⟩; line ends and tabs stay."""
    if _ODD.search(text) is None:
        return text
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


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


def has_hidden(text: str) -> bool:
    """Whether `visible` would show something of the text in another way."""
    return _ODD.search(text) is not None and _HIDDEN.search(text) is not None


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
