"""Files that other programs run without being asked: git's hooks, pytest's conftest.py, and their like.

A program that a model wrote may leave such a file in the project's folder, for the next command of the user.
Troupe itself runs nothing in that folder outside the sandbox, and no hook of git; the user may, so they are
told.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

# A pattern of a path within the project → who runs what stands there. The first that fits counts.
RUNNERS = {
    ".git": "git",
    ".git/config": "git",
    ".git/hooks/*": "git",
    "*/.git": "git",
    "*/.git/config": "git",
    "*/.git/hooks/*": "git",
    ".gitmodules": "git",
    ".husky/*": "git",
    ".pre-commit-config.yaml": "pre-commit",
    "conftest.py": "pytest",
    "*/conftest.py": "pytest",
    "sitecustomize.py": "Python",
    "*/sitecustomize.py": "Python",
    "usercustomize.py": "Python",
    "*/usercustomize.py": "Python",
    "*.pth": "Python",
    ".envrc": "direnv",
    ".vscode/*.json": "VS Code",
    ".idea/*": "PyCharm",
    ".npmrc": "npm",
}
SAMPLES = "*.sample"  # git's own examples, which it does not run
UNSEEN = frozenset({"node_modules", "__pycache__", ".venv", "venv", "objects", "logs"})
MOST = 20_000  # files and folders that are looked at
SHOWN = 5

LARGE = 256 * 1024  # a file of more bytes is known by its time instead of its content

Trap = tuple[str, int, str]  # who runs it, its size, and by what else it is known that it has changed


def traps(folder: Path) -> dict[str, Trap]:
    """The files in `folder` that others run, and links that lead out of it, by their path; blocks."""
    found: dict[str, Trap] = {}
    root = os.path.realpath(folder)
    for seen, (path, status) in enumerate(_walk(folder)):
        if seen > MOST:
            break
        if runner := _runner(path, status, root):
            found[path] = (runner, status.st_size, _known_by(folder / path, status))
    return found


def planted(before: Mapping[str, Trap], after: Mapping[str, Trap], own: Collection[str]) -> dict[str, str]:
    """Path → who runs it, of everything that came or changed. `own` are the files that the team wrote."""
    return {path: trap[0] for path, trap in after.items() if before.get(path) != trap and path not in own}


def warning(command: str, left: Mapping[str, str]) -> str:
    """What the user is told of files that `command` left behind."""
    named = [f"{path} ({runner})" for path, runner in list(left.items())[:SHOWN]]
    more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
    return (
        f"`{command}` left files in the project's folder that other programs run or follow without being "
        f"asked: {', '.join(named)}{more}. Look at them before you use those programs there."
    )


def _walk(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every file and link below `folder` by its path within it; links are not followed."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(folder / inside) as entries:
                for entry in entries:
                    path = f"{inside}/{entry.name}" if inside else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in UNSEEN:
                            waiting.append(path)
                    else:
                        yield path, entry.stat(follow_symlinks=False)
        except OSError:  # removed meanwhile, or closed by the program
            continue


def _known_by(path: Path, status: os.stat_result) -> str:
    """The digest of a small file, so that one that is written again alike is no news."""
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGE:
        return str(status.st_mtime_ns)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return str(status.st_mtime_ns)
    with os.fdopen(descriptor, "rb") as file:
        return hashlib.sha256(file.read(LARGE)).hexdigest()


def _runner(path: str, status: os.stat_result, root: str) -> str:
    if stat.S_ISLNK(status.st_mode):
        target = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 - beside realpath
        return "" if os.path.commonpath([root, target]) == root else "leads out of the project"
    if status.st_mode & (stat.S_ISUID | stat.S_ISGID):
        return "runs as its owner"
    if fnmatch(path, SAMPLES):
        return ""
    return next((runner for pattern, runner in RUNNERS.items() if fnmatch(path, pattern)), "")
