"""A run as a git repository: one commit a version, by the role that wrote it, at the time it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import UsageError
from agents.events import USER, AgentHired, FilesCommitted
from agents.paths import checked
from agents.store.export import Progress, fresh_folder, in_silence
from agents.store.store import Store

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

MAIL_HOST = "troupe.local"
"""Roles have addresses in a domain that no mail ever reaches."""
BRANCH = b"main"
_FILE = 0o100644


@dataclass(frozen=True, slots=True)
class _Revision:
    """A version to commit: its events' time, who made it, what for, and all its files (path → digest)."""

    at: float
    author: str
    message: str
    files: dict[str, str]


def write_git(store: Store, run: int, to: Path, progress: Progress = in_silence) -> None:
    """Write the run's versions as commits of a new git repository in `to`, a new or an empty folder.

    The repository has the files of the last version beside it; where the folder's name ends with `.git` it
    is a bare one. The same run makes the same commits. Errors as in `write_folder`.
    """
    from dulwich.repo import Repo  # noqa: PLC0415 - only this export needs the library

    revisions = list(_revisions(store, run))
    if not revisions:
        raise UsageError(f"Run {run} has no files.", "Continue it until it has written some.")
    bare = to.suffix.lower() == ".git"
    with fresh_folder(to):
        make = Repo.init_bare if bare else Repo.init
        repository = make(str(to), default_branch=BRANCH)
        try:
            blobs = _Blobs(repository, store)
            _commit_all(repository, blobs, revisions, progress)
            if not bare:
                _check_out(repository, blobs, revisions[-1].files, to)
        finally:
            repository.close()


def author_of(role: str) -> str:
    """A role's title as git names an author: `Code Reviewer <code-reviewer@troupe.local>`."""
    name = re.sub(r"[<>\n\0]", " ", role).strip() or "Agent"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{name} <{re.sub(r'[^a-z0-9]+', '-', plain).strip('-') or 'agent'}@{MAIL_HOST}>"


def _revisions(store: Store, run: int) -> Iterator[_Revision]:
    """The run's versions in order."""
    roles = {USER: "User"}
    files: dict[str, str] = {}
    for stamped in store.events(run):
        match stamped.event:
            case AgentHired(agent=agent, role=role):
                roles[agent] = role
            case FilesCommitted() as event:
                for change in event.changes:
                    path = checked(change.path)  # again: a database can come from anywhere
                    files.pop(path, None)
                    if change.digest:
                        files[path] = change.digest
                author = author_of(roles.get(event.author, event.author.rpartition("/")[2]))
                yield _Revision(stamped.at, author, _message(event), dict(files))


def _message(event: FilesCommitted) -> str:
    return f"{event.message.strip() or 'Changes'}\n\nVersion {event.version}\n"


def _commit_all(repository: Repo, blobs: _Blobs, revisions: list[_Revision], progress: Progress) -> None:
    """Write the commits, one on top of the other, and let the branch point to the last."""
    from dulwich.index import commit_tree  # noqa: PLC0415
    from dulwich.objects import Commit  # noqa: PLC0415
    from dulwich.refs import Ref  # noqa: PLC0415

    parents: list[ObjectID] = []
    for done, revision in enumerate(revisions):
        progress(done, len(revisions))
        entries = [(path.encode(), blobs.of(digest), _FILE) for path, digest in revision.files.items()]
        commit = Commit()
        commit.tree = commit_tree(repository.object_store, entries)
        commit.parents = parents
        commit.author = commit.committer = revision.author.encode()
        commit.author_time = commit.commit_time = int(revision.at)
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = revision.message.encode()
        repository.object_store.add_object(commit)
        parents = [commit.id]
    repository.refs[Ref(b"refs/heads/" + BRANCH)] = parents[0]


class _Blobs:
    """The contents that were put into the repository, each once."""

    def __init__(self, repository: Repo, store: Store) -> None:
        self._repository, self._store = repository, store
        self._known: dict[str, ObjectID] = {}

    def of(self, digest: str) -> ObjectID:
        """The git object of a stored content."""
        from dulwich.objects import Blob  # noqa: PLC0415

        if digest not in self._known:
            blob = Blob.from_string(self.content(digest))
            self._repository.object_store.add_object(blob)
            self._known[digest] = blob.id
        return self._known[digest]

    def content(self, digest: str) -> bytes:
        """A stored content."""
        return self._store.blob(digest)


def _check_out(repository: Repo, blobs: _Blobs, files: dict[str, str], to: Path) -> None:
    """Write the files beside the repository, and enter them in its index so that none counts as changed."""
    from dulwich.index import index_entry_from_stat  # noqa: PLC0415

    index = repository.open_index()
    for path, digest in files.items():
        file = to / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(blobs.content(digest))
        index[path.encode()] = index_entry_from_stat(file.stat(), blobs.of(digest), _FILE)
    index.write()
