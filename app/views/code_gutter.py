"""The strip beside program text: line numbers, and who wrote a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.plain import plain_tip
from app.theme import XS, S, ThemeSource, mono_font, ui_font

NAME_COLUMNS = 11
"""An author's name is as wide as so many digits at most."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a line: a short name, the role's title for its colour, and all of it in words."""

    name: str
    role: str
    told: str


class Numbered(Protocol):
    """The text that a gutter stands beside."""

    def visible_lines(self) -> list[tuple[int, QRect]]:
        """The lines in view, from 0, and where each stands."""

    def numbers(self, line: int) -> tuple[int, ...]:
        """The numbers of a line, one a column; 0 for none."""

    def highest_number(self) -> int:
        """The highest number of all."""


class Gutter(QWidget):
    """Paints the numbers of the lines in view, and the authors where they are asked for."""

    def __init__(self, source: ThemeSource, text: Numbered, parent: QWidget) -> None:
        super().__init__(parent)
        self._source, self._text = source, text
        self._authors: Sequence[Author] = ()
        self.columns = 1

    def show_authors(self, authors: Sequence[Author]) -> None:
        """Show who wrote each line; nothing hides them."""
        self._authors = authors
        self.update()

    @property
    def authors(self) -> Sequence[Author]:
        """Who wrote each line; empty while it is not shown."""
        return self._authors

    def needed(self) -> int:
        """The width in pixels."""
        return self._names() + self.columns * self._column()

    def sizeHint(self) -> QSize:
        """As wide as its content."""
        return QSize(self.needed(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what stands beside the lines in view."""
        painter = QPainter(self)
        theme = self._source.theme
        painter.fillRect(event.rect(), QColor(theme.code))
        shown = ""
        for line, place in self._text.visible_lines():
            if line < len(self._authors):
                shown = self._paint_author(painter, place, line, shown)
            painter.setFont(mono_font())
            painter.setPen(QColor(theme.muted))
            for column, number in enumerate(self._text.numbers(line)):
                cell = QRect(
                    self._names() + column * self._column(), place.top(), self._column() - S, place.height()
                )
                if number:
                    painter.drawText(cell, Qt.AlignmentFlag.AlignRight, str(number))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell a line's author in words."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.told_at(event.pos().y())), self)
            return True
        return super().event(event)

    def told_at(self, y: int) -> str:
        """Who wrote the line at a height, in words."""
        for line, place in self._text.visible_lines():
            if place.top() <= y <= place.bottom() and line < len(self._authors):
                return self._authors[line].told
        return ""

    def _paint_author(self, painter: QPainter, place: QRect, line: int, shown: str) -> str:
        """Write a name where it begins to hold, and a mark of its colour at every line; what was written."""
        author, theme = self._authors[line], self._source.theme
        color = QColor(theme.role(author.role) if author.role else theme.accent)
        painter.fillRect(QRect(0, place.top(), 3, place.height()), color)
        if author.told != shown:
            painter.setFont(ui_font(small=True))
            painter.setPen(QColor(theme.text))
            cell = QRect(S, place.top(), self._names() - S, place.height())
            name = painter.fontMetrics().elidedText(author.name, Qt.TextElideMode.ElideRight, cell.width())
            painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter, name)
        return author.told

    def _names(self) -> int:
        if not self._authors:
            return 0
        widest = max(QFontMetrics(ui_font(small=True)).horizontalAdvance(name) for name in self._all_names())
        return S + XS + min(widest, NAME_COLUMNS * self._digit())

    def _all_names(self) -> set[str]:
        return {author.name for author in self._authors}

    def _column(self) -> int:
        digits = len(str(max(self._text.highest_number(), 99)))
        return self._digit() * digits + 2 * S

    @staticmethod
    def _digit() -> int:
        return QFontMetrics(mono_font()).horizontalAdvance("9")
