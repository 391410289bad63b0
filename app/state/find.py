"""Words looked for in a transcript: how often each entry has them, which place is the current one. No Qt."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The occurrence number `nth` (from 0) in the entry with that index."""

    index: int
    nth: int


class Finder:
    """Counts the occurrences of some words, without regard to case, in entries that are shown to it."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.pattern = re.compile(re.escape(words), re.IGNORECASE) if words else None
        self.current: Place | None = None
        self._counts: dict[int, int] = {}
        self._hits: list[int] = []

    def take(self, index: int, text: str) -> None:
        """Count an entry's occurrences, for the first time or again."""
        count = len(self.pattern.findall(text)) if self.pattern else 0
        known = self._counts.get(index, 0)
        if count and not known:
            insort(self._hits, index)
        elif known and not count:
            del self._hits[bisect_left(self._hits, index)]
        if count:
            self._counts[index] = count
        else:
            self._counts.pop(index, None)
        if self.current and self.current.index == index and self.current.nth >= count:
            self.current = Place(index, count - 1) if count else None

    @property
    def total(self) -> int:
        """How many occurrences were counted."""
        return sum(self._counts.values())

    @property
    def number(self) -> int:
        """Which of them the current one is, from 1; 0 without a current one."""
        if self.current is None:
            return 0
        before = bisect_left(self._hits, self.current.index)
        return sum(self._counts[index] for index in self._hits[:before]) + self.current.nth + 1

    def has(self, index: int) -> bool:
        """Whether an entry has the words."""
        return index in self._counts

    def from_entry(self, index: int) -> Place | None:
        """Make the first occurrence at or after an entry the current one, else the very first."""
        if self._hits:
            at = bisect_left(self._hits, index)
            self.current = Place(self._hits[at if at < len(self._hits) else 0], 0)
        return self.current

    def step(self, by: int) -> Place | None:
        """Make the next (1) or the previous (-1) occurrence the current one, around the end if need be."""
        if not self._hits:
            return None
        if self.current is None:
            return self.from_entry(0) if by > 0 else self._last(len(self._hits) - 1)
        index, nth = self.current.index, self.current.nth + by
        if 0 <= nth < self._counts.get(index, 0):
            self.current = Place(index, nth)
        elif by > 0:
            at = bisect_right(self._hits, index)
            self.current = Place(self._hits[at if at < len(self._hits) else 0], 0)
        else:
            self._last(bisect_left(self._hits, index) - 1)
        return self.current

    def _last(self, at: int) -> Place:
        """Make the last occurrence in a hit the current one."""
        index = self._hits[at]
        self.current = Place(index, self._counts[index] - 1)
        return self.current
