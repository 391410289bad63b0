"""Paths that a model names: kept inside the project, in one spelling, usable on every platform.

And paths that a user types, which may lead anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from agents.errors import PathRefused, UsageError

LONGEST_PATH = 1024  # bytes of UTF-8
LONGEST_PART = 240  # bytes of UTF-8; file systems allow 255

_DRIVE = re.compile(r"[A-Za-z]:")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # names in Persian or with emoji have them
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters without any width
_OF_GIT = frozenset({".git", "git~1"})


def checked(path: str) -> str:
    """Return `path` as the project spells it: relative, with forward slashes, its folders kept.

    Raises `PathRefused`, whose message names the path and the reason, for everything that leads out of
    the project or is no path of a file.
    """
    reason = _refusal(path)
    if reason:
        raise PathRefused(
            f"“{_shown(path)}” is refused: {reason}.", "Name files by paths inside the project."
        )
    return "/".join(_parts(path))


def clash_key(path: str) -> str:
    """Return what two paths have in common when a file system cannot tell them apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def refuse_clashes(paths: Iterable[str]) -> None:
    """Refuse paths that some file system cannot hold together: `A.py` and `a.py`, `a` and `a/b.py`."""
    named: dict[str, str] = {}
    for path in paths:
        other = named.setdefault(clash_key(path), path)
        if other != path:
            raise PathRefused(f"“{path}” and “{other}” differ in case only.", "Rename one of them.")
    for path in named.values():
        for parent in PurePosixPath(path).parents:
            if (file := named.get(clash_key(str(parent)))) is not None:
                raise PathRefused(
                    f"“{file}” cannot be a file and the folder of “{path}”.", "Rename one of them."
                )


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]


def _shown(path: str) -> str:
    visible = "".join("\ufffd" if _is_unseen(char) or not char.isprintable() else char for char in path)
    return visible if len(visible) <= 120 else visible[:119] + "…"


def _refusal(path: str) -> str:
    """Say why `path` cannot be used; empty when it can."""
    if not path.strip():
        return "it is empty"
    if any(map(_is_unseen, path)):
        return "it holds characters that cannot be seen"
    slashed = path.replace("\\", "/")
    if slashed.startswith("/"):
        return "it is absolute"
    if _DRIVE.match(path):
        return "it names a drive"
    if slashed.endswith(("/", "/.")):
        return "it is a folder"
    parts = _parts(path)
    if not parts:
        return "it is the project itself"
    if parts[0].startswith("~") and (len(parts) > 1 or parts == ["~"]):
        return "it leads into a home folder"
    if len("/".join(parts).encode()) > LONGEST_PATH:
        return "it is too long"
    return next(filter(None, map(_refusal_of_part, parts)), "")


def _is_unseen(char: str) -> bool:
    if char in _JOINERS:
        return False
    return unicodedata.category(char) in _INVISIBLE or char in _FILLERS


def _refusal_of_part(part: str) -> str:
    if part.rstrip(". ") == "":
        return "it leads out of its folder"
    if part != part.strip() or part.endswith("."):
        return "a name in it begins with a space, or ends with a space or a dot"
    if part.casefold() in _OF_GIT:
        return "Git's own folder is not written"
    if ":" in part:
        return "it holds a colon"
    if len(part.encode()) > LONGEST_PART:
        return "a name in it is too long"
    return ""


def typed_path(given: str | Path) -> Path:
    """A path as somebody typed it, `~` being their home folder; `UsageError` when there is no such home."""
    try:
        return Path(given).expanduser()
    except RuntimeError as error:
        raise UsageError(f"There is no such home folder: {given}", "Write the path without ~.") from error
