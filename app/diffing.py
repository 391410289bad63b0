"""Two versions of a text side by side, as the lines of a unified diff."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import unified_diff
from typing import Literal, TypeAlias

LARGEST = 20_000
"""Texts with more lines are not compared: the time grows with the square of the lines that differ."""

LineKind: TypeAlias = Literal["added", "removed", "same", "hunk"]
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: its number in the old and in the new text, 0 where it is not part of one."""

    kind: LineKind
    text: str
    old: int = 0
    new: int = 0


def compared(before: str, after: str) -> list[DiffLine] | None:
    """The changed lines with three lines around them; None when the texts are too long to compare."""
    old_lines, new_lines = before.splitlines(), after.splitlines()
    if len(old_lines) + len(new_lines) > LARGEST:
        return None
    made: list[DiffLine] = []
    old = new = 0
    for number, line in enumerate(unified_diff(old_lines, new_lines, lineterm="")):
        if number < 2:
            continue  # the two lines that would name the files
        if found := _HUNK.match(line):
            old, new = int(found.group(1)), int(found.group(2))
            made.append(DiffLine("hunk", f"Line {new or old}"))
        elif line.startswith("+"):
            made.append(DiffLine("added", line[1:], new=new))
            new += 1
        elif line.startswith("-"):
            made.append(DiffLine("removed", line[1:], old=old))
            old += 1
        else:
            made.append(DiffLine("same", line[1:], old, new))
            old, new = old + 1, new + 1
    return made
