"""A table of marks on the screen: names at the left, narrow columns of marks, scrolled where many."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.qtmodels.marks import MarksModel
from app.theme import L, ThemeSource

NARROW, NAME, ROW = 34, 150, 26
"""The least width of a column of marks, the least width of the names, the height of a line."""


class MarkDelegate(QStyledItemDelegate):
    """Draws a mark into the middle of its cell, or before the words that go with it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a cell."""
        full = QStyleOptionViewItem(option)
        self.initStyleOption(full, index)
        if index.column() == 0 or full.text or full.icon.isNull():
            super().paint(painter, option, index)
            return
        mark = QIcon(full.icon)
        full.icon = QIcon()
        full.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration
        full.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, full, painter, full.widget)
        size = full.decorationSize
        place = QStyle.alignedRect(full.direction, Qt.AlignmentFlag.AlignCenter, size, full.rect)
        mark.paint(painter, place)


class MarksTable(QTableView):
    """Shows a `MarksModel`. `moved` carries the chosen line and column (-1: the name), `opened` those of a
    cell that was double-clicked or entered."""

    moved = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self, source: ThemeSource, name: str, corner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks = MarksModel(source, corner, self)
        self.setModel(self.marks)
        self.setItemDelegate(MarkDelegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(NARROW)
        self.marks.modelReset.connect(self.fit)
        self.selectionModel().currentChanged.connect(self._move)
        self.activated.connect(lambda index: self.opened.emit(index.row(), index.column() - 1))
        source.changed.connect(self.marks.layoutChanged)

    def fit(self) -> None:
        """Columns as wide as their words; the names take what is left."""
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        taken = 0
        for column in range(1, self.marks.columnCount()):
            text = str(self.marks.headerData(column, Qt.Orientation.Horizontal) or "")
            width = max(NARROW, header.fontMetrics().horizontalAdvance(text) + L)
            header.setSectionResizeMode(column, mode.Fixed)
            header.resizeSection(column, width)
            taken += width
        if self.marks.columnCount():
            tight = taken > max(0, self.viewport().width() - NAME)
            header.setSectionResizeMode(0, mode.Fixed if tight else mode.Stretch)
            if tight:
                header.resizeSection(0, NAME)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names what is left."""
        super().resizeEvent(event)
        self.fit()

    def _move(self, index: QModelIndex) -> None:
        if index.isValid():
            self.moved.emit(index.row(), index.column() - 1)
