"""A run as a git repository, read back with the library and, where it is installed, with git itself."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from dulwich.objects import Commit
from dulwich.repo import Repo
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError, WorkspaceError
from agents.events import AgentHired, FileChange, FilesCommitted
from agents.store.git_export import author_of, write_git
from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run, started

FIRST = {"main.py": b"print(1)\n", "old.py": b"", "data/ü.bin": bytes(range(256))}
SECOND = {"main.py": b"print(2)\r\n", "old.py": None, "pkg/__init__.py": b""}
LAST = {"main.py": b"print(2)\r\n", "data/ü.bin": bytes(range(256)), "pkg/__init__.py": b""}


def write(store: Store, run: int) -> None:
    """A program by a programmer, changed by a reviewer with a longer title."""

    async def session() -> None:
        log = store.log(run)
        log.emit(started())
        log.emit(AgentHired(agent="ceo/cto/programmer", role="Programmer", manager="ceo/cto", model="m"))
        log.emit(AgentHired(agent="ceo/cto/reviewer", role="Code Reviewer", manager="ceo/cto", model="m"))
        versions = ((FIRST, "ceo/cto/programmer", "Coding"), (SECOND, "ceo/cto/reviewer", "Review 1"))
        for number, (contents, author, message) in enumerate(versions, 1):
            changes = tuple(
                FileChange(path, "" if content is None else log.keep(content), 1, 0)
                for path, content in contents.items()
            )
            log.emit(FilesCommitted(version=number, author=author, message=message, changes=changes))
        log.emit(FilesCommitted(version=3, author="user", message="", changes=()))
        await log.close()

    asyncio.run(session())


def commits(folder: Path) -> list[Commit]:
    """The history of a repository, the oldest first."""
    with closing(Repo(str(folder))) as repository:
        return [entry.commit for entry in repository.get_walker(reverse=True)]


def tree(folder: Path, commit: Commit) -> dict[str, bytes]:
    """The files of a commit."""
    with closing(Repo(str(folder))) as repository:
        entries = repository.object_store.iter_tree_contents(commit.tree)
        return {entry.path.decode(): repository[entry.sha].data for entry in entries}


def test_each_version_is_a_commit_by_its_role(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run)
    write_git(store, run, tmp_path / "out")
    made = commits(tmp_path / "out")
    assert [commit.author.decode() for commit in made] == [
        "Programmer <programmer@troupe.local>",
        "Code Reviewer <code-reviewer@troupe.local>",
        "User <user@troupe.local>",
    ]
    assert [commit.message.decode() for commit in made] == [
        "Coding\n\nVersion 1\n",
        "Review 1\n\nVersion 2\n",
        "Changes\n\nVersion 3\n",
    ]
    times = [int(s.at) for s in store.events(run) if isinstance(s.event, FilesCommitted)]
    assert [commit.commit_time for commit in made] == times
    assert tree(tmp_path / "out", made[0]) == FIRST
    assert tree(tmp_path / "out", made[1]) == tree(tmp_path / "out", made[2]) == LAST


def test_the_last_version_lies_beside_the_repository(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run)
    write_git(store, run, tmp_path / "out")
    for path, content in LAST.items():
        assert (tmp_path / "out" / path).read_bytes() == content
    assert not (tmp_path / "out" / "old.py").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_itself_finds_nothing_wrong(store: Store, run: int, tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=tmp_path / "out",
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return done.stdout

    write(store, run)
    write_git(store, run, tmp_path / "out")
    assert git("status", "--porcelain") == ""
    assert git("branch", "--show-current") == "main\n"
    git("fsck", "--strict")
    assert git("log", "--format=%an: %s").splitlines()[-1] == "Programmer: Coding"


def test_a_name_with_git_makes_a_bare_repository_with_the_same_commits(
    store: Store, run: int, tmp_path: Path
) -> None:
    write(store, run)
    write_git(store, run, tmp_path / "out")
    write_git(store, run, tmp_path / "calc.git")
    assert (tmp_path / "calc.git" / "HEAD").exists()
    assert not (tmp_path / "calc.git" / "main.py").exists()
    same = [[commit.id for commit in commits(tmp_path / name)] for name in ("out", "calc.git")]
    assert same[0] == same[1]


def test_nothing_is_overwritten_and_an_empty_run_is_refused(store: Store, run: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no files"):
        write_git(store, run, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    write(store, run)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_git(store, run, tmp_path / "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError):
        write_git(store, run, tmp_path / "file" / "below")


def test_an_export_that_is_cancelled_leaves_nothing(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run)
    told: list[tuple[int, int]] = []

    def cancel(done: int, of: int) -> None:
        told.append((done, of))
        if done == 2:
            raise InterruptedError("enough")

    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises(WorkspaceError, match="enough"):
            write_git(store, run, tmp_path / name, cancel)
    assert told[:3] == [(0, 3), (1, 3), (2, 3)]
    assert not (tmp_path / "new").exists()
    assert list((tmp_path / "empty").iterdir()) == []


def test_only_commits_of_this_run(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run)
    other = new_run(store)
    write(store, other)
    write_git(store, other, tmp_path / "other")
    assert len(commits(tmp_path / "other")) == 3


@given(st.text())
def test_every_role_has_an_address_that_git_takes(role: str) -> None:
    author = author_of(role)
    name, _, address = author.partition(" <")
    assert name.strip()
    assert address.endswith("@troupe.local>")
    assert author.count("<") == author.count(">") == 1
    assert not set("\n\0") & set(author)
    assert address[: -len("@troupe.local>")].isascii()


def test_known_roles() -> None:
    assert (
        author_of("Chief Executive Officer")
        == "Chief Executive Officer <chief-executive-officer@troupe.local>"
    )
    assert author_of("Prüfer") == "Prüfer <prufer@troupe.local>"
    assert author_of("程序员") == "程序员 <agent@troupe.local>"
    assert author_of("  ") == "Agent <agent@troupe.local>"
