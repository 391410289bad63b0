"""The project's files with all their versions, and the folder that shows the current one.

Versions live in memory, where the journal puts them again when a run is continued; the folder is brought
up to date by `Workspace.write_out`.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from agents.errors import PathRefused, UsageError, WorkspaceError
from agents.events import FileChange
from agents.folders import Folder, open_folder
from agents.paths import checked, refuse_clashes

__all__ = ["LARGEST_FILE", "Version", "Workspace", "checked"]

LARGEST_FILE = 1024 * 1024  # bytes; larger ones of an existing folder are left alone
MOST_FILES, MOST_TEXT = 10_000, 64 * 1024 * 1024  # of an existing folder [ours]: all are held in memory
_LARGEST_COMPARISON = 4_000_000  # lines times lines; above, moved lines are not counted as changed

_SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox"}
)


@dataclass(frozen=True, slots=True)
class Version:
    """One state of the project. `contents` has the changed files only; None for a deleted one."""

    number: int
    author: str
    message: str
    changes: tuple[FileChange, ...]
    contents: Mapping[str, str | None]


class Workspace:
    """The files of one project. Nothing is read or written before it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, str] = {}
        self._versions: list[Version] = []
        self._in_folder: dict[str, str | None] = {}  # what was last read or written; None: deleted
        self.after_writing: Callable[[Sequence[Version]], None] = lambda versions: None

    @property
    def files(self) -> Mapping[str, str]:
        """The current files by path, sorted, also after later commits; cannot be changed through this."""
        return MappingProxyType(self._files)

    @property
    def versions(self) -> Sequence[Version]:
        """All versions; the first has number 1."""
        return tuple(self._versions)

    def read_existing(self, among: Container[str] | None = None) -> dict[str, str]:
        """Return the text files of the folder (`among` these, if given) by path, line endings as they are.

        Left out are Git's folder and the like, virtual environments, caches, links, binary files and files
        larger than `LARGEST_FILE`. Nothing is committed. `UsageError` for more than `MOST_FILES` of them,
        or than `MOST_TEXT` characters: that is the folder of no program.
        """
        found: dict[str, str] = {}
        characters = 0
        if not self.folder.exists():
            return found
        for path in _files_below(self.folder):
            text = _text_of(self.folder / path) if among is None or path in among else None
            if text is not None:
                found[path] = text
                characters += len(text)
            if len(found) > MOST_FILES or characters > MOST_TEXT:
                raise UsageError(
                    f"{self.folder} holds more than one program: over {MOST_FILES:,} files, "
                    f"or {MOST_TEXT // 1024**2} MB of text.",
                    "Choose the folder of one program.",
                )
        self._in_folder.update(found)
        return dict(sorted(found.items()))

    def commit(self, files: Mapping[str, str | None], *, author: str, message: str) -> Version | None:
        """Make a new version with these files changed (None: deleted); None when nothing changes.

        Raises `PathRefused` for a path that leads out of the project or clashes with another one, and
        `WorkspaceError` for text that cannot be encoded. Nothing has changed then.
        """
        wanted = _checked_all(files)
        contents = {path: text for path, text in sorted(wanted.items()) if self._files.get(path) != text}
        if not contents:
            return None
        after = {path: text for path, text in {**self._files, **contents}.items() if text is not None}
        refuse_clashes(after)
        changes = tuple(_change(path, self._files.get(path), text) for path, text in contents.items())
        version = Version(len(self._versions) + 1, author, message, changes, MappingProxyType(contents))
        self._files.clear()
        self._files.update(sorted(after.items()))
        self._versions.append(version)
        return version

    def write_out(self) -> None:
        """Bring the folder up to the current version, touching only what differs from the last time.

        Each file is replaced as a whole (a temporary file, then a rename). A symbolic link in the way is
        refused by name after all other files were written; any other failure ends the writing with a
        `WorkspaceError` that names the file. What was not written is tried again the next time. Then
        `after_writing` is called with all versions.
        """
        self._write_pending()
        self.after_writing(self.versions)

    def _write_pending(self) -> None:
        if not self.folder.is_dir():  # somebody took it away: all its files are written anew
            self._in_folder.clear()
        ever = {path for version in self._versions for path in version.contents}
        pending = [path for path in sorted(ever) if self._is_pending(path)]
        if not pending and self.folder.is_dir():
            return
        refused: list[PathRefused] = []
        with open_folder(self.folder) as folder:
            # Deletions first: a file may take the place of a folder, or change the case of its name.
            for path in sorted(pending, key=lambda path: path in self._files):
                try:
                    self._write(folder, path)
                except PathRefused as problem:
                    refused.append(problem)
        if refused:
            messages = " ".join(problem.message for problem in refused)
            raise PathRefused(messages, refused[0].hint)

    def at(self, version: int) -> dict[str, str]:
        """Return all files of a version, sorted; version 0 is the empty project."""
        if not 0 <= version <= len(self._versions):
            raise WorkspaceError(f"The project has no version {version}.")
        files: dict[str, str | None] = {}
        for earlier in self._versions[:version]:
            files.update(earlier.contents)
        return {path: text for path, text in sorted(files.items()) if text is not None}

    def diff(self, path: str, old: int, new: int) -> str:
        """Return how a file differs between two versions as a unified diff; empty when it does not."""
        path = checked(path)
        before, after = self.at(old).get(path), self.at(new).get(path)
        lines = unified_diff(
            _lines(before),
            _lines(after),
            "/dev/null" if before is None else f"a/{path}",
            "/dev/null" if after is None else f"b/{path}",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    def _is_pending(self, path: str) -> bool:
        return path not in self._in_folder or self._in_folder[path] != self._files.get(path)

    def _write(self, folder: Folder, path: str) -> None:
        text = self._files.get(path)
        if text is None:
            folder.delete(path)
        else:
            folder.write(path, text.encode("utf-8"))
        self._in_folder[path] = text


def _checked_all(files: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the files under the project's spelling of their paths."""
    wanted: dict[str, str | None] = {}
    for name, text in files.items():
        path = checked(name)
        if path in wanted and wanted[path] != text:
            raise PathRefused(f"“{path}” is named twice with different contents.")
        try:
            (text or "").encode("utf-8")
        except UnicodeEncodeError as error:
            raise WorkspaceError(f"{path} holds characters that are no text.", "", str(error)) from error
        wanted[path] = text
    return wanted


def _change(path: str, old: str | None, new: str | None) -> FileChange:
    added, removed = _count_changes(_lines(old), _lines(new))
    digest = "" if new is None else sha256(new.encode("utf-8")).hexdigest()
    return FileChange(path=path, digest=digest, added=added, removed=removed)


def _lines(text: str | None) -> list[str]:
    """Split at LF only, keeping it: what a diff calls a line."""
    lines = (text or "").split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _count_changes(old: list[str], new: list[str]) -> tuple[int, int]:
    """Return how many lines were added and removed."""
    if len(old) * len(new) > _LARGEST_COMPARISON:
        before, after = Counter(old), Counter(new)
        return (after - before).total(), (before - after).total()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return len(new) - same, len(old) - same


def _files_below(root: Path) -> Iterable[str]:
    """Yield the paths of the files of a folder that a project can have."""

    def fail(error: OSError) -> None:
        if error.filename == str(root):
            raise WorkspaceError(
                f"{root} cannot be read: {error.strerror}.", "Choose another folder."
            ) from error

    for at, folders, names in os.walk(root, onerror=fail):
        folders[:] = sorted(name for name in folders if not _is_skipped(Path(at, name)))
        for name in sorted(names):
            path = Path(at, name).relative_to(root).as_posix()
            try:
                if checked(path) == path:
                    yield path
            except PathRefused:
                continue


def _is_skipped(folder: Path) -> bool:
    return folder.name in _SKIPPED_FOLDERS or folder.is_symlink() or (folder / "pyvenv.cfg").exists()


def _text_of(path: Path) -> str | None:
    """Return a file's text; None for what is no readable text file of reasonable size, or is a link."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        if path.is_symlink():
            return None
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(LARGEST_FILE + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return None if len(data) > LARGEST_FILE or "\0" in text else text
