"""Each version a commit: on top of what is there, by its role, and without anybody's hooks."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

from agents.errors import WorkspaceError
from agents.repository import Repository
from agents.workspace import Workspace


def role(path: str) -> str:
    return path.rpartition("/")[2].title()


def followed(folder: Path, run: int = 1) -> Workspace:
    workspace = Workspace(folder)
    workspace.after_writing = Repository(folder, run, role).follow
    return workspace


def commits(folder: Path) -> list[Commit]:
    with Repo(str(folder)) as repository:
        return [entry.commit for entry in repository.get_walker(reverse=True)]


def files(folder: Path) -> dict[str, str]:
    with Repo(str(folder)) as repository:
        last = repository[repository.head()]
        assert isinstance(last, Commit)
        found = {}
        for entry in repository.object_store.iter_tree_contents(last.tree):
            assert entry.path is not None
            assert entry.sha is not None
            blob = repository[entry.sha]
            assert isinstance(blob, Blob)
            found[entry.path.decode()] = blob.data.decode()
        return found


def users_own(folder: Path, contents: dict[str, bytes], mode: int = 0o100644) -> bytes:
    """A repository of the user's with one commit."""
    repository = Repo.init(str(folder), default_branch=b"trunk")
    tree = Tree()
    for name, data in contents.items():
        (folder / name).write_bytes(data)
        blob = Blob.from_string(data)
        repository.object_store.add_object(blob)
        tree.add(name.encode(), mode, blob.id)
    repository.object_store.add_object(tree)
    commit = Commit()
    commit.tree = tree.id
    commit.author = commit.committer = b"User <user@example.invalid>"
    commit.author_time = commit.commit_time = 1
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = b"Mine"
    repository.object_store.add_object(commit)
    repository.refs[b"refs/heads/trunk"] = commit.id  # type: ignore[index]
    repository.close()
    return bytes(commit.id)


def test_versions_become_commits_once(tmp_path: Path) -> None:
    workspace = followed(tmp_path / "out")
    workspace.commit({"a.py": "1\n", "deep/b.py": "2\n"}, author="ceo/programmer", message="Coding")
    workspace.write_out()
    workspace.commit({"deep/b.py": None, "deep": "a file now\n"}, author="user", message="Your edit")
    workspace.commit({"a.py": "3\n"}, author="ceo/tester", message="")
    workspace.write_out()
    workspace.write_out()
    found = commits(tmp_path / "out")
    assert [commit.author.decode().split(" <")[0] for commit in found] == ["Programmer", "User", "Tester"]
    assert [commit.message.decode().splitlines()[0] for commit in found] == ["Coding", "Your edit", "Changes"]
    assert files(tmp_path / "out") == {"a.py": "3\n", "deep": "a file now\n"}
    replayed = followed(tmp_path / "out")
    replayed.commit({"a.py": "1\n", "deep/b.py": "2\n"}, author="ceo/programmer", message="Coding")
    replayed.commit({"deep/b.py": None, "deep": "a file now\n"}, author="user", message="Your edit")
    replayed.commit({"a.py": "3\n"}, author="ceo/tester", message="")
    replayed.commit({"c.py": "4\n"}, author="ceo/tester", message="More")
    replayed.write_out()
    assert len(commits(tmp_path / "out")) == 4, "what is committed is not committed again"


def test_a_repository_of_the_users_goes_on(tmp_path: Path) -> None:
    first = users_own(tmp_path, {"tool.sh": b"#!/bin/sh\n", "picture.bin": b"\xff\x00"}, mode=0o100755)
    (tmp_path / ".gitignore").write_text("secret.txt\n")
    (tmp_path / "secret.txt").write_text("a password\n")
    workspace = followed(tmp_path)
    found = workspace.read_existing()
    workspace.commit(found, author="user", message="The existing program")
    workspace.write_out()
    workspace.commit({"tool.sh": "#!/bin/sh\necho\n"}, author="ceo/programmer", message="Coding")
    workspace.write_out()
    history = commits(tmp_path)
    assert bytes(history[0].id) == first
    with Repo(str(tmp_path)) as repository:
        assert repository.refs.follow(b"HEAD")[0][-1] == b"refs/heads/trunk"  # type: ignore[arg-type]
        entries = {
            entry.path: entry.mode for entry in repository.object_store.iter_tree_contents(history[-1].tree)
        }
    assert set(entries) == {b".gitignore", b"picture.bin", b"tool.sh"}, "an ignored file stays out"
    assert stat.S_IMODE(entries[b"tool.sh"] or 0) == 0o755


@pytest.mark.skipif(sys.platform == "win32", reason="hooks are shell scripts")
def test_hooks_never_run(tmp_path: Path) -> None:
    users_own(tmp_path, {"a.txt": b"a\n"})
    hooks = tmp_path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{tmp_path / 'ran'}'\nexit 1\n")
        (hooks / name).chmod(0o755)
    workspace = followed(tmp_path)
    workspace.commit({"b.txt": "b\n"}, author="ceo/programmer", message="Coding")
    workspace.write_out()
    assert len(commits(tmp_path)) == 2
    assert not (tmp_path / "ran").exists()


def test_a_repository_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    workspace = followed(tmp_path)
    (tmp_path / ".git").mkdir()
    workspace.commit({"b.txt": "b\n"}, author="ceo/programmer", message="Coding")
    with pytest.raises(WorkspaceError, match="git repository"):
        workspace.write_out()
    (tmp_path / ".git").rmdir()
    workspace.write_out()
    (tmp_path / ".git" / "index.lock").write_text("")
    workspace.commit({"b.txt": "c\n"}, author="ceo/programmer", message="More")
    with pytest.raises(WorkspaceError, match="End other git commands"):
        workspace.write_out()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_in_place_of_the_repository_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    users_own(elsewhere, {"a.txt": b"a\n"})
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / ".git").symlink_to(elsewhere / ".git")
    workspace = followed(folder)
    workspace.commit({"b.txt": "b\n"}, author="ceo/programmer", message="Coding")
    with pytest.raises(WorkspaceError, match="link"):
        workspace.write_out()
    assert len(commits(elsewhere)) == 1
