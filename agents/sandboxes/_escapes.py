"""What a program prints, without what a terminal would obey or a reader be deceived by.

Escape sequences (ECMA-48: colours, moves of the cursor, titles, links, clipboard) are left out. Every other
control character is shown as its picture (U+2400…), and characters that turn the direction of writing as
their number. A lone carriage return, with which a line would write over itself, becomes a line end.
"""

from __future__ import annotations

import re

LONGEST = 4096  # characters of a sequence without an end, which is then shown instead
# A string begins and ends so; that its body holds no beginning keeps the search linear.
BEGIN, BODY = r"(?:\x1b[P\]X^_]|[\x90\x9d\x98\x9e\x9f])", r"[^\x07\x1b\x90\x98\x9c-\x9f]*"
CONTROL = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*"
SEQUENCE = re.compile(rf"{CONTROL}[@-~]|{BEGIN}{BODY}(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-Z\\`-~]")
UNFINISHED = re.compile(rf"(?:{CONTROL}|{BEGIN}{BODY}\x1b?|\x1b[ -/]*)\Z")
LINE_END = re.compile(r"\r*\n|\r+")
UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]"
)


class Tamer:
    """Takes the output of one stream in pieces; a sequence may be cut anywhere between them."""

    def __init__(self) -> None:
        self._sequence = ""
        self._returns = ""

    def feed(self, text: str, final: bool = False) -> str:
        """What may be shown now. What may still become a sequence, or a line end, waits for what comes."""
        text, self._sequence = _parted(self._sequence + text, final)
        text = self._returns + SEQUENCE.sub("", text)
        kept = text if final else text.rstrip("\r")
        self._returns = text[len(kept) :]
        return _shown_plainly(kept)


def tamed(text: str) -> str:
    """A whole text without what a terminal would obey."""
    return Tamer().feed(text, final=True)


def _parted(text: str, final: bool) -> tuple[str, str]:
    """What is complete, and the sequence without an end that it ends with."""
    found = None if final else UNFINISHED.search(text, max(0, len(text) - LONGEST))
    cut = found.start() if found else len(text)
    return text[:cut], text[cut:]


def _shown_plainly(text: str) -> str:
    return UNWANTED.sub(_shown, LINE_END.sub("\n", text))


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"
