"""Program text to read: line numbers, colours, a diff's backgrounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.diffing import DiffLine
from app.theme import S, ThemeSource, mono_font

if TYPE_CHECKING:
    from app.highlight import Span

TAB_COLUMNS = 4


class CodeEditor(QPlainTextEdit):
    """Shows a text or a diff; it cannot be changed."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._diff: Sequence[DiffLine] = ()
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setProperty("kind", "plain")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(mono_font())
        self.setTabStopDistance(TAB_COLUMNS * self.fontMetrics().horizontalAdvance(" "))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(S)
        self._gutter = _Gutter(self)
        self.updateRequest.connect(self._scroll_gutter)
        self.blockCountChanged.connect(self._fit_gutter)
        self._fit_gutter()

    def show_code(self, text: str) -> None:
        """Show a text, without colours until `paint_spans`."""
        self._diff = ()
        self.setPlainText(text)
        self._fit_gutter()

    def show_diff(self, lines: Sequence[DiffLine]) -> None:
        """Show the lines of a diff."""
        self._diff = lines
        self.setPlainText("\n".join(line.text for line in lines))
        self._fit_gutter()

    def paint_spans(self, lines: Sequence[Sequence[Span]]) -> None:
        """Colour the lines that are shown; surplus lines on either side are left alone."""
        block = self.document().firstBlock()
        for spans in lines:
            if not block.isValid():
                break
            block.layout().setFormats([_range(span) for span in spans])
            block = block.next()
        self.document().markContentsDirty(0, self.document().characterCount())
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a diff's backgrounds over the whole width, then the text."""
        if self._diff:
            self._paint_diff()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter as high as the text."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._gutter.setGeometry(QRect(inside.left(), inside.top(), self.gutter_width(), inside.height()))

    def gutter_width(self) -> int:
        """The width of the line numbers: two columns of them for a diff."""
        digits = len(str(max(self._highest_number(), 99)))
        figure = self.fontMetrics().horizontalAdvance("9") * digits
        return 2 * figure + 4 * S if self._diff else figure + 2 * S

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Paint the line numbers of the visible lines."""
        theme = self._source.theme
        painter.fillRect(area, QColor(theme.code))
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self._place(block)
            if place.top() > area.bottom():
                break
            for column, number in enumerate(self._numbers(block.blockNumber())):
                self._paint_number(painter, place, column, number)
            block = block.next()

    def _paint_number(self, painter: QPainter, place: QRect, column: int, number: int) -> None:
        columns = 2 if self._diff else 1
        width = self.gutter_width() // columns
        cell = QRect(column * width, place.top(), width - S, self.fontMetrics().height())
        if number:
            painter.drawText(cell, Qt.AlignmentFlag.AlignRight, str(number))

    def _paint_diff(self) -> None:
        theme = self._source.theme
        colors = {"added": theme.added, "removed": theme.removed, "hunk": theme.sunken}
        painter = QPainter(self.viewport())
        block = self.firstVisibleBlock()
        while block.isValid() and block.blockNumber() < len(self._diff):
            place = self._place(block)
            if place.top() > self.viewport().height():
                break
            if color := colors.get(self._diff[block.blockNumber()].kind):
                painter.fillRect(place, QColor(color))
            block = block.next()
        painter.end()

    def _place(self, block: QTextBlock) -> QRect:
        """Where a line stands in the viewport, over its whole width."""
        found = self.blockBoundingGeometry(block).translated(self.contentOffset())
        return QRect(0, round(found.top()), self.viewport().width(), round(found.height()))

    def _numbers(self, line: int) -> tuple[int, ...]:
        if not self._diff:
            return (line + 1,)
        return (self._diff[line].old, self._diff[line].new) if line < len(self._diff) else ()

    def _highest_number(self) -> int:
        if self._diff:
            return max(max(line.old, line.new) for line in self._diff)
        return self.blockCount()

    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        self._gutter.resize(self.gutter_width(), self._gutter.height())
        self._gutter.update()

    def _scroll_gutter(self, area: QRect, by: int) -> None:
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())


class _Gutter(QWidget):
    """The strip of line numbers."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        """As wide as the highest number."""
        return QSize(self._editor.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the editor paint, as it knows where its lines are."""
        painter = QPainter(self)
        self._editor.paint_gutter(painter, event.rect())
        painter.end()


def _range(span: Span) -> QTextLayout.FormatRange:
    look = QTextCharFormat()
    look.setForeground(QColor(span.color))
    if span.bold:
        look.setFontWeight(QFont.Weight.DemiBold)
    look.setFontItalic(span.italic)
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = span.start, span.length, look
    return made
