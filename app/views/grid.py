"""A table of numbers on the screen: as high as its rows, and copied as text with tabs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
)
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

from app.i18n import tr
from app.icons import picture
from app.qtmodels.grid import CELL_ROLE, Cell, GridModel
from app.theme import HAIRLINE, XS, S, ThemeSource, figures_font, ui_font

BAR = 3
MARK = 12
Index = QModelIndex | QPersistentModelIndex


class GridView(QTableView):
    """Shows a `GridModel`, as high as it is; Ctrl+C copies the chosen rows, or all."""

    def __init__(self, source: ThemeSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = GridModel(self)
        self.setModel(self.cells)
        self.setAccessibleName(name)
        self.setItemDelegate(CellDelegate(source, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head = self.horizontalHeader()
        head.setProperty("kind", "compact")
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setFont(ui_font(small=True))
        self.copy_action = QAction(tr("Copy as a table"), self)
        self.copy_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_action.triggered.connect(self.copy)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.cells.modelReset.connect(self.updateGeometry)
        self.horizontalScrollBar().rangeChanged.connect(self.updateGeometry)  # it takes a row's room

    def copy(self) -> None:
        """Put the chosen rows, or all when none is chosen, on the clipboard with their headers."""
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        QGuiApplication.clipboard().setText(self.cells.as_text(chosen or None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies a table instead of a single cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As high as all rows."""
        self.resizeRowsToContents()
        height = self.horizontalHeader().sizeHint().height() + self.verticalHeader().length()
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return QSize(240, height + extra + 2 * HAIRLINE)

    def minimumSizeHint(self) -> QSize:
        """All rows are shown; what is too wide is scrolled."""
        return QSize(160, self.sizeHint().height())


class CellDelegate(QStyledItemDelegate):
    """A cell's text with a check mark and heavier letters where it is the best, and its bar below."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The text, the mark and the bar with some air."""
        cell = _cell(index)
        width = _width(figures_font(bold=cell.best or cell.strong), cell.text)
        mark = MARK + XS if cell.best else 0
        bar = BAR + XS if cell.share is not None else 0
        return QSize(width + mark + 2 * XS + 2, option.fontMetrics.height() + bar + S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        cell, theme = _cell(index), self._source.theme
        area = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(theme.selection))
        inner = area.adjusted(XS, XS, -XS, -XS)
        if cell.share is not None:
            inner.setHeight(inner.height() - BAR - XS)
            self._bar(painter, QRectF(inner.left(), inner.bottom() + XS, inner.width(), BAR), cell)
        font = figures_font(bold=cell.best or cell.strong)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        if cell.best:
            mark = picture("check", theme.good, MARK, painter.device().devicePixelRatioF())
            at = inner.right() - _width(font, cell.text) - MARK - XS if cell.number else inner.left()
            painter.drawPixmap(int(at), int(inner.center().y() - MARK / 2), mark)
            inner.setLeft(inner.left() + MARK + XS)
        side = Qt.AlignmentFlag.AlignRight if cell.number else Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(
            cell.text, Qt.TextElideMode.ElideRight, int(inner.width()) + 1
        )
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _bar(self, painter: QPainter, area: QRectF, cell: Cell) -> None:
        theme = self._source.theme
        painter.fillRect(area, QColor(theme.sunken))
        filled = QRectF(area)
        filled.setWidth(area.width() * max(0.0, min(1.0, cell.share or 0.0)))
        painter.fillRect(filled, QColor(theme.good if cell.best else theme.accent))


def _cell(index: Index) -> Cell:
    cell = index.data(CELL_ROLE)
    return cell if isinstance(cell, Cell) else Cell("")


def _width(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text)
