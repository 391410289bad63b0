"""Changes to files that exist: of SEARCH/REPLACE blocks and of diffs.

A change is applied if the lines that it replaces stand in the file exactly once; `fitting` says what else
a SEARCH/REPLACE block may mean. Line numbers in a diff are ignored, because models count badly. Line endings
are the file's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from agents.replies.blocks import lines_of, without_ending
from agents.replies.fitting import (
    Fit,
    Replacement,
    as_written,
    credible,
    doubt,
    exact,
    leaves_out,
    places,
    stands_there,
    tolerant,
)

Finder: TypeAlias = Callable[[Sequence[str], Replacement], Fit | None]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file. `alternatives` are the ways in which a SEARCH/REPLACE block can be read.

    `path` is empty when the block itself does not name its file; `hunks` belong together and are applied
    all or none; `creates` and `deletes` say what a diff's `/dev/null` says.
    """

    path: str
    hunks: tuple[Replacement, ...]
    alternatives: tuple[Replacement, ...] = ()
    creates: bool = False
    deletes: bool = False

    @property
    def first_line(self) -> str:
        """The first line that says something, to recognise the change by."""
        parts = (*self.hunks, *self.alternatives)
        lines = [line.strip() for part in parts for line in (*part.old, *part.new)]
        return next(filter(None, lines), "")


def apply(edit: Edit, content: str | None) -> str | None:
    """Return a file's content after `edit`, or None when it does not apply exactly once.

    `content` is None for a file that does not exist; a deleted file is an empty text.
    """
    if edit.alternatives:
        return _searched(edit, content)
    if edit.deletes:
        return "" if content is not None and _removes_everything(edit, content) else None
    if edit.creates and content:
        return None
    for hunk in edit.hunks:
        content = _replaced(content, hunk)
        if content is None:
            return None
    return content if edit.hunks else None


def is_made(edit: Edit, content: str) -> bool:
    """Whether all new lines of a change stand in a file, once."""
    texts = [without_ending(line) for line in lines_of(content)]
    parts = (*edit.hunks, *edit.alternatives)
    said_once = len(edit.alternatives) <= 1 and parts
    return bool(said_once) and all(len(places(texts, part.new)) == 1 for part in parts)


def _removes_everything(edit: Edit, content: str) -> bool:
    removed = [line for hunk in edit.hunks for line in hunk.old]
    return not any(hunk.new for hunk in edit.hunks) and removed == [
        without_ending(line) for line in lines_of(content)
    ]


def _searched(edit: Edit, content: str | None) -> str | None:
    """What a block makes of a file: as it is written if one of its readings fits, else as it may be meant.

    Of several readings the one that searches for the most must fit: what fits of a block whose lines are no
    longer there may be a piece of them.
    """
    ways = credible(edit.alternatives, content or "")
    for find in (as_written, tolerant):
        results = [None if doubt(way, content or "") else _replaced(content, way, find) for way in ways]
        fitting = [result for result in results if result is not None]
        if fitting:
            return fitting[0] if len(fitting) == 1 and results[-1] is not None else None
    return None


def _replaced(content: str | None, hunk: Replacement, find: Finder = exact) -> str | None:
    if not content:
        # There is nothing to search in: only a change without old lines says what the file becomes.
        return None if hunk.old else _joined(hunk.new, "\n", hunk.ends_open is True)
    lines = lines_of(content)
    texts = [without_ending(line) for line in lines]
    fit = find(texts, hunk)
    if fit is None or leaves_out(Replacement(tuple(texts[fit.start : fit.end]), fit.new), texts):
        return None
    if stands_there(texts, fit):
        return content
    at_the_end = fit.end == len(lines)
    open_before = lines[fit.end - 1] == texts[fit.end - 1]
    ends_open = open_before and hunk.ends_open is not False if at_the_end else False
    new = "".join(_with_endings(fit.new, lines[fit.start : fit.end], _usual_ending(lines)))
    if ends_open or (hunk.ends_open is True and at_the_end):
        new = without_ending(new)
    kept = lines[: fit.start]
    if not new and ends_open and kept:
        kept[-1] = without_ending(kept[-1])
    return "".join(kept) + new + "".join(lines[fit.end :])


def _usual_ending(lines: Sequence[str]) -> str:
    """How most lines of a file end."""
    counted = Counter(line[len(without_ending(line)) :] for line in lines)
    del counted[""]
    return max(counted, key=lambda ending: (counted[ending], ending == "\n"), default="\n")


def _with_endings(new: Sequence[str], replaced: Sequence[str], usual: str) -> Iterator[str]:
    """New lines with endings; those that are kept, or take the place of another one, have that one's."""
    endings = [line[len(without_ending(line)) :] or usual for line in replaced]
    if set(endings) <= {usual}:
        yield from (f"{line}{usual}" for line in new)
        return
    old = [without_ending(line) for line in replaced]
    for _, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        theirs = endings[start:end] if end - start == last - first else [usual] * (last - first)
        yield from (f"{line}{ending}" for line, ending in zip(new[first:last], theirs, strict=True))


def _joined(lines: Sequence[str], ending: str, ends_open: bool) -> str:
    return ending.join(lines) + ("" if ends_open or not lines else ending)
