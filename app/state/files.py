"""The project's files and their versions, and the user's edits that are no version yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from agents.events import FileChange, FileEdit, FilesCommitted, Stamped, UserEdited


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One file as one version left it; an empty `digest`: it was deleted."""

    version: int
    author: str
    message: str
    at: float
    digest: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """What the user made of a file; it becomes a version after the team's next step. None: deleted."""

    text: str | None
    message: str
    at: float

    @property
    def digest(self) -> str:
        """What its content will be called."""
        return "" if self.text is None else sha256(self.text.encode("utf-8", "replace")).hexdigest()


@dataclass(slots=True)
class FileNode:
    """A file with all its versions, the oldest first; there is at least one."""

    path: str
    versions: list[FileVersion]
    pending: PendingEdit | None = None

    @property
    def latest(self) -> FileVersion:
        """The file as it is now."""
        return self.versions[-1]

    @property
    def deleted(self) -> bool:
        """Whether the file is gone."""
        return self.pending.text is None if self.pending else not self.latest.digest


@dataclass(frozen=True, slots=True)
class Commit:
    """A version of the whole project."""

    version: int
    author: str
    message: str
    at: float
    changes: tuple[FileChange, ...]


@dataclass(slots=True)
class Folder:
    """A folder of the tree that `FilesState.tree` builds; names are sorted, folders come first."""

    name: str
    folders: list[Folder] = field(default_factory=list)
    files: list[FileNode] = field(default_factory=list)


@dataclass(slots=True)
class FilesState:
    """Files by path, deleted ones too, and the versions in order."""

    files: dict[str, FileNode] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    revision: int = field(default=0, compare=False)

    @property
    def version(self) -> int:
        """The latest version, 0 before the first."""
        return self.commits[-1].version if self.commits else 0

    @property
    def present(self) -> list[FileNode]:
        """The files that exist now, sorted by path."""
        return sorted((node for node in self.files.values() if not node.deleted), key=lambda node: node.path)

    @property
    def pending(self) -> dict[str, PendingEdit]:
        """The user's edits that are no version yet, by path."""
        return {path: node.pending for path, node in self.files.items() if node.pending}

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        match stamped.event:
            case FilesCommitted() as event if event.version > self.version:
                self._commit(event, stamped.at)
            case UserEdited() as event:
                self.revision += 1
                for file in event.files:
                    self._edit(file, event.message, stamped.at)
            case _:
                pass

    def _commit(self, event: FilesCommitted, at: float) -> None:
        self.revision += 1
        self.commits.append(Commit(event.version, event.author, event.message, at, event.changes))
        for change in event.changes:
            made = FileVersion(
                event.version, event.author, event.message, at, change.digest, change.added, change.removed
            )
            node = self.files.setdefault(change.path, FileNode(change.path, []))
            node.versions.append(made)
            if node.pending and node.pending.digest == change.digest:
                node.pending = None

    def _edit(self, file: FileEdit, message: str, at: float) -> None:
        """A file that has no version yet is shown once it has one."""
        if node := self.files.get(file.path):
            edit = PendingEdit(file.text, message, at)
            node.pending = None if edit.digest == node.latest.digest else edit

    def tree(self) -> Folder:
        """The files that exist now as nested folders."""
        root = Folder("")
        known = {"": root}
        for node in self.present:
            self._folder(node.path.rpartition("/")[0], known).files.append(node)
        for folder in known.values():
            folder.folders.sort(key=lambda inner: inner.name)
        return root

    def _folder(self, path: str, known: dict[str, Folder]) -> Folder:
        if path not in known:
            above, _, name = path.rpartition("/")
            known[path] = Folder(name)
            self._folder(above, known).folders.append(known[path])
        return known[path]
