"""Writing into the project's folder without being led out of it.

A program that a model wrote runs with this folder as its own and may plant symbolic links for us to
follow. On systems that can open relative to a directory descriptor every component of a path is opened
that way with `O_NOFOLLOW`, so that nothing can be swapped between a check and its use. Elsewhere
(Windows) each component is checked right before it is used.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from agents.errors import PathRefused, WorkspaceError

HAS_DESCRIPTORS = {os.open, os.mkdir, os.stat, os.unlink, os.rmdir} <= os.supports_dir_fd and hasattr(
    os, "O_NOFOLLOW"
)

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_REPARSE_POINT = 0x400  # Windows: links and junctions


class Folder(Protocol):
    """A folder whose files are written and deleted by checked relative paths."""

    def write(self, path: str, data: bytes) -> None:
        """Put a file in place as a whole; `WorkspaceError` says what is in the way."""

    def delete(self, path: str) -> None:
        """Delete a file if it is there, and the folders that are empty then; a folder of its name stays."""


@contextmanager
def open_folder(root: Path) -> Iterator[Folder]:
    """Open a folder for writing, creating it if need be."""
    with ExitStack() as stack:
        with _named(str(root)):
            root.mkdir(parents=True, exist_ok=True)
            if HAS_DESCRIPTORS:
                descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                stack.callback(os.close, descriptor)
        yield DescriptorFolder(descriptor) if HAS_DESCRIPTORS else CheckedFolder(root)


class DescriptorFolder:
    """A folder reached through an open descriptor; no component of a path is ever followed as a link."""

    def __init__(self, descriptor: int) -> None:
        self._root = descriptor

    def write(self, path: str, data: bytes) -> None:
        """Put a file in place as a whole."""
        *parents, name = path.split("/")
        with _named(path), ExitStack() as stack:
            folder = self._enter(parents, stack, create=True)
            mode = _mode_to_keep(path, _status(name, folder))
            temporary = _temporary_name(name)
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(temporary, flags, 0o666, dir_fd=folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    if mode is not None:
                        os.fchmod(file.fileno(), mode)
                    file.write(data)
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise

    def delete(self, path: str) -> None:
        """Delete a file if it is there, and the folders that are empty then; a folder of its name stays."""
        *parents, name = path.split("/")
        with _named(path), ExitStack() as stack:
            try:
                folder = self._enter(parents, stack, create=False)
                status = _status(name, folder)
            except FileNotFoundError:
                return
            if status is not None and _is_folder(status):
                return  # the file went when a folder took its place
            if status is not None:
                _mode_to_keep(path, status)
                os.unlink(name, dir_fd=folder)
            with suppress(OSError):
                os.unlink(_temporary_name(name), dir_fd=folder)
            for depth in range(len(parents), 0, -1):
                with ExitStack() as above, suppress(OSError):
                    os.rmdir(
                        parents[depth - 1], dir_fd=self._enter(parents[: depth - 1], above, create=False)
                    )

    def _enter(self, parents: list[str], stack: ExitStack, create: bool) -> int:
        folder = self._root
        for depth, part in enumerate(parents, start=1):
            if create:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=folder)
            status = _status(part, folder)
            if status is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            _must_be_folder("/".join(parents[:depth]), status, needed=create)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            folder = os.open(part, flags, dir_fd=folder)
            stack.callback(os.close, folder)
        return folder


class CheckedFolder:
    """A folder reached by its path, for systems without directory descriptors.

    Each component is looked at right before it is used; what swaps it in between is not noticed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, path: str, data: bytes) -> None:
        """Put a file in place as a whole."""
        with _named(path):
            target = self._checked(path, create=True)
            mode = _mode_to_keep(path, _status(target))
            temporary = target.with_name(_temporary_name(target.name))
            temporary.unlink(missing_ok=True)
            try:
                with temporary.open("xb") as file:
                    file.write(data)
                if mode is not None:
                    temporary.chmod(mode)
                temporary.replace(target)
            except OSError:
                with suppress(OSError):
                    temporary.unlink()
                raise

    def delete(self, path: str) -> None:
        """Delete a file if it is there, and the folders that are empty then; a folder of its name stays."""
        with _named(path):
            try:
                target = self._checked(path, create=False)
                status = _status(target)
            except FileNotFoundError:
                return
            if status is not None and _is_folder(status):
                return  # the file went when a folder took its place
            if status is not None:
                _mode_to_keep(path, status)
                target.unlink()
            with suppress(OSError):
                target.with_name(_temporary_name(target.name)).unlink()
            for folder in list(target.parents)[: path.count("/")]:
                with suppress(OSError):
                    folder.rmdir()

    def _checked(self, path: str, create: bool) -> Path:
        at = self._root
        parents = path.split("/")[:-1]
        for depth, part in enumerate(parents, start=1):
            at /= part
            if create:
                at.mkdir(exist_ok=True) if _status(at) is None else None
            status = _status(at)
            if status is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            _must_be_folder("/".join(parents[:depth]), status, needed=create)
        return self._root / path


def _status(path: str | Path, folder: int | None = None) -> os.stat_result | None:
    try:
        return os.stat(path, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def is_link(status: os.stat_result) -> bool:
    """Whether a file is a symbolic link, or a junction on Windows."""
    attributes: int = getattr(status, "st_file_attributes", 0)
    return stat.S_ISLNK(status.st_mode) or bool(attributes & _REPARSE_POINT)


def _is_folder(status: os.stat_result) -> bool:
    return stat.S_ISDIR(status.st_mode) and not is_link(status)


def _must_be_folder(path: str, status: os.stat_result, *, needed: bool) -> None:
    """Refuse what is no folder; where none is needed, there is nothing in it either."""
    if is_link(status):
        raise _link(path)
    if not stat.S_ISDIR(status.st_mode):
        if not needed:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        raise WorkspaceError(f"{path} is a file where a folder is needed.", "Move or delete it.")


def _mode_to_keep(path: str, status: os.stat_result | None) -> int | None:
    """Return the permissions of the file that is to be replaced; refuse what is no file."""
    if status is None:
        return None
    if is_link(status):
        raise _link(path)
    if stat.S_ISDIR(status.st_mode):
        raise WorkspaceError(f"{path} is a folder where a file is needed.", "Move or delete it.")
    if not stat.S_ISREG(status.st_mode):
        raise WorkspaceError(f"{path} is no ordinary file.", "Move or delete it.")
    return stat.S_IMODE(status.st_mode) & 0o777


def _link(path: str) -> PathRefused:
    return PathRefused(
        f"{path} is a symbolic link, and links are not followed.", "Replace it by a file or delete it."
    )


def _temporary_name(name: str) -> str:
    """The same for each file of a folder: whoever was killed while writing it leaves no more than one.

    It is gone when the file is written, or deleted, by whoever goes on.
    """
    return f".troupe-{hashlib.sha256(os.fsencode(name)).hexdigest()[:12]}.tmp"


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Turn the system's errors into ones that name the file and the reason."""
    try:
        yield
    except OSError as error:
        raise _explained(path, error) from error


def _explained(path: str, error: OSError) -> WorkspaceError:
    if error.errno in _FULL:
        return WorkspaceError(
            f"{path} could not be written: the disk is full.", "Make room and continue the run."
        )
    if error.errno in _FORBIDDEN:
        return WorkspaceError(
            f"{path} could not be written: there is no permission to write here.",
            "Change the permissions of the project's folder, or choose another one.",
        )
    reason = error.strerror or str(error)
    return WorkspaceError(f"{path} could not be written: {reason}.", "", repr(error))
