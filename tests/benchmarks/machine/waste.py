"""What a prompt carries in vain: a file that stands in it twice, and what changes before what does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.machine.exchanges import Exchange
from tests.support.ollama.scripted import common_start

_FENCED = re.compile(
    r"^(?P<path>[^\n]*)\n(?P<fence>`{3,})[^\n`]*\n(?P<text>.*?)^(?P=fence)", re.MULTILINE | re.DOTALL
)
LEAST = 200  # characters; what is shorter may well stand somewhere twice


def twice(prompt: str) -> list[str]:
    """The files, by the line before their fence, whose same text stands in a prompt more than once."""
    counted = Counter(
        (found["path"].strip(), found["text"])
        for found in _FENCED.finditer(prompt)
        if len(found["text"]) > LEAST
    )
    return sorted(path for (path, _), count in counted.items() if count > 1)


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a role's prompt parts from the one before: after so many of its characters, at which words.

    `again` are characters of lines behind the parting that had stood in the prompt before, or in its reply.
    """

    role: str
    phase: str
    same: int
    of: int
    again: int
    at: str
    before: str


def partings(exchanges: Sequence[Exchange]) -> list[Parting]:
    """Each prompt of each role beside the one before it of the same role."""
    latest: dict[str, Exchange] = {}
    found: list[Parting] = []
    for exchange in exchanges:
        if not exchange.role:
            continue
        if (before := latest.get(exchange.role)) is not None:
            found.append(_parting(before, exchange))
        latest[exchange.role] = exchange
    return found


def _parting(before: Exchange, exchange: Exchange) -> Parting:
    known = f"{before.prompt}{before.reply}"
    same = len(common_start(known, exchange.prompt))
    lines = {line for line in known.splitlines() if len(line) > 12}
    rest = exchange.prompt[same:]
    return Parting(
        role=exchange.role,
        phase=exchange.phase,
        same=same,
        of=len(exchange.prompt),
        again=sum(len(line) for line in rest.splitlines() if line in lines),
        at=_words(exchange.prompt, same),
        before=_words(known, same),
    )


def _words(text: str, at: int) -> str:
    """The line in which a place is, from a little before it."""
    start = max(text.rfind("\n", 0, at) + 1, at - 24)
    return " ".join(text[start : start + 60].split())
