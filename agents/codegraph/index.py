"""Who offers what, and who asked for it: so that a change is taken to those alone whom it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from agents.codegraph.parts import Key, Reading


class Index:
    """What the files of a project offer by key, and the files that asked for each key."""

    def __init__(self) -> None:
        self._offering: defaultdict[Key, set[str]] = defaultdict(set)
        self._offered: dict[str, frozenset[Key]] = {}
        self._asking: defaultdict[Key, set[str]] = defaultdict(set)
        self._asked: dict[str, frozenset[Key]] = {}

    def offering(self, key: Key) -> Collection[str]:
        """The files that offer `key`."""
        return self._offering.get(key, ())

    def asking(self, key: Key) -> Collection[str]:
        """The files that asked for `key` when they were resolved, whether they got it or not."""
        return self._asking.get(key, ())

    def offer(self, path: str, keys: frozenset[Key]) -> frozenset[Key]:
        """Note what a file offers now, nothing when it is gone; the keys for which this is a change."""
        before = self._offered.pop(path, frozenset())
        if keys:
            self._offered[path] = keys
        _rearranged(self._offering, path, before, keys)
        return before ^ keys

    def ask(self, path: str, keys: frozenset[Key]) -> None:
        """Note what a file asked for when it was resolved."""
        before = self._asked.pop(path, frozenset())
        if keys:
            self._asked[path] = keys
        _rearranged(self._asking, path, before, keys)


class Questions:
    """What resolving one file may ask of the project (`parts.Project`); `asked` are its questions."""

    def __init__(self, index: Index, readings: Mapping[str, Reading]) -> None:
        self.asked: set[Key] = set()
        self._index = index
        self._readings = readings

    def has(self, path: str) -> bool:
        """Whether there is a file of this path."""
        self.asked.add(("path", path))
        return path in self._readings

    def offering(self, kind: str, name: str) -> list[str]:
        """The files that offer this, sorted."""
        self.asked.add((kind, name))
        return sorted(self._index.offering((kind, name)))

    def reading(self, path: str) -> Reading | None:
        """What another file says; None when there is no such file."""
        self.asked |= {("path", path), ("text", path)}
        return self._readings.get(path)


def _rearranged(
    files: defaultdict[Key, set[str]], path: str, before: frozenset[Key], now: frozenset[Key]
) -> None:
    for key in before - now:
        files[key].discard(path)
        if not files[key]:
            del files[key]
    for key in now - before:
        files[key].add(path)
