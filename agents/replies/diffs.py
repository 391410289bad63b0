"""Diffs in a reply, as models really write them: unified, `*** Update File:` patches, and hunks alone.

Line numbers are ignored, because models count badly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.replies.blocks import lines_of, without_ending
from agents.replies.edits import Edit
from agents.replies.fitting import Replacement

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
_LOOSE_PATCH = re.compile(
    r"^\*\*\* Begin Patch\n(?:(?!\*\*\* (?:Begin|End) Patch).*\n)*(?:\*\*\* End Patch$|.*\Z)", re.MULTILINE
)
_PREAMBLE = re.compile(r"diff |index |new file|deleted file|old mode|new mode|similarity|rename |\s*$")
_NO_NEWLINE = "\\"
DIFF_LANGUAGES = frozenset({"diff", "patch", "udiff"})
NO_FILE = "/dev/null"
_DIFF_OR_PATCH = re.compile(f"{_LOOSE_PATCH.pattern}|{_LOOSE_DIFF.pattern}", re.MULTILINE)
_FENCES = re.compile(r"^[-+ ]?\s{0,3}(`{3,})", re.MULTILINE)
_FENCE_ABOVE = re.compile(r"\s{0,3}(`{3,}).*")
_FENCE_BELOW = re.compile(r"\s*`{3,}[ \t]*(?:\n|\Z)")


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


def with_fenced_diffs(text: str) -> str:
    """The text with a fence of its own around each diff that has fences in it and no longer one around it.

    Those are lines of the file that it changes, and would tear it apart.
    """
    if "\n@@" not in text and _PATCH not in text:
        return text
    result, at = "", 0
    for found in _DIFF_OR_PATCH.finditer(text):
        inside = [len(mark) for mark in _FENCES.findall(found[0])]
        above = text[: found.start()].rstrip("\n").rpartition("\n")[2]
        opening = _FENCE_ABOVE.fullmatch(above)
        if not inside or (opening and len(opening[1]) > max(inside)):
            continue
        fence = "`" * (max(inside) + 1)
        start = found.start() - (len(above) + 1 if opening else 0)
        result += f"{text[at:start]}{fence}diff\n{found[0].rstrip()}\n{fence}\n"
        at = found.end()
        if opening and (closing := _FENCE_BELOW.match(text, at)):
            at = closing.end()
    return result + text[at:]


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
