"""The tree of the project's files."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.icons import icon
from app.plain import PlainLabel
from app.qtmodels.files import CHANGE_ROLE, MARK_ROLE, PATH_ROLE, FilesModel
from app.state.all import RunState
from app.theme import XS, S, ThemeSource, figures_font
from app.views.controls import ICON, WordButton
from app.views.empty import EmptyStack

ROW = 26
DOT = 3.0


class FilesView(QWidget):
    """Shows the files that exist now, each with its last change. `chosen` carries a file's path.

    `graph` is the button for the import graph and `launch` the one that runs the program; their meaning is
    given to them from outside.
    """

    chosen = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FilesModel(source, self)
        self._state = RunState()
        self._opened = False
        self.tree = QTreeView()
        self.tree.setAccessibleName(tr("Files"))
        self.tree.setModel(self._model)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.setUniformRowHeights(True)
        self.tree.setItemDelegate(_ChangeDelegate(source, self.tree))
        self.tree.selectionModel().currentChanged.connect(self._choose)
        self._stack = EmptyStack(
            self.tree, tr("No files yet"), tr("What the team writes appears here."), mark="file"
        )
        self._count = PlainLabel(kind="muted")
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(S, XS, S, XS)
        title = PlainLabel(tr("Files"), kind="heading")
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(self._count)
        self._source = source
        self.graph = QToolButton()
        self.graph.setCheckable(True)
        self.graph.setIconSize(QSize(ICON, ICON))
        self.graph.setToolTip(tr("Show which file imports which"))
        self.graph.setAccessibleName(tr("Import graph"))
        row.addWidget(self.graph)
        self.launch = WordButton()
        self.launch.setText(tr("Run program"))
        row.addWidget(self.launch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)
        source.changed.connect(self._rethemed)
        self._rethemed()

    def show_state(self, state: RunState) -> None:
        """Show the files of another run, and open the first one."""
        self._state, self._opened = state, False
        self._model.show_state(state)
        self._after_reset("")

    def refresh(self) -> None:
        """Take in new versions; what was chosen stays chosen."""
        current, bar = self.current(), self.tree.verticalScrollBar()
        place = bar.value()
        if self._model.refresh():
            self._after_reset(current)
            bar.setValue(place)

    def mark_unsaved(self, paths: set[str]) -> None:
        """Mark the files with unsaved edits."""
        self._model.mark_unsaved(paths)

    def current(self) -> str:
        """The chosen file's path, or an empty text."""
        path = self.tree.currentIndex().data(PATH_ROLE)
        return path if isinstance(path, str) else ""

    def choose(self, path: str) -> None:
        """Choose a file."""
        index = self._model.index_of(path)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def _after_reset(self, current: str) -> None:
        files = self._state.files
        self.tree.expandAll()
        self._stack.show_either(bool(files.present))
        self._count.setText(tr("version {version}", version=files.version) if files.version else "")
        self.choose(current)
        if not self._opened and not current and (first := self._model.first_file()):
            self._opened = True
            self.choose(first)
            self.tree.scrollToTop()

    def _rethemed(self) -> None:
        self.graph.setIcon(icon("graph", self._source.theme))
        self._model.layoutChanged.emit()

    def _choose(self, index: QModelIndex) -> None:
        path = index.data(PATH_ROLE)
        if isinstance(path, str) and path:
            self.chosen.emit(path)


class _ChangeDelegate(QStyledItemDelegate):
    """Writes a file's last change, `+12 −3`, at the right end of its row, and marks the user's edits there.

    A filled dot is an unsaved edit, a ring one that is saved and no version yet.
    """

    def __init__(self, source: ThemeSource, parent: QTreeView) -> None:
        super().__init__(parent)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows of one height."""
        return QSize(super().sizeHint(option, index).width(), ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the row as Qt does, then the change."""
        super().paint(painter, option, index)
        change = index.data(CHANGE_ROLE)
        if not isinstance(change, tuple):
            return
        area: QRect = option.rect.adjusted(0, 0, -S, 0)
        painter.save()
        painter.setFont(figures_font(small=True))
        theme = self._source.theme
        for text, color in ((f"−{change[1]}", theme.bad), (f"+{change[0]}", theme.good)):
            if text[1:] != "0":
                painter.setPen(QColor(color))
                painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
                area.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(text) - XS, 0)
        if mark := index.data(MARK_ROLE):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.warning), 1.4))
            painter.setBrush(QColor(theme.warning) if mark == "unsaved" else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(area.right() - XS, area.center().y() + 1), DOT, DOT)
        painter.restore()
