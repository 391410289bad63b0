"""A watch over replies that do not come to an end.

Small models fall into loops: the same line again and again, or white space without end when a format is asked
for. The server would go on until the context is full, which takes minutes and says nothing.
"""

from __future__ import annotations

from agents.errors import EndlessReply

_TAIL = 4_000
_LONGEST_UNIT = 1_000
_BLANK = 1_500
_CHECK_EVERY = 400
_ANCHOR = 24
# Even a small context leaves room for an honest reply of this length.
_LEAST_LIMIT = 16_000
_CHARACTERS_PER_TOKEN = 4


class EndlessGuard:
    """Reads along with one reply to a request with `num_ctx` tokens of context."""

    def __init__(self, model: str, num_ctx: int) -> None:
        self._model = model
        self._limit = max(_LEAST_LIMIT, num_ctx * _CHARACTERS_PER_TOKEN)
        self._length = 0
        self._checked = 0
        self._tail = ""

    def watch(self, text: str) -> None:
        """Take in the next piece. Raises `EndlessReply` for a loop, or when the reply is far too long.

        A loop is: the last 4,000 characters are one unit of at most 1,000 characters again and again, or
        the last 1,500 characters are white space.
        """
        self._length += len(text)
        self._tail = (self._tail + text)[-_TAIL:]
        if self._length > self._limit:
            raise self._endless(f"It was ended after {self._length:,} characters.")
        if self._length - self._checked >= _CHECK_EVERY:
            self._checked = self._length
            self._look_for_loops()

    def _look_for_loops(self) -> None:
        if len(self._tail) >= _BLANK and self._tail[-_BLANK:].isspace():
            raise self._endless("It went on with white space only.")
        if len(self._tail) == _TAIL and (unit := repeated_unit(self._tail)):
            raise self._endless("It went on repeating the same text.", unit)

    def _endless(self, how: str, detail: str = "") -> EndlessReply:
        return EndlessReply(
            f"The reply of {self._model} did not come to an end. {how}",
            "Continue the run to ask again, or choose another model.",
            detail,
        )


def repeated_unit(text: str) -> str:
    """The shortest unit of at most 1,000 characters of which `text` is a repetition; empty if it is none.

    The repetition may begin and end within a unit.
    """
    anchor = text[-_ANCHOR:]
    found = len(text) - _ANCHOR
    while (found := text.rfind(anchor, 0, found + _ANCHOR - 1)) != -1:
        period = len(text) - _ANCHOR - found
        if period > _LONGEST_UNIT:
            break
        if text[period:] == text[:-period]:
            return text[-period:]
    return ""
