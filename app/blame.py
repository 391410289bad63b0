"""Which version wrote which line of a file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from app.diffing import lines_of

LARGEST = 10_000
"""Texts with more lines are not followed through their versions."""


def blamed(texts: Sequence[str]) -> list[int]:
    """For each line of the last text the place in `texts` of the version that brought it in.

    `texts` are the versions of one file, the oldest first. Empty when there is no text, or a very long one.
    """
    lines: list[str] = []
    origins: list[int] = []
    for number, text in enumerate(texts):
        after = lines_of(text)
        if len(after) > LARGEST:
            return []
        fresh = [number] * len(after)
        matcher = SequenceMatcher(None, lines, after)
        for block in matcher.get_matching_blocks():
            fresh[block.b : block.b + block.size] = origins[block.a : block.a + block.size]
        lines, origins = after, fresh
    return origins
