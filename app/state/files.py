"""The project's files and their versions."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import FileChange, FilesCommitted, Stamped


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


@dataclass(slots=True)
class FileNode:
    """A file with all its versions, the oldest first; there is at least one."""

    path: str
    versions: list[FileVersion]

    @property
    def latest(self) -> FileVersion:
        """The file as it is now."""
        return self.versions[-1]

    @property
    def deleted(self) -> bool:
        """Whether the file is gone."""
        return not self.latest.digest


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

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        event = stamped.event
        if not isinstance(event, FilesCommitted) or event.version <= self.version:
            return
        self.revision += 1
        self.commits.append(Commit(event.version, event.author, event.message, stamped.at, event.changes))
        for change in event.changes:
            made = FileVersion(
                event.version,
                event.author,
                event.message,
                stamped.at,
                change.digest,
                change.added,
                change.removed,
            )
            if node := self.files.get(change.path):
                node.versions.append(made)
            else:
                self.files[change.path] = FileNode(change.path, [made])

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
