"""The list of projects and runs at the left edge."""

from __future__ import annotations

import time
from collections.abc import Sequence, Set

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agents.store.rows import RunRow
from app.icons import icon, picture
from app.qtmodels.runs import ROW_ROLE, WORD_ROLE, RunsFilter, RunsModel
from app.theme import XS, M, S, Theme, ThemeSource, ui_font
from app.views.empty import EmptyStack
from app.wording import ago

ICONS = {
    "running": "dot",
    "paused": "pause",
    "stopped": "stop",
    "succeeded": "check",
    "failed": "cross",
    "interrupted": "warning",
    "asks you": "question",
}
MARK = 16


class ProjectsView(QWidget):
    """All runs with their state; `chosen` carries the number of the one to show."""

    chosen = Signal(int)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._model = RunsModel(self)
        self._filter = RunsFilter(self._model, self)
        self._quiet = False
        self.search = QLineEdit()
        self.search.setAccessibleName("Search projects")
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self._loupe = QAction(self.search)
        self.search.addAction(self._loupe, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._search)
        self.list = QListView()
        self.list.setAccessibleName("Projects and runs")
        self.list.setModel(self._filter)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_RunDelegate(source, self.list))
        self.list.setMouseTracking(True)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self._stack = EmptyStack(self.list, "No projects yet", "Each project that you start is kept here.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head())
        layout.addWidget(self._stack, 1)
        source.changed.connect(self._rethemed)
        self._rethemed()

    def _head(self) -> QVBoxLayout:
        title = QLabel("Projects")
        title.setProperty("kind", "heading")
        self.new = QToolButton()
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(self.new)
        head = QVBoxLayout()
        head.setContentsMargins(M, S, S, S)
        head.setSpacing(S)
        head.addLayout(row)
        head.addWidget(self.search)
        return head

    def show_runs(self, rows: Sequence[RunRow], asking: Set[int] = frozenset()) -> None:
        """Show these runs, `asking` those that wait for an answer; the chosen one stays chosen."""
        current = self.current()
        self._quiet = True
        self._model.show_runs(rows, asking)
        self._quiet = False
        self.mark(current)
        self._show_either()

    def current(self) -> int:
        """The chosen run's number, 0 for none."""
        row = self.list.currentIndex().data(ROW_ROLE)
        return row.id if isinstance(row, RunRow) else 0

    def mark(self, number: int) -> None:
        """Show which run is open, without choosing it again."""
        self._quiet = True
        index = self._filter.mapFromSource(self._model.index_of(number))
        if index.isValid():
            self.list.setCurrentIndex(index)
        else:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())
        self._quiet = False

    def _search(self, text: str) -> None:
        self._quiet = True
        self._filter.search(text)
        self._quiet = False
        self._show_either()

    def _show_either(self) -> None:
        if self._model.rowCount():
            self._stack.empty.say("Nothing found", "No project's name or idea has these words.")
        else:
            self._stack.empty.say("No projects yet", "Each project that you start is kept here.")
        self._stack.show_either(self._filter.rowCount() > 0)

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, RunRow) and not self._quiet:
            self.chosen.emit(row.id)

    def _rethemed(self) -> None:
        theme = self._source.theme
        self._loupe.setIcon(icon("search", theme, theme.muted))
        self.list.viewport().update()


class _RunDelegate(QStyledItemDelegate):
    """Two lines a run: its mark and name; then the state in words and when it last changed."""

    def __init__(self, source: ThemeSource, parent: QListView) -> None:
        super().__init__(parent)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines and some air."""
        line = option.fontMetrics.height()
        return QSize(120, 2 * line + 2 * S + XS)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a run."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, RunRow):
            return
        theme = self._source.theme
        area: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(theme.selection))
            painter.fillRect(QRect(area.left(), area.top(), 2, area.height()), QColor(theme.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(theme.hover))
        word = str(index.data(WORD_ROLE))
        mark = picture(ICONS[word], color_of(word, theme), MARK, painter.device().devicePixelRatioF())
        text = area.adjusted(M + MARK + S, S, -S, -S)
        half = text.height() // 2
        first = QRect(text.left(), text.top(), text.width(), half)
        second = QRect(text.left(), text.top() + half, text.width(), half)
        painter.drawPixmap(area.left() + M, first.center().y() - MARK // 2 + 1, mark)
        self._write(painter, first, row.project_name, theme.text, bold=True)
        self._write(painter, second, f"{word} · {ago(row.changed, time.time())}", theme.muted, bold=False)
        painter.restore()

    def _write(self, painter: QPainter, area: QRect, text: str, color: str, *, bold: bool) -> None:
        painter.setFont(ui_font(small=not bold))
        painter.setPen(QColor(color))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def color_of(word: str, theme: Theme) -> str:
    """The colour of a run's state, always beside its mark and word."""
    return {
        "running": theme.accent,
        "paused": theme.warning,
        "succeeded": theme.good,
        "failed": theme.bad,
        "interrupted": theme.warning,
        "asks you": theme.accent,
    }.get(word, theme.muted)
