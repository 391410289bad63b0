"""Two versions of a text compared: as one column of lines, or side by side, with the words that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from app.i18n import tr

LARGEST = 20_000
"""Texts with more lines are not compared: the time grows with the square of the lines that differ."""
CONTEXT = 3
LONGEST_LINE = 2_000
"""In longer lines (of more characters) single words are not compared."""
ALIKE = 0.35
"""Lines with a smaller share of words in common are other lines, not changed ones."""

LineKind: TypeAlias = Literal["added", "removed", "same", "hunk", "filler"]
Words: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of a line that changed: start and length in characters."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_Opcode: TypeAlias = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: its number in the old and in the new text, 0 where it is not part of one.

    A `hunk` is a heading before changed lines, a `filler` stands where the other side has a line.
    """

    kind: LineKind
    text: str
    old: int = 0
    new: int = 0
    words: Words = ()


FILLER = DiffLine("filler", "")
Row: TypeAlias = tuple[DiffLine, DiffLine]
"""A row of two columns: the old text's line and the new text's."""


def lines_of(text: str) -> list[str]:
    """The lines of a text as an editor shows them: only line feeds end one."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def compared(before: str, after: str) -> list[DiffLine] | None:
    """The changed lines with three lines around them; None when the texts are too long to compare."""
    old, new = lines_of(before), lines_of(after)
    if len(old) + len(new) > LARGEST:
        return None
    made: list[DiffLine] = []
    for group in _matcher(old, new).get_grouped_opcodes(CONTEXT):
        _, first_old, _, first_new, _ = group[0]
        heading = first_new if new else first_old
        made.append(DiffLine("hunk", tr("Line {number}", number=heading + 1)))
        for opcode in group:
            made += _unified(old, new, opcode)
    return made


def side_by_side(before: str, after: str) -> list[Row] | None:
    """All lines of both texts, equal ones in one row; None when the texts are too long to compare."""
    old, new = lines_of(before), lines_of(after)
    if len(old) + len(new) > LARGEST:
        return None
    rows: list[Row] = []
    for opcode in _matcher(old, new).get_opcodes():
        rows += _paired(old, new, opcode)
    return rows


def changes(kinds: Sequence[LineKind]) -> list[int]:
    """The first line of every stretch of changed lines, from 0."""
    altered = [kind in ("added", "removed", "filler") for kind in kinds]
    return [
        place for place, is_change in enumerate(altered) if is_change and not (place and altered[place - 1])
    ]


def row_kind(row: Row) -> LineKind:
    """Whether a row differs: the kind of the side that has a line of its own."""
    return row[0].kind if row[0].kind != "filler" else row[1].kind


def changed_words(old: str, new: str) -> tuple[Words, Words]:
    """The words that differ between two lines; nothing when hardly anything is alike."""
    if max(len(old), len(new)) > LONGEST_LINE:
        return (), ()
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    common = sum(
        len(old_words[place].strip())
        for block in matcher.get_matching_blocks()
        for place in range(block.a, block.a + block.size)
    )
    if 2 * common < ALIKE * (len("".join(old.split())) + len("".join(new.split()))):
        return (), ()
    different = [opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal"]
    return (
        _stretches(old_words, [(start, end) for _, start, end, _, _ in different]),
        _stretches(new_words, [(start, end) for _, _, _, start, end in different]),
    )


def _matcher(old: list[str], new: list[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, old, new)


def _unified(old: list[str], new: list[str], opcode: _Opcode) -> Iterator[DiffLine]:
    tag, old_start, old_end, new_start, _ = opcode
    if tag == "equal":
        for offset in range(old_end - old_start):
            yield DiffLine("same", old[old_start + offset], old_start + offset + 1, new_start + offset + 1)
        return
    rows = list(_paired(old, new, opcode))
    yield from (left for left, _ in rows if left is not FILLER)
    yield from (right for _, right in rows if right is not FILLER)


def _paired(old: list[str], new: list[str], opcode: _Opcode) -> Iterator[Row]:
    """The rows of one stretch; changed lines stand beside each other in their order."""
    tag, old_start, old_end, new_start, new_end = opcode
    for offset in range(max(old_end - old_start, new_end - new_start)):
        left, right = old_start + offset, new_start + offset
        has_left, has_right = left < old_end, right < new_end
        if tag == "equal":
            line = DiffLine("same", old[left], left + 1, right + 1)
            yield line, line
            continue
        words = changed_words(old[left], new[right]) if has_left and has_right else ((), ())
        yield (
            DiffLine("removed", old[left], old=left + 1, words=words[0]) if has_left else FILLER,
            DiffLine("added", new[right], new=right + 1, words=words[1]) if has_right else FILLER,
        )


def _stretches(words: list[str], ranges: list[tuple[int, int]]) -> Words:
    """Ranges of words as stretches of characters; empty ones are left out."""
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return tuple((starts[start], starts[end] - starts[start]) for start, end in ranges if end > start)
