"""Versions of a project's files and the folder that shows them."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agents.errors import PathRefused, UsageError, WorkspaceError
from agents.workspace import LARGEST_FILE, Version, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "project")


def commit(workspace: Workspace, **files: str | None) -> Version | None:
    named = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return workspace.commit(named, author="Programmer", message="work")


def on_disk(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


# --- versions ----------------------------------------------------------------------------------------


def test_nothing_is_touched_before_it_is_asked_for(workspace: Workspace) -> None:
    commit(workspace, a="1\n")
    assert not workspace.folder.exists()
    assert dict(workspace.files) == {"a.py": "1\n"}


def test_a_version_says_what_changed(workspace: Workspace) -> None:
    commit(workspace, a="1\n2\n3\n", b="x\n")
    version = commit(workspace, a="1\n2 changed\n3\n4", b=None, c="")
    assert version is not None
    assert (version.number, version.author, version.message) == (2, "Programmer", "work")
    changes = {change.path: (change.added, change.removed) for change in version.changes}
    assert changes == {"a.py": (2, 1), "b.py": (0, 1), "c.py": (0, 0)}
    digests = {change.path: change.digest for change in version.changes}
    assert digests["a.py"] == sha256(b"1\n2 changed\n3\n4").hexdigest()
    assert digests["b.py"] == ""
    assert digests["c.py"] == sha256(b"").hexdigest()
    assert dict(version.contents) == {"a.py": "1\n2 changed\n3\n4", "b.py": None, "c.py": ""}
    assert list(workspace.versions)[1] is version


def test_no_change_is_no_version(workspace: Workspace) -> None:
    assert commit(workspace) is None
    assert commit(workspace, a=None) is None
    commit(workspace, a="1")
    assert commit(workspace, a="1") is None
    assert len(workspace.versions) == 1


def test_files_are_sorted_and_read_only(workspace: Workspace) -> None:
    commit(workspace, b="", a="", c__d="")
    assert list(workspace.files) == ["a.py", "b.py", "c/d.py"]
    with pytest.raises(TypeError):
        workspace.files["x"] = ""  # type: ignore[index]


def test_files_that_were_asked_for_follow_later_versions(workspace: Workspace) -> None:
    files = workspace.files
    workspace.commit({"b.py": "1\n", "a.py": "1\n"}, author="user", message="")
    workspace.commit({"b.py": None, "a.py": "2\n"}, author="user", message="")
    assert files == {"a.py": "2\n"}


def test_paths_are_spelled_one_way(workspace: Workspace) -> None:
    workspace.commit({"./a\\b.py": "1"}, author="x", message="")
    assert dict(workspace.files) == {"a/b.py": "1"}
    with pytest.raises(PathRefused, match="named twice"):
        workspace.commit({"./c.py": "1", "c.py": "2"}, author="x", message="")


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.py", "C:\\x.py", ".git/config", "a/", ""])
def test_a_refused_path_changes_nothing(workspace: Workspace, path: str) -> None:
    commit(workspace, a="1")
    with pytest.raises(PathRefused):
        workspace.commit({"b.py": "2", path: "x"}, author="x", message="")
    assert (dict(workspace.files), len(workspace.versions)) == ({"a.py": "1"}, 1)


@pytest.mark.parametrize(
    "files",
    [
        {"A.py": "", "a.py": ""},
        {"Pkg/x.py": "", "pkg/X.py": ""},
        {"a": "", "a/b.py": ""},
        {"A": "", "a/b/c.py": ""},
        {"é.py": "", "e\u0301.py": ""},
    ],
)
def test_clashing_paths_are_refused_by_name(workspace: Workspace, files: dict[str, str]) -> None:
    for names in (files, dict(reversed(files.items()))):
        with pytest.raises(PathRefused) as caught:
            workspace.commit(names, author="x", message="")
        assert all(name in caught.value.message for name in files)
    first, second = files
    workspace.commit({first: "1"}, author="x", message="")
    with pytest.raises(PathRefused):
        workspace.commit({second: "2"}, author="x", message="")
    assert workspace.commit({first: None, second: "2"}, author="x", message="") is not None


def test_text_that_cannot_be_written_is_named(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"a\.py"):
        commit(workspace, a="\ud800")
    assert not workspace.versions


def test_the_project_at_a_version(workspace: Workspace) -> None:
    commit(workspace, a="1", b="1")
    commit(workspace, a="2", b=None)
    assert workspace.at(0) == {}
    assert workspace.at(1) == {"a.py": "1", "b.py": "1"}
    assert workspace.at(2) == {"a.py": "2"}
    for number in (-1, 3):
        with pytest.raises(WorkspaceError):
            workspace.at(number)


def test_differences(workspace: Workspace) -> None:
    commit(workspace, a="1\n2\n", b="x\n")
    commit(workspace, a="1\n3", b=None)
    assert workspace.diff("a.py", 1, 2) == (
        "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n\\ No newline at end of file\n"
    )
    assert workspace.diff("b.py", 1, 2) == "--- a/b.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    assert workspace.diff("b.py", 0, 1) == "--- /dev/null\n+++ b/b.py\n@@ -0,0 +1 @@\n+x\n"
    assert workspace.diff("a.py", 1, 1) == workspace.diff("none.py", 0, 2) == ""


def test_large_files_are_compared_in_time(workspace: Workspace) -> None:
    commit(workspace, a="".join(f"{number}\n" for number in range(20_000)))
    version = commit(workspace, a="".join(f"{number}\n" for number in range(10, 20_010)))
    assert version is not None
    assert (version.changes[0].added, version.changes[0].removed) == (10, 10)


# --- the folder --------------------------------------------------------------------------------------


def test_the_folder_shows_the_current_version(workspace: Workspace) -> None:
    commit(workspace, a="1\r\n", b__c="ä\n", d="\ufeff")
    workspace.write_out()
    assert on_disk(workspace.folder) == {"a.py": "1\r\n", "b/c.py": "ä\n", "d.py": "\ufeff"}
    commit(workspace, a="2", b__c=None)
    workspace.write_out()
    assert on_disk(workspace.folder) == {"a.py": "2", "d.py": "\ufeff"}
    assert not (workspace.folder / "b").exists()


def test_only_what_differs_is_written(workspace: Workspace) -> None:
    commit(workspace, a="1", b="1")
    workspace.write_out()
    (workspace.folder / "a.py").write_text("changed by the user")
    (workspace.folder / "data.txt").write_text("the program's own")
    commit(workspace, b="2")
    workspace.write_out()
    workspace.write_out()
    assert on_disk(workspace.folder) == {
        "a.py": "changed by the user",
        "b.py": "2",
        "data.txt": "the program's own",
    }


def test_a_file_takes_the_place_of_a_folder_and_back(workspace: Workspace) -> None:
    workspace.commit({"a/b.py": "1"}, author="x", message="")
    workspace.write_out()
    workspace.commit({"a/b.py": None, "a": "2"}, author="x", message="")
    workspace.write_out()
    assert on_disk(workspace.folder) == {"a": "2"}
    workspace.commit({"a/b.py": "3", "a": None}, author="x", message="")
    workspace.write_out()
    assert on_disk(workspace.folder) == {"a/b.py": "3"}


def test_files_of_an_interrupted_run_are_brought_up_to_date(tmp_path: Path) -> None:
    before = Workspace(tmp_path)
    commit(before, a="1", b="1")
    before.write_out()
    again = Workspace(tmp_path)
    commit(again, a="1", b="1")
    commit(again, a="2", b=None)
    again.write_out()
    assert on_disk(tmp_path) == {"a.py": "2"}


def test_a_link_is_refused_and_the_rest_is_written(workspace: Workspace, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("kept")
    workspace.folder.mkdir()
    (workspace.folder / "b.py").symlink_to(secret)
    commit(workspace, a="1", b="2", c="3")
    for _ in range(2):
        with pytest.raises(PathRefused, match=r"b\.py is a symbolic link"):
            workspace.write_out()
    assert secret.read_text() == "kept"
    (workspace.folder / "b.py").unlink()
    workspace.write_out()
    assert on_disk(workspace.folder) == {"a.py": "1", "b.py": "2", "c.py": "3"}


def test_a_folder_swapped_for_a_link_is_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    commit(workspace, pkg__a="1")
    workspace.write_out()
    outside = tmp_path / "outside"
    (workspace.folder / "pkg").rename(outside)
    (workspace.folder / "pkg").symlink_to(outside)
    commit(workspace, pkg__a="2", pkg__b="3")
    with pytest.raises(PathRefused, match="pkg is a symbolic link"):
        workspace.write_out()
    assert on_disk(outside) == {"a.py": "1"}


# --- an existing folder ------------------------------------------------------------------------------


def test_an_existing_folder_is_read(workspace: Workspace, tmp_path: Path) -> None:
    wanted = {"a.py": "1\r\n2\n\r", "src/b.txt": "ä\ufeff\n", ".gitignore": "", "big.txt": "x" * LARGEST_FILE}
    others = {
        ".git/config": b"",
        "sub/.git/config": b"",
        ".venv/lib.py": b"",
        "env/pyvenv.cfg": b"",
        "env/lib.py": b"",
        "node_modules/x.js": b"",
        "src/__pycache__/b.pyc": b"",
        "nul.bin": b"a\0b",
        "latin.txt": b"\xe4",
        "huge.txt": b"x" * (LARGEST_FILE + 1),
        "odd:name.txt": b"",
    }
    for path, data in {**{path: text.encode() for path, text in wanted.items()}, **others}.items():
        file = workspace.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (tmp_path / "secret.txt").write_text("")
    (workspace.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (workspace.folder / "linked").symlink_to(tmp_path)
    found = workspace.read_existing()
    assert found == wanted
    assert list(found) == sorted(found)
    assert not workspace.versions


def test_a_folder_that_is_not_there_is_empty(workspace: Workspace) -> None:
    assert workspace.read_existing() == {}


def test_existing_files_are_not_written_again_but_can_be_deleted(workspace: Workspace) -> None:
    workspace.folder.mkdir()
    (workspace.folder / "a.py").write_text("1")
    (workspace.folder / "b.py").write_text("1")
    workspace.commit(workspace.read_existing(), author="user", message="the existing program")
    touched = (workspace.folder / "a.py").stat().st_mtime_ns
    commit(workspace, b=None)
    workspace.write_out()
    assert on_disk(workspace.folder) == {"a.py": "1"}
    assert (workspace.folder / "a.py").stat().st_mtime_ns == touched


# --- the state machine -------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "A", "b", "a/b", "a/c", "b/x/y", "c/x", "C/z"])
TEXTS = st.one_of(st.none(), st.sampled_from(["", "1\n", "2\n", "1\n2\n", "1\r\n", "1"]))


class Versions(RuleBasedStateMachine):
    """Whatever is committed, every version and the folder are what a plain model says."""

    @initialize()
    def begin(self) -> None:
        self.parent = tempfile.TemporaryDirectory()
        self.workspace = Workspace(Path(self.parent.name) / "project")
        self.history: list[dict[str, str]] = [{}]

    @rule(files=st.dictionaries(NAMES, TEXTS, max_size=4))
    def commit(self, files: dict[str, str | None]) -> None:
        before = self.history[-1]
        after = {name: text for name, text in {**before, **files}.items() if text is not None}
        try:
            version = self.workspace.commit(files, author="x", message="m")
        except PathRefused:
            folded = [name.casefold() for name in after]
            folders = {
                name.rsplit("/", depth)[0] for name in folded for depth in range(1, name.count("/") + 1)
            }
            assert len(set(folded)) < len(folded) or folders & set(folded)
            return
        if version is None:
            assert after == before
        else:
            self.history.append(after)
            assert version.number == len(self.history) - 1

    @rule()
    def write_out(self) -> None:
        self.workspace.write_out()
        assert on_disk(self.workspace.folder) == self.history[-1]

    @invariant()
    def every_version_is_kept(self) -> None:
        if hasattr(self, "history"):
            assert dict(self.workspace.files) == self.history[-1]
            for number, files in enumerate(self.history):
                assert self.workspace.at(number) == files

    def teardown(self) -> None:
        if hasattr(self, "parent"):
            self.parent.cleanup()


Versions.TestCase.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
TestVersions = Versions.TestCase


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n"]), max_size=8)


@given(LINES, LINES)
def test_counted_changes_add_up(old: list[str], new: list[str]) -> None:
    workspace = Workspace(Path("nowhere"))
    workspace.commit({"x": "".join(old), "y": ""}, author="x", message="")
    version = workspace.commit({"x": "".join(new)}, author="x", message="")
    if version is not None:
        (change,) = version.changes
        assert change.added - change.removed == len(new) - len(old)
        assert change.added <= len(new)
        assert change.removed <= len(old)


def test_a_folder_of_more_than_one_program_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("12345")
    monkeypatch.setattr("agents.workspace.MOST_FILES", 2)
    with pytest.raises(UsageError, match="more than one program"):
        Workspace(tmp_path).read_existing()
    assert Workspace(tmp_path).read_existing({"1.txt"}) == {"1.txt": "12345"}
    monkeypatch.setattr("agents.workspace.MOST_FILES", 3)
    monkeypatch.setattr("agents.workspace.MOST_TEXT", 14)
    with pytest.raises(UsageError, match="more than one program"):
        Workspace(tmp_path).read_existing()


def test_a_folder_that_somebody_took_away_is_written_again_whole(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "project")
    workspace.commit({"main.py": "one\n", "gone.py": "x\n"}, author="Programmer", message="first")
    workspace.commit({"gone.py": None}, author="Programmer", message="second")
    workspace.write_out()
    (tmp_path / "project" / "main.py").unlink()
    (tmp_path / "project").rmdir()
    workspace.write_out()
    assert [path.name for path in (tmp_path / "project").iterdir()] == ["main.py"]
