"""A watch over what comes again and again: the same reply to the same words, the same failure after a repair.

Small models fall into such loops, and a team of them repairs the same line until its rounds are used up.
What is seen here follows from replies and reports alone, so a replay sees the same [ours].
"""

from __future__ import annotations

import re
from hashlib import sha256

FREELY = 1.0
"""The temperature of a call that must come to something else."""

SAME_TWICE = 2

# What differs between two runs of a program that fail alike: durations, addresses, temporary folders, dates.
_PASSING = re.compile(
    r"0x[0-9a-fA-F]+|\b\d+(\.\d+)?\s?(s|ms|seconds|secs?)\b|/tmp/\S+|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d"
)


class Repetitions:
    """Counts how often in a row the same answer came to the same question."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, str, int]] = {}

    def take(self, question: str, answer: str, after: str = "") -> int:
        """Take in an answer; how often in a row it has come to this question now.

        `after` names what may have changed the answer: asked again after the very same, it does not count.
        """
        key, given = _digest(question), _digest(_PASSING.sub("", answer))
        before, seen, times = self._last.get(key, ("", "", 0))
        if before != given:
            times = 0
        if not (after and times and after == seen):
            times += 1
        self._last[key] = (given, after, times)
        return times

    def times(self, question: str) -> int:
        """How often in a row the same answer has come to this question, 0 when it was never asked."""
        return self._last.get(_digest(question), ("", "", 0))[2]


class Refusals:
    """The replies that could not be used, while something is asked for.

    `freely`: the same came twice in a row. `by`: the servers that gave them, one entry a reply.
    """

    def __init__(self) -> None:
        self.freely = False
        self.by: tuple[str, ...] = ()
        self._latest = ""

    def take(self, reply: str, host: str) -> bool:
        """Take in a refused reply; whether it is the very one that was refused before."""
        again = bool(reply.strip()) and reply == self._latest
        self.freely = self.freely or again
        self.by += (host,)
        self._latest = reply
        return again


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
