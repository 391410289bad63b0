"""What a program printed, made harmless for the screen: no escape sequences, no hidden characters."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    r"""
      \x1b\[ [0-?]* [ -/]* [@-~]?        # control sequences: colours, moves, erasing
    | \x9b   [0-?]* [ -/]* [@-~]?
    | (?: \x1b[\]PX^_] | [\x90\x98\x9d\x9e\x9f] ) [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c )?   # titles
    | \x1b [ -/]* [0-~]?                 # all shorter ones
    """,
    re.VERBOSE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def neutralised(output: str) -> str:
    """`output` as plain lines. A carriage return keeps what was written last, as a terminal would.

    Characters that reorder text are removed as well: they could make a line read other than it is.
    """
    text = _ESCAPES.sub("", output).replace("\r\n", "\n")
    if "\r" in text or "\b" in text:
        text = "\n".join(map(_as_left, text.split("\n")))
    return _CONTROLS.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n"))


def _as_left(line: str) -> str:
    """What a terminal is left with of a line: the last of what was written over itself, without what was
    taken back. One way through the line, since there may be megabytes of it.
    """
    line = line.rstrip("\r").rpartition("\r")[2]
    if "\b" not in line:
        return line
    kept: list[str] = []
    for character in line:
        if character != "\b":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
