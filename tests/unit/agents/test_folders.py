"""Writing into a folder that a hostile program has prepared; both ways of doing it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents.errors import PathRefused, WorkspaceError
from agents.folders import HAS_DESCRIPTORS, CheckedFolder, DescriptorFolder, Folder, open_folder


@contextmanager
def by_path(root: Path) -> Iterator[Folder]:
    root.mkdir(parents=True, exist_ok=True)
    yield CheckedFolder(root)


@pytest.fixture(params=["descriptors", "paths"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder]:
    if request.param == "descriptors" and not HAS_DESCRIPTORS:
        pytest.skip("this system cannot open relative to a directory")
    opened = open_folder if request.param == "descriptors" else by_path
    with opened(tmp_path / "project") as folder:
        yield folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("kept")
    return outside


def everything_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_kind_that_fits_the_system(tmp_path: Path) -> None:
    with open_folder(tmp_path / "a" / "b") as folder:
        assert isinstance(folder, DescriptorFolder if HAS_DESCRIPTORS else CheckedFolder)
    assert (tmp_path / "a" / "b").is_dir()


def test_writing_creates_folders_and_leaves_no_rest(folder: Folder, root: Path) -> None:
    folder.write("a/b/c.py", b"x\r\n\0")
    folder.write("a/b/c.py", b"y")
    assert everything_in(root) == ["a", "a/b", "a/b/c.py"]
    assert (root / "a/b/c.py").read_bytes() == b"y"


def test_permissions_of_a_file_are_kept(folder: Folder, root: Path) -> None:
    folder.write("run.sh", b"1")
    (root / "run.sh").chmod(0o750)
    folder.write("run.sh", b"2")
    assert stat.S_IMODE((root / "run.sh").stat().st_mode) == 0o750


def test_deleting_takes_empty_folders_along(folder: Folder, root: Path) -> None:
    folder.write("a/b/c.py", b"")
    folder.write("a/d.py", b"")
    folder.delete("a/b/c.py")
    folder.delete("a/b/c.py")
    folder.delete("never/was.py")
    assert everything_in(root) == ["a", "a/d.py"]
    folder.delete("a/d.py")
    assert everything_in(root) == []
    assert root.is_dir()


def test_a_link_in_place_of_a_file_is_not_followed(folder: Folder, root: Path, outside: Path) -> None:
    (root / "main.py").symlink_to(outside / "secret")
    for action in (lambda: folder.write("main.py", b"x"), lambda: folder.delete("main.py")):
        with pytest.raises(PathRefused, match=r"main\.py is a symbolic link"):
            action()
    assert (outside / "secret").read_text() == "kept"
    assert (root / "main.py").is_symlink()


def test_a_dangling_link_is_not_followed(folder: Folder, root: Path, outside: Path) -> None:
    (root / "main.py").symlink_to(outside / "new")
    with pytest.raises(PathRefused):
        folder.write("main.py", b"x")
    assert everything_in(outside) == ["secret"]


@pytest.mark.parametrize("target", ["outside", "project", "nowhere"])
def test_a_link_in_place_of_a_folder_is_not_followed(
    folder: Folder, root: Path, outside: Path, target: str
) -> None:
    (root / "real").mkdir()
    (root / "real" / "pkg").symlink_to(outside.parent / target)
    for action in (lambda: folder.write("real/pkg/secret", b"x"), lambda: folder.delete("real/pkg/secret")):
        with pytest.raises(PathRefused, match="real/pkg is a symbolic link"):
            action()
    assert (outside / "secret").read_text() == "kept"


def test_what_is_in_the_way_is_named(folder: Folder, root: Path) -> None:
    (root / "a").mkdir()
    (root / "b").write_text("")
    with pytest.raises(WorkspaceError, match="a is a folder where a file is needed"):
        folder.write("a", b"")
    with pytest.raises(WorkspaceError, match="b is a file where a folder is needed"):
        folder.write("b/c/d.py", b"")
    os.mkfifo(root / "pipe")
    with pytest.raises(WorkspaceError, match="pipe is no ordinary file"):
        folder.write("pipe", b"")
    assert everything_in(root) == ["a", "b", "pipe"]


def test_what_was_replaced_by_another_kind_is_deleted_already(folder: Folder, root: Path) -> None:
    (root / "was_a_folder").write_text("now a file")
    (root / "was_a_file").mkdir()
    (root / "was_a_file" / "new.py").write_text("")
    folder.delete("was_a_folder/old.py")
    folder.delete("was_a_file")
    assert everything_in(root) == ["was_a_file", "was_a_file/new.py", "was_a_folder"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_missing_permission_is_named(folder: Folder, root: Path) -> None:
    (root / "locked").mkdir(mode=0o555)
    with pytest.raises(WorkspaceError, match=r"locked/a\.py could not be written: there is no permission"):
        folder.write("locked/a.py", b"")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "there is no permission to write here"),
        (errno.EROFS, "there is no permission to write here"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_what_the_system_says_is_named_and_nothing_is_left(
    folder: Folder, root: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    folder.write("a.py", b"old")

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", fail)
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(WorkspaceError) as caught:
        folder.write("a.py", b"new")
    assert caught.value.message == f"a.py could not be written: {reason}."
    assert everything_in(root) == ["a.py"]
    assert (root / "a.py").read_bytes() == b"old"


def test_a_file_in_place_of_the_root_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="file"), open_folder(tmp_path / "file"):
        pass


def test_hard_links_are_replaced_not_written_through(folder: Folder, root: Path, outside: Path) -> None:
    (root / "main.py").hardlink_to(outside / "secret")
    folder.write("main.py", b"x")
    assert (outside / "secret").read_text() == "kept"


@pytest.mark.parametrize("then", ["written", "deleted"])
def test_what_a_killed_writer_left_goes_with_the_next_one(
    folder: Folder, root: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "replace", killed)
        folder.write("a/b.py", b"1")
    assert len(everything_in(root)) == 2
    if then == "written":
        folder.write("a/b.py", b"2")
        assert everything_in(root) == ["a", "a/b.py"]
    else:
        folder.delete("a/b.py")
        assert everything_in(root) == []
