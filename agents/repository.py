"""A project's folder as a git repository: each version is a commit by the role that wrote it.

This is ChatDev's `git_management` (arXiv:2307.07924) without git itself: dulwich writes the objects, so that
no hook and no command of a repository's configuration ever runs. A repository of the user's goes on from its
current commit; what its ignore files name, and is not tracked, stays out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import WorkspaceError
from agents.store.git_export import BRANCH, author_of
from agents.workspace import Version

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID
    from dulwich.repo import Repo

MARK = "Troupe-Run"
"""The line of a commit's message that names its run and version, so that none is made twice."""
_FILE = 0o100644
_LOOK_BACK = 10_000  # commits that are searched for this run's last one


class Repository:
    """The repository in `folder` that follows the versions of one run.

    `role` gives the title of the agent at a path.
    """

    def __init__(self, folder: Path, run: int, role: Callable[[str], str]) -> None:
        self._folder, self._run, self._role = folder, run, role
        self._done: int | None = None

    def follow(self, versions: Sequence[Version]) -> None:
        """Commit the versions that are not committed yet. `WorkspaceError` says why they cannot be."""
        if self._done == len(versions):
            return
        with self._opened() as repository:
            done = self._committed(repository) if self._done is None else self._done
            for version in versions[done:]:
                self._commit(repository, version)
            self._done = len(versions)

    @contextmanager
    def _opened(self) -> Iterator[Repo]:
        from dulwich.errors import NotGitRepository  # noqa: PLC0415 - only this mode needs the library
        from dulwich.file import FileLocked  # noqa: PLC0415
        from dulwich.repo import Repo  # noqa: PLC0415

        place = self._folder / ".git"
        try:
            if place.is_symlink():
                raise WorkspaceError(
                    f"{place} is a link, which is not followed.", "Remove it, and continue the run."
                )
            fresh = not place.exists()
            repository = (
                Repo.init(str(self._folder), default_branch=BRANCH) if fresh else Repo(str(self._folder))
            )
        except (OSError, NotGitRepository, ValueError, KeyError) as error:
            raise self._refused(error) from error
        try:
            yield repository
        except (OSError, FileLocked, KeyError, ValueError, AssertionError) as error:
            raise self._refused(error) from error
        finally:
            repository.close()

    def _refused(self, error: Exception) -> WorkspaceError:
        return WorkspaceError(
            f"The git repository in {self._folder} cannot be written.",
            "End other git commands that use it, or mend it, and continue the run.",
            f"{type(error).__name__}: {error}",
        )

    def _committed(self, repository: Repo) -> int:
        """The last version of this run that the current branch has."""
        if _last(repository) is None:
            return 0
        mark = re.compile(rf"^{MARK}: {self._run}/(\d+)$", re.MULTILINE)
        for entry in repository.get_walker(max_entries=_LOOK_BACK):
            if found := mark.search(entry.commit.message.decode("utf-8", "replace")):
                return int(found.group(1))
        return 0

    def _commit(self, repository: Repo, version: Version) -> None:
        """One version on top of the current commit; nothing when that has it already."""
        from dulwich.object_store import commit_tree_changes  # noqa: PLC0415
        from dulwich.objects import Commit  # noqa: PLC0415
        from dulwich.refs import HEADREF  # noqa: PLC0415

        last = _last(repository)
        before = _tracked(repository, last)
        wanted = self._wanted(repository, version, before)
        changes = {path: _blob(repository, text) for path, text in wanted.items()}
        tree = last.tree if last else _empty(repository)
        gone = [(path, None, None) for path, blob in changes.items() if blob is None and path in before]
        written = [(path, before.get(path, _FILE), blob) for path, blob in changes.items() if blob]
        for part in (gone, written):  # a file may take the place of a folder
            tree = commit_tree_changes(repository.object_store, tree, part)
        if last and tree == last.tree:
            return
        commit = Commit()
        commit.tree = tree
        commit.parents = [last.id] if last else []
        author = author_of("User" if version.author == "user" else self._role(version.author))
        commit.author = commit.committer = author.encode()
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = (
            f"{version.message.strip() or 'Changes'}\n\n{MARK}: {self._run}/{version.number}\n".encode()
        )
        repository.object_store.add_object(commit)
        if not repository.refs.set_if_equals(HEADREF, last.id if last else None, commit.id):
            raise ValueError("another program moved the branch at the same time")
        self._enter(repository, changes)

    def _wanted(
        self, repository: Repo, version: Version, before: Mapping[bytes, int]
    ) -> dict[bytes, str | None]:
        """The version's changes without what the repository ignores."""
        from dulwich.ignore import IgnoreFilterManager  # noqa: PLC0415

        ignored = IgnoreFilterManager.from_repo(repository)
        return {
            path.encode(): text
            for path, text in version.contents.items()
            if path.encode() in before or not ignored.is_ignored(path)
        }

    def _enter(self, repository: Repo, changes: Mapping[bytes, ObjectID | None]) -> None:
        """Enter the files in the index, so that none counts as changed since the commit."""
        from dulwich.index import index_entry_from_stat  # noqa: PLC0415

        index = repository.open_index()
        for path, blob in changes.items():
            file = self._folder / path.decode()
            if blob is not None and file.is_file() and not file.is_symlink():
                index[path] = index_entry_from_stat(file.stat(), blob)
            elif path in index:
                del index[path]
        index.write()


def _last(repository: Repo) -> Commit | None:
    """The current commit; None in a repository that has none yet."""
    from dulwich.objects import Commit  # noqa: PLC0415

    try:
        found = repository[repository.head()]
    except KeyError:
        return None
    return found if isinstance(found, Commit) else None


def _empty(repository: Repo) -> ObjectID:
    from dulwich.objects import Tree  # noqa: PLC0415

    tree = Tree()
    repository.object_store.add_object(tree)
    return tree.id


def _tracked(repository: Repo, commit: Commit | None) -> dict[bytes, int]:
    """The files of a commit with their modes."""
    entries = repository.object_store.iter_tree_contents(commit.tree) if commit else ()
    return {entry.path: entry.mode for entry in entries if entry.path and entry.mode}


def _blob(repository: Repo, text: str | None) -> ObjectID | None:
    from dulwich.objects import Blob  # noqa: PLC0415

    if text is None:
        return None
    blob = Blob.from_string(text.encode())
    repository.object_store.add_object(blob)
    return blob.id
