"""Changes to files that exist: SEARCH/REPLACE blocks and unified diffs.

A change is applied if the lines that it replaces stand in the file exactly once; `fitting` says what else
a SEARCH/REPLACE block may mean. Line numbers in a diff are ignored, because models count badly. Line endings
are the file's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from agents.replies.blocks import lines_of, without_ending
from agents.replies.fitting import (
    Fit,
    Replacement,
    as_written,
    credible,
    exact,
    leaves_out,
    may_be_escaped,
    may_be_signed,
    places,
    stands_there,
    tolerant,
)

_OLD_FILE = re.compile(r"--- (?P<path>\S.*?)(?:\t.*)?\s*")
_NEW_FILE = re.compile(r"\+\+\+ (?P<path>\S.*?)(?:\t.*)?\s*")
_GIT_FILE = re.compile(r"diff --git (?P<old>a/\S+) (?P<new>b/\S+)\s*")
_LOOSE_DIFF = re.compile(
    r"^--- \S.*\n\+\+\+ \S.*\n@@.*\n(?:(?:[-+ @\\]|diff --git |index ).*(?:\n|\Z)|\n(?=[-+ @]))*",
    re.MULTILINE,
)
_HUNK = re.compile(r"@@.*")
_NUMBERED_HUNK = re.compile(r"@@ (?:-\d|\.\.\.|.*@@).*|@@\s*\Z")
_PATCH = "*** Begin Patch"
_PATCHED = re.compile(
    r"\*\*\* (?:(?P<what>Update|Add|Delete|Move)(?: File| to): (?P<path>\S.*?)|Begin Patch|End .*)\s*"
)
_LOOSE_PATCH = re.compile(r"^\*\*\* Begin Patch\n(?:.*\n)*?\*\*\* End Patch$", re.MULTILINE)
_PREAMBLE = re.compile(r"diff |index |new file|deleted file|old mode|new mode|similarity|rename |\s*$")
_NO_NEWLINE = "\\"
DIFF_LANGUAGES = frozenset({"diff", "patch", "udiff"})
NO_FILE = "/dev/null"

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
        results = [
            None
            if may_be_escaped(way, content or "") or may_be_signed(way, content or "")
            else _replaced(content, way, find)
            for way in ways
        ]
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


def is_diff(language: str, content: str) -> bool:
    """Whether a block is a diff, by its language or by how it begins."""
    if language in DIFF_LANGUAGES or content.lstrip().startswith(_PATCH):
        return True
    lines = [without_ending(line) for line in lines_of(content) if not _PREAMBLE.match(line)][:3]
    headed = len(lines) > 2 and bool(_OLD_FILE.fullmatch(lines[0]) and _NEW_FILE.fullmatch(lines[1]))
    return headed and bool(_HUNK.match(lines[2]))


def is_signed(content: str) -> bool:
    """Whether all lines of a program have the signs of a diff, as no program's own lines do."""
    lines = [without_ending(line) for line in lines_of(content) if line.strip()]
    hunked = bool(lines) and _NUMBERED_HUNK.match(lines[0]) is not None
    return hunked or (any(line[0] in "+-" for line in lines) and all(line[0] in " +-@\\" for line in lines))


def loose_diffs(text: str) -> list[str]:
    """Return the diffs that stand in a text (with LF endings) outside any fence."""
    patches = [found[0] for found in _LOOSE_PATCH.finditer(text)] if _PATCH in text else []
    return patches + ([found[0] for found in _LOOSE_DIFF.finditer(text)] if "\n@@" in text else [])


def _as_unified(line: str) -> list[str]:
    """A line of an `*** Update File:` patch as those of a unified diff."""
    found = _PATCHED.fullmatch(line)
    if found is None:
        return [line]
    match found["what"]:
        case "Update":
            return [f"--- {found['path']}", f"+++ {found['path']}"]
        case "Add":
            return [f"--- {NO_FILE}", f"+++ {found['path']}"]
        case "Delete" | "Move":
            return [f"--- {found['path']}", f"+++ {found['path']}", "?"]  # which is asked about
        case _:
            return []


def read_diff(content: str, known: Mapping[str, str]) -> list[Edit]:
    """Return the changes of a diff, a file each; a hunk that is no hunk makes an edit without hunks."""
    edits: list[Edit] = []
    old_path, new_path = "", ""
    body: list[str] = []
    lines = [without_ending(line) for line in lines_of(content)]
    if content.lstrip().startswith(_PATCH):
        lines = [unified for line in lines for unified in _as_unified(line)]
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if git := _GIT_FILE.fullmatch(line):
            edits += _diff_of_file(old_path, new_path, body, known)
            old_path, new_path, body = git["old"], git["new"], []
        elif _OLD_FILE.fullmatch(line) and _NEW_FILE.fullmatch(following):
            edits += _diff_of_file(old_path, new_path, body, known)
            old_path, new_path, body = _path_in(_OLD_FILE, line), _path_in(_NEW_FILE, following), []
        elif not (body == [] and (_PREAMBLE.match(line) or _NEW_FILE.fullmatch(line))):
            body.append(line)
    return edits + _diff_of_file(old_path, new_path, body, known)


def _path_in(header: re.Pattern[str], line: str) -> str:
    found = header.fullmatch(line)
    return found["path"].strip('"') if found else ""


def _diff_of_file(old_path: str, new_path: str, body: list[str], known: Mapping[str, str]) -> list[Edit]:
    if not body:
        return []
    hunks: list[Replacement] = []
    lines: list[str] = []
    for line in [*body, "@@"]:
        if not _HUNK.match(line):
            lines.append(line)
            continue
        if any(text.strip() for text in lines):
            hunk = _hunk(lines)
            if hunk is None:
                return [Edit(_target(old_path, new_path, known), ())]
            hunks.append(hunk)
        lines = []
    return [
        Edit(
            _target(old_path, new_path, known),
            tuple(hunks),
            creates=old_path == NO_FILE,
            deletes=new_path == NO_FILE,
        )
    ]


def _hunk(lines: list[str]) -> Replacement | None:
    """Return the old and the new lines of a hunk; None when a line is neither, or nothing changes."""
    while lines and (not lines[-1] or _PREAMBLE.match(lines[-1])) and not lines[-1].startswith(" "):
        lines = lines[:-1]
    old: list[str] = []
    new: list[str] = []
    ends_open: bool | None = None
    sign = " "
    for line in lines:
        if line.startswith(_NO_NEWLINE):
            ends_open = sign != "-"
            continue
        sign, text = line[:1] or " ", line[1:]
        if sign not in " +-":
            return None
        if sign != "+":
            old.append(text)
        if sign != "-":
            new.append(text)
            ends_open = None if ends_open is None else False
    return Replacement(tuple(old), tuple(new), ends_open) if old != new or ends_open is not None else None


def _target(old_path: str, new_path: str, known: Mapping[str, str]) -> str:
    """Return the file that a diff's two headers mean: with or without Git's `a/` and `b/`."""
    old, new = (re.sub(r"\A[abciw]/", "", path) for path in (old_path, new_path))
    if new_path in known or old_path == NO_FILE or not old:
        return new_path if new_path in known else new
    if new_path == NO_FILE or (new not in known and new.startswith(old)):
        return old_path if old_path in known else old  # `main.py.new` is main.py as it is to be
    return new
