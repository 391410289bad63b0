"""The project's files as a tree for Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.icons import icon
from app.state.all import RunState
from app.state.files import FileNode, Folder
from app.theme import ThemeSource

Index = QModelIndex | QPersistentModelIndex
PATH_ROLE = int(Qt.ItemDataRole.UserRole)
CHANGE_ROLE = PATH_ROLE + 1
"""The last change of a file as (added, removed, version)."""


@dataclass(slots=True)
class _Item:
    """A node of the tree; a folder has no file."""

    name: str
    path: str
    parent: _Item | None
    row: int
    file: FileNode | None = None
    inner: list[_Item] = field(default_factory=list)


class FilesModel(QAbstractItemModel):
    """Folders first, then files, each with its last change. `refresh` rebuilds it when files have changed."""

    def __init__(self, source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._revision = -1
        self._root = _Item("", "", None, 0)

    def show_state(self, state: RunState) -> None:
        """Show the files of another run."""
        self._state, self._revision = state, -1
        self.refresh()

    def refresh(self) -> bool:
        """Take in what has changed; whether anything has."""
        if self._revision == self._state.files.revision:
            return False
        self.beginResetModel()
        self._revision = self._state.files.revision
        self._root = _built(self._state.files.tree(), "", None, 0)
        self.endResetModel()
        return True

    def index_of(self, path: str) -> QModelIndex:
        """Where a path stands; an invalid index when it is not there."""
        item: _Item | None = self._root
        for depth in range(path.count("/") + 1):
            prefix = "/".join(path.split("/")[: depth + 1])
            item = next((found for found in item.inner if found.path == prefix), None) if item else None
        return self.createIndex(item.row, 0, item) if item else QModelIndex()

    def first_file(self) -> str:
        """The path of the topmost file; empty when there is none."""
        present = self._state.files.present
        return present[0].path if present else ""

    # --- Qt's questions ----------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's default
        """The index of a child."""
        inner = self._item(parent).inner
        return self.createIndex(row, column, inner[row]) if 0 <= row < len(inner) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008 - also QObject.parent
        """The index of the folder around."""
        above = self._item(index).parent
        return (
            QModelIndex() if above is None or above is self._root else self.createIndex(above.row, 0, above)
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many things are in a folder."""
        return len(self._item(parent).inner)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """One column."""
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name, icon, tooltip, and the last change for the delegate."""
        item = self._item(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.name
            case Qt.ItemDataRole.DecorationRole:
                theme = self._source.theme
                return icon("file" if item.file else "folder", theme, theme.muted)
            case Qt.ItemDataRole.ToolTipRole:
                return self._told(item.file) if item.file else item.path
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{item.name}, {self._told(item.file)}" if item.file else f"{item.name}, folder"
            case _ if role == PATH_ROLE:
                return item.path if item.file else ""
            case _ if role == CHANGE_ROLE and item.file:
                latest = item.file.latest
                return latest.added, latest.removed, latest.version
            case _:
                return None

    def _told(self, file: FileNode) -> str:
        latest, count = file.latest, len(file.versions)
        author = self._state.hierarchy.role(latest.author)
        versions = f"{count} version{'s' if count != 1 else ''}"
        return f"{file.path}\n{versions}; the last by {author}: {latest.message}"

    def _item(self, index: Index) -> _Item:
        pointer = index.internalPointer() if index.isValid() else None
        return pointer if isinstance(pointer, _Item) else self._root


def _built(folder: Folder, path: str, parent: _Item | None, row: int) -> _Item:
    item = _Item(folder.name, path, parent, row)
    prefix = f"{path}/" if path else ""
    for inner in folder.folders:
        item.inner.append(_built(inner, prefix + inner.name, item, len(item.inner)))
    for file in folder.files:
        name = file.path.rpartition("/")[2]
        item.inner.append(_Item(name, file.path, item, len(item.inner), file))
    return item
