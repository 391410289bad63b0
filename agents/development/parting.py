"""A program in parts that several can work on at the same time, each on files of its own.

The code graph (AgileCoder, arXiv:2406.11912) says what belongs together; how it is cut is our own choice
[ours].
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.codegraph import CodeGraph, circles
from agents.context import SMALL

STEP = 0.5
"""What a step of writing costs besides its files, in files: it reads the task and the program again."""
WORTH = 1.0
"""So much sooner must parts be done than one alone, in files: about ten seconds of a local model."""


# --- what is there already -------------------------------------------------------------------------


def parts_of(
    files: Mapping[str, str], graph: CodeGraph, focus: Sequence[str], most: int
) -> list[tuple[str, ...]]:
    """The files of `focus` (of all where it is empty) in at most `most` parts of about the same size.

    Each part has at least what a prompt shows around a file anyway (`context.SMALL`), so a small program is
    one part. Files that import each other in a circle stay together, and so, as far as sizes allow, do files
    and what they import. `graph` is brought up to date.
    """
    known = sorted(path for path in (focus or files) if path in files)
    whole = sum(len(files[path]) for path in known)
    count = min(most, whole // SMALL)
    if count < 2:
        return [tuple(known)]
    graph.update(files)
    parts: list[tuple[str, ...]] = []
    part: list[str] = []
    size, left = 0, whole
    for circle in circles(known, graph.imports):
        part += circle
        size += sum(len(files[path]) for path in circle)
        if len(parts) < count - 1 and size >= left / (count - len(parts)):
            parts.append(tuple(part))
            left, size, part = left - size, 0, []
    return [*parts, tuple(part)] if part else parts


# --- what is designed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parting:
    """Files to be written: `first` what several parts use, then the `parts` at the same time, then `last`."""

    first: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]

    @property
    def time(self) -> float:
        """How long it takes, in files that are written one after the other."""
        steps = bool(self.first) + 1 + bool(self.last)
        return len(self.first) + max(map(len, self.parts)) + len(self.last) + steps * STEP


def parted(files: Iterable[str], uses: Mapping[str, Collection[str]], most: int) -> Parting | None:
    """How `files`, of which each uses others, are written the soonest by at most `most` at the same time.

    Foundations are taken off from below and what brings all together from above, until what remains falls
    into parts without an edge between them. None when one alone is about as fast.
    """
    design = _Design(files, uses)
    found = [
        made
        for bottom in range(design.depth)
        for top in range(design.depth - bottom)
        if (made := design.cut(bottom, top, most))
    ]
    best = min(found, key=lambda made: made.time, default=None)
    return best if best and best.time + WORTH <= len(design.order) + STEP else None


class _Design:
    """Files with their edges, by how far each is from what uses nothing and from what nobody uses."""

    def __init__(self, files: Iterable[str], uses: Mapping[str, Collection[str]]) -> None:
        known = list(dict.fromkeys(files))
        self._uses = {path: [used for used in known if used in uses.get(path, ())] for path in known}
        self._users = {path: [user for user in known if path in self._uses[user]] for path in known}
        self.order = [path for circle in circles(known, self._uses.__getitem__) for path in circle]
        self._below, self._above = _levels(known, self._uses), _levels(known, self._users)
        self.depth = max(self._below.values(), default=0) + 1

    def cut(self, bottom: int, top: int, most: int) -> Parting | None:
        """With so many levels taken off from below and above; None when the rest is one part."""
        first = tuple(path for path in self.order if self._below[path] < bottom)
        last = tuple(path for path in self.order if self._above[path] < top and path not in first)
        parts: list[list[str]] = [[] for _ in range(most)]
        for island in sorted(self._islands({*self.order} - {*first, *last}), key=len, reverse=True):
            min(parts, key=len).extend(island)
        several = tuple(tuple(path for path in self.order if path in part) for part in parts if part)
        return Parting(first, several, last) if len(several) > 1 else None

    def _islands(self, paths: Collection[str]) -> Iterator[list[str]]:
        """`paths` by what hangs together, in the order of the design."""
        left = [path for path in self.order if path in paths]
        while left:
            island, waiting = [left[0]], [left[0]]
            while waiting:
                path = waiting.pop()
                near = [other for other in (*self._uses[path], *self._users[path]) if other in paths]
                new = [other for other in dict.fromkeys(near) if other not in island]
                island += new
                waiting += new
            left = [path for path in left if path not in island]
            yield island


def _levels(paths: Sequence[str], targets: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many steps each is from a path without targets; those of a circle are on one level."""
    level: dict[str, int] = {}
    for circle in circles(paths, targets.__getitem__):
        beyond = {target for path in circle for target in targets[path]} - set(circle)
        level |= dict.fromkeys(circle, max((level[target] + 1 for target in beyond), default=0))
    return level
