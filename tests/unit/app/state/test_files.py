from __future__ import annotations

from hashlib import sha256

from agents.events import FileChange, FileEdit, FilesCommitted, Stamped, UserEdited
from app.state.files import FilesState


def commit(version: int, *changes: tuple[str, str]) -> Stamped:
    made = tuple(FileChange(path=path, digest=digest, added=2, removed=1) for path, digest in changes)
    event = FilesCommitted(version=version, author="a", message=f"v{version}", changes=made)
    return Stamped(1, version, 10.0 + version, event)


def folded(*events: Stamped) -> FilesState:
    state = FilesState()
    for stamped in events:
        state.receive(stamped)
    return state


def test_versions_of_a_file() -> None:
    state = folded(commit(1, ("a.py", "1"), ("b.py", "2")), commit(2, ("a.py", "3")))
    assert state.version == 2
    assert [one.digest for one in state.files["a.py"].versions] == ["1", "3"]
    assert state.files["a.py"].latest.version == 2
    assert [one.message for one in state.commits] == ["v1", "v2"]


def test_deleted_files_are_kept_but_not_present() -> None:
    state = folded(commit(1, ("a.py", "1"), ("b.py", "2")), commit(2, ("a.py", "")))
    assert state.files["a.py"].deleted
    assert [node.path for node in state.present] == ["b.py"]


def test_a_version_is_taken_once() -> None:
    state = folded(commit(1, ("a.py", "1")), commit(1, ("a.py", "1")))
    assert len(state.commits) == 1
    assert len(state.files["a.py"].versions) == 1


def test_the_tree() -> None:
    state = folded(commit(1, ("z/b/deep.py", "1"), ("main.py", "2"), ("a/x.py", "3"), ("z/y.py", "4")))
    root = state.tree()
    assert [folder.name for folder in root.folders] == ["a", "z"]
    assert [node.path for node in root.files] == ["main.py"]
    inner = root.folders[1]
    assert [folder.name for folder in inner.folders] == ["b"]
    assert [node.path for node in inner.files] == ["z/y.py"]


def edit(seq: int, **files: str | None) -> Stamped:
    made = tuple(FileEdit(path.replace("_", "."), text) for path, text in files.items())
    return Stamped(1, seq, 20.0 + seq, UserEdited(edit=f"edit#{seq}", message="Your edit", files=made))


def test_an_edit_waits_until_it_is_a_version() -> None:
    state = folded(commit(1, ("a.py", "1")), edit(2, a_py="x = 1\n"))
    node = state.files["a.py"]
    assert node.pending is not None
    assert list(state.pending) == ["a.py"]
    state.receive(commit(2, ("a.py", "another")))
    assert node.pending is not None, "the team's own version is not it"
    state.receive(commit(3, ("a.py", node.pending.digest)))
    assert node.pending is None


def test_an_edit_that_deletes_or_brings_back() -> None:
    state = folded(commit(1, ("a.py", "1"), ("b.py", "2")), commit(2, ("b.py", "")))
    state.receive(edit(3, a_py=None, b_py="back\n"))
    assert [node.path for node in state.present] == ["b.py"]


def test_an_edit_back_to_what_is_there_is_none() -> None:
    digest = sha256(b"same\n").hexdigest()
    state = folded(commit(1, ("a.py", digest)), edit(2, a_py="other\n"), edit(3, a_py="same\n", new_py="?"))
    assert state.pending == {}
    assert "new.py" not in state.files
