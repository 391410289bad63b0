"""A typed reply while it comes: whether more of it can still change what is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from agents.replies.values import relaxed

Verdict: TypeAlias = Literal["", "complete", "broken"]

_OPENED = re.compile(r'\s*\{\s*"')
_OUTSIDE = re.compile(r'["{}\[\]]')
_INSIDE = re.compile(r'\\.|"', re.DOTALL)
_CHECK_EVERY = 256  # characters
_MAY_BE_UNFINISHED = 12  # characters at the end that only look wrong, as `-Infin` or `\u00e` do
_BLANK = 64  # characters of white space behind a complete object, after which nothing more comes


class Settling:
    """Reads along with one typed reply.

    A reply is complete when its first object has ended, `fits`, and something follows; what follows is not
    wanted. It is broken when the object with which it begins has a mistake that nothing that follows can
    mend. Neither is ever said of a reply that begins with something else: in a sentence, a fence or a thought
    the object may be yet to come.
    """

    def __init__(self, fits: Callable[[str], bool]) -> None:
        self._fits = fits
        self._text = ""
        self._read = 0
        self._checked = 0
        self._depth = 0
        self._in_string = False
        self._end = 0
        self._watching = True

    def take(self, text: str) -> Verdict:
        """Take in the next piece; what the reply has come to."""
        if not self._watching:
            return ""
        self._text += text
        if not _OPENED.match(self._text):
            self._watching = self._text.strip() in ("", "{")
            return ""
        if not self._end:
            self._find_end()
        if self._end:
            return self._after_the_end()
        if len(self._text) - self._checked >= _CHECK_EVERY:
            self._checked = len(self._text)
            return "broken" if _is_broken(self._text) else ""
        return ""

    @property
    def value(self) -> str:
        """The complete object."""
        return self._text[: self._end]

    def _after_the_end(self) -> Verdict:
        following = self._text[self._end :]
        if not following.strip() and len(following) < _BLANK:
            return ""
        self._watching = False  # where this object does not fit, another one that follows may
        return "complete" if self._fits(self.value) else ""

    def _find_end(self) -> None:
        """Count brackets outside strings, going on where the last piece ended."""
        while not self._end:
            found = (_INSIDE if self._in_string else _OUTSIDE).search(self._text, self._read)
            if found is None:
                # A backslash at the very end escapes what comes next.
                escapes = self._in_string and self._text.endswith("\\")
                self._read = max(self._read, len(self._text) - escapes)
                return
            self._read = found.end()
            mark = found[0]
            if mark == '"':
                self._in_string = not self._in_string
            elif mark in "{[":
                self._depth += 1
            elif mark in "}]":
                self._depth -= 1
                self._end = self._read if self._depth == 0 else 0


def _is_broken(text: str) -> bool:
    readable = relaxed(text)
    try:
        json.JSONDecoder(strict=False).raw_decode(readable, readable.index("{"))
    except json.JSONDecodeError as error:
        unfinished = error.msg.startswith("Unterminated string")
        return not unfinished and error.pos < len(readable.rstrip()) - _MAY_BE_UNFINISHED
    except (ValueError, RecursionError):
        return False
    return False
