"""Program text: line numbers, colours, a diff's backgrounds and changed words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.diffing import DiffLine, LineKind
from app.theme import S, ThemeSource, mono_font
from app.views.code_gutter import Author, Gutter

if TYPE_CHECKING:
    from app.highlight import Span

TAB_COLUMNS = 4
UNDERLINE = 2
Side: TypeAlias = Literal["both", "old", "new"]


class CodeEditor(QPlainTextEdit):
    """Shows a text, a diff, or one side of one; it cannot be changed."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._diff: Sequence[DiffLine] = ()
        self._side: Side = "both"
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
        self.gutter = Gutter(source, self, self)
        self.updateRequest.connect(self._scroll_gutter)
        self.blockCountChanged.connect(self._fit_gutter)
        self._fit_gutter()

    # --- what is shown -----------------------------------------------------------------------------

    def show_code(self, text: str) -> None:
        """Show a text, without colours until `paint_spans`."""
        self._diff = ()
        self.gutter.show_authors(())
        self.setPlainText(text)
        self._fit_gutter()

    def show_diff(self, lines: Sequence[DiffLine], side: Side = "both") -> None:
        """Show the lines of a diff, with the numbers of both texts or of one."""
        self._diff, self._side = lines, side
        self.gutter.show_authors(())
        self.setPlainText("\n".join(line.text for line in lines))
        self._fit_gutter()

    def show_authors(self, authors: Sequence[Author]) -> None:
        """Show beside each line who wrote it; nothing hides that."""
        self.gutter.show_authors(authors)
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

    def kinds(self) -> list[LineKind]:
        """The kinds of a diff's lines; nothing for a plain text."""
        return [line.kind for line in self._diff]

    def go_to(self, line: int) -> None:
        """Put the cursor into a line, from 0, and bring it into the middle."""
        block = self.document().findBlockByNumber(line)
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.centerCursor()

    # --- for the gutter ----------------------------------------------------------------------------

    def visible_lines(self) -> list[tuple[int, QRect]]:
        """The lines in view, from 0, and where each stands."""
        found: list[tuple[int, QRect]] = []
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self._place(block)
            if place.top() > self.viewport().height():
                break
            found.append((block.blockNumber(), place))
            block = block.next()
        return found

    def numbers(self, line: int) -> tuple[int, ...]:
        """The numbers of a line, one a column; 0 for none."""
        if not self._diff:
            return (line + 1,)
        if line >= len(self._diff):
            return ()
        shown = self._diff[line]
        return {"both": (shown.old, shown.new), "old": (shown.old,), "new": (shown.new,)}[self._side]

    def highest_number(self) -> int:
        """The highest number of all."""
        if self._diff:
            return max(max(line.old, line.new) for line in self._diff)
        return self.blockCount()

    # --- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a diff's backgrounds over the whole width, then the text, then lines below changed words."""
        if self._diff:
            self._paint_diff()
        super().paintEvent(event)
        if self._diff:
            self._paint_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter as high as the text."""
        super().resizeEvent(event)
        self._place_gutter()

    def _paint_diff(self) -> None:
        theme = self._source.theme
        colors = {
            "added": theme.added,
            "removed": theme.removed,
            "hunk": theme.sunken,
            "filler": theme.sunken,
        }
        painter = QPainter(self.viewport())
        for line, place in self.visible_lines():
            if line < len(self._diff) and (color := colors.get(self._diff[line].kind)):
                painter.fillRect(place, QColor(color))
        painter.end()

    def _paint_words(self) -> None:
        theme = self._source.theme
        painter = QPainter(self.viewport())
        for line, place in self.visible_lines():
            shown = self._diff[line] if line < len(self._diff) else None
            if shown is None or not shown.words:
                continue
            color = QColor(theme.good if shown.kind == "added" else theme.bad)
            laid = self.document().findBlockByNumber(line).layout().lineAt(0)
            left = round(self.contentOffset().x())  # the line's own place has the margin already
            for start, length in shown.words:
                begin, end = _column(laid.cursorToX(start)), _column(laid.cursorToX(start + length))
                painter.fillRect(
                    QRect(left + begin, place.bottom() - UNDERLINE + 1, end - begin, UNDERLINE), color
                )
        painter.end()

    def _place(self, block: QTextBlock) -> QRect:
        """Where a line stands in the viewport, over its whole width."""
        found = self.blockBoundingGeometry(block).translated(self.contentOffset())
        return QRect(0, round(found.top()), self.viewport().width(), round(found.height()))

    def _fit_gutter(self) -> None:
        self.gutter.columns = 2 if self._diff and self._side == "both" else 1
        self.setViewportMargins(self.gutter.needed(), 0, 0, 0)
        self._place_gutter()
        self.gutter.update()

    def _place_gutter(self) -> None:
        inside = self.contentsRect()
        self.gutter.setGeometry(QRect(inside.left(), inside.top(), self.gutter.needed(), inside.height()))

    def _scroll_gutter(self, area: QRect, by: int) -> None:
        if by and not self.gutter.authors:
            self.gutter.scroll(0, by)
        else:  # the first line in view names its author, so a shifted picture would be wrong
            self.gutter.update()


def _column(found: object) -> int:
    """A place in a line in whole pixels; Qt gives it alone or with the cursor's position."""
    place = found[0] if isinstance(found, tuple) else found
    return round(place) if isinstance(place, float) else 0


def _range(span: Span) -> QTextLayout.FormatRange:
    look = QTextCharFormat()
    look.setForeground(QColor(span.color))
    if span.bold:
        look.setFontWeight(QFont.Weight.DemiBold)
    look.setFontItalic(span.italic)
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = span.start, span.length, look
    return made
