"""The project's files as a tree for Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import tr, trn
from app.icons import icon
from app.plain import plain_tip
from app.state.all import RunState
from app.state.files import FileNode, Folder
from app.theme import ThemeSource

Index = QModelIndex | QPersistentModelIndex
PATH_ROLE = int(Qt.ItemDataRole.UserRole)
CHANGE_ROLE = PATH_ROLE + 1
"""The last change of a file as (added, removed, version)."""
MARK_ROLE = PATH_ROLE + 2
"""`unsaved` for a file with unsaved edits, `pending` for one with an edit that is no version yet."""


@dataclass(slots=True)
class _Item:
    """A node of the tree; a folder has no file."""

    name: str
    path: str
    parent: _Item | None
    row: int
    number: int
    file: FileNode | None = None
    inner: list[_Item] = field(default_factory=list)


class FilesModel(QAbstractItemModel):
    """Folders first, then files, each with its last change. `refresh` rebuilds it when files have changed."""

    def __init__(self, source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._revision = -1
        self._unsaved: set[str] = set()
        self._numbers = count(1)
        self._items: dict[int, _Item] = {}
        self._root = self._made("", "", None)

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
        self._items.clear()
        self._root = self._built(self._state.files.tree(), "", None)
        self.endResetModel()
        return True

    def mark_unsaved(self, paths: set[str]) -> None:
        """Mark the files with unsaved edits."""
        for path in self._unsaved ^ paths:
            index = self.index_of(path)
            if index.isValid():
                self.dataChanged.emit(index, index)
        self._unsaved = set(paths)

    def index_of(self, path: str) -> QModelIndex:
        """Where a path stands; an invalid index when it is not there."""
        item: _Item | None = self._root
        for depth in range(path.count("/") + 1):
            prefix = "/".join(path.split("/")[: depth + 1])
            item = next((found for found in item.inner if found.path == prefix), None) if item else None
        return self.createIndex(item.row, 0, item.number) if item else QModelIndex()

    def first_file(self) -> str:
        """The path of the topmost file; empty when there is none."""
        present = self._state.files.present
        return present[0].path if present else ""

    # --- Qt's questions ----------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's default
        """The index of a child."""
        inner = self._item(parent).inner
        return self.createIndex(row, column, inner[row].number) if 0 <= row < len(inner) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008 - also QObject.parent
        """The index of the folder around."""
        above = self._item(index).parent
        return (
            QModelIndex()
            if above is None or above is self._root
            else self.createIndex(above.row, 0, above.number)
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
                return plain_tip(self._told(item.file) if item.file else item.path)
            case Qt.ItemDataRole.AccessibleTextRole:
                return (
                    f"{item.name}, {self._told(item.file)}"
                    if item.file
                    else tr("{name}, folder", name=item.name)
                )
            case _ if role == PATH_ROLE:
                return item.path if item.file else ""
            case _ if role == MARK_ROLE:
                return self._mark(item.path) if item.file else ""
            case _ if role == CHANGE_ROLE and item.file:
                latest = item.file.latest
                return latest.added, latest.removed, latest.version
            case _:
                return None

    def _told(self, file: FileNode) -> str:
        latest, count = file.latest, len(file.versions)
        author = self._state.hierarchy.role(latest.author)
        versions = trn(
            "{count} version; the last by {author}: {message}",
            "{count} versions; the last by {author}: {message}",
            count,
            author=author,
            message=latest.message,
        )
        told = f"{file.path}\n{versions}"
        marks = {
            "unsaved": tr("Unsaved changes"),
            "pending": tr("Your edit becomes a version after the next step"),
        }
        mark = marks.get(self._mark(file.path))
        return f"{told}\n{mark}" if mark else told

    def _mark(self, path: str) -> str:
        if path in self._unsaved:
            return "unsaved"
        node = self._state.files.files.get(path)
        return "pending" if node and node.pending else ""

    def _item(self, index: Index) -> _Item:
        return self._items.get(index.internalId(), self._root) if index.isValid() else self._root

    def _built(self, folder: Folder, path: str, parent: _Item | None) -> _Item:
        item = self._made(folder.name, path, parent)
        prefix = f"{path}/" if path else ""
        for inner in folder.folders:
            item.inner.append(self._built(inner, prefix + inner.name, item))
        for file in folder.files:
            item.inner.append(self._made(file.path.rpartition("/")[2], file.path, item, file))
        return item

    def _made(self, name: str, path: str, parent: _Item | None, file: FileNode | None = None) -> _Item:
        """A new item. Its number is never used again, so that an index of an older tree finds nothing."""
        row = len(parent.inner) if parent else 0
        item = _Item(name, path, parent, row, next(self._numbers), file)
        self._items[item.number] = item
        return item
