"""Cut a message into parts that can be laid out one by one: prose and fenced code.

A part is closed as soon as it is known that nothing more belongs to it, so that a message which is still
being written keeps all but its last part. No part is longer than `LONGEST` and a line; nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SHORTEST, LONGEST = 1200, 4000
"""Characters: prose is cut at the next blank line after the first, anything at the next line or word after
the second."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`\n]*)\n?$")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of prose, or of code with its fence's `info` (language, path); `raw` is where it came from.

    `first` and `last` tell of code whether its fence begins and ends here: long code comes in several parts.
    """

    kind: Literal["prose", "code"]
    text: str
    raw: str
    info: str = ""
    first: bool = True
    last: bool = True


class Splitter:
    """Cuts a growing text. `closed` are the parts that stay; `update` gives the one that may still change."""

    def __init__(self) -> None:
        self.closed: list[Part] = []
        self._start = 0  # of the open part
        self._seen = 0  # the end of what was read
        self._fence = ""
        self._info = ""
        self._continued = False

    def update(self, text: str, complete: bool = False) -> Part | None:
        """Take the whole text as it is now; it only ever grows. Gives the open part, if there is one.

        With `complete` everything is closed.
        """
        for line, end in self._lines(text):
            self._take(text, line, end)
        rest = text[self._start :]
        if not rest:
            return None
        if not complete:
            return self._part(rest, last=False)
        self._close(rest, last=True)
        self._start = len(text)
        return None

    def _lines(self, text: str) -> Iterator[tuple[str, int]]:
        """The complete lines that were not read yet, with their ends; a very long one in stretches."""
        while True:
            end = text.find("\n", self._seen) + 1
            while (end or len(text)) - self._seen > 2 * LONGEST:
                space = text.rfind(" ", self._seen + SHORTEST, self._seen + LONGEST) + 1
                yield self._read(text, space or self._seen + LONGEST)
            if not end:
                return
            yield self._read(text, end)

    def _read(self, text: str, end: int) -> tuple[str, int]:
        begin, self._seen = self._seen, end
        return text[begin:end], end

    def _take(self, text: str, line: str, end: int) -> None:
        """Cut before or after a line where a part ends there."""
        begin = end - len(line)
        length = end - self._start
        fence = _FENCE.match(line)
        whole = line.endswith("\n")
        if self._fence:
            if fence and fence[1].startswith(self._fence) and not fence[2].strip():
                if begin > self._start or not self._continued:
                    self._cut(text, end, last=True)
                else:
                    self._join_fence(line, end)
            elif length >= LONGEST or not whole:
                self._cut(text, end, last=False)
        elif fence:
            if begin > self._start:
                self._cut(text, begin, last=True)
            self._fence, self._info = fence[1], fence[2].strip()
        elif length >= LONGEST or not whole or (length >= SHORTEST and not line.strip()):
            self._cut(text, end, last=True)

    def _join_fence(self, line: str, end: int) -> None:
        """A closing fence right after a cut belongs to the part before it."""
        before = self.closed.pop()
        self.closed.append(Part("code", before.text, before.raw + line, before.info, before.first, True))
        self._start, self._fence, self._info, self._continued = end, "", "", False

    def _cut(self, text: str, end: int, *, last: bool) -> None:
        self._close(text[self._start : end], last=last)
        self._start = end

    def _close(self, raw: str, *, last: bool) -> None:
        part = self._part(raw, last=last)
        self.closed.append(part)
        self._continued = bool(self._fence) and not last
        if last:
            self._fence = self._info = ""

    def _part(self, raw: str, *, last: bool) -> Part:
        if not self._fence:
            return Part("prose", raw.strip("\n"), raw)
        text = raw if self._continued else raw.partition("\n")[2]
        lines = text.splitlines()
        if lines and (fence := _FENCE.match(lines[-1])) and fence[1].startswith(self._fence) and last:
            lines.pop()
        return Part("code", "\n".join(lines), raw, self._info, not self._continued, last)


def split(text: str) -> list[Part]:
    """All parts of a complete text."""
    splitter = Splitter()
    splitter.update(text, complete=True)
    return splitter.closed
