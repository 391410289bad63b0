"""Two versions of a file beside each other, scrolled together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar, QSplitter, QVBoxLayout, QWidget

from app.diffing import Row, row_kind
from app.i18n import tr
from app.theme import ThemeSource
from app.views.code_editor import CodeEditor

if TYPE_CHECKING:
    from app.diffing import LineKind
    from app.highlight import Span


class SideBySide(QWidget):
    """The old text at the left, the new one at the right; equal lines stand at the same height."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()
        self.old, self.new = CodeEditor(source), CodeEditor(source)
        self.old.setAccessibleName(tr("Before"))
        self.new.setAccessibleName(tr("After"))
        self.old.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for side in (self.old, self.new):  # equal, so that both have lines at the same heights
            side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        _together(self.old.verticalScrollBar(), self.new.verticalScrollBar())
        _together(self.old.horizontalScrollBar(), self.new.horizontalScrollBar())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.old)
        split.addWidget(self.new)
        split.setSizes([1000, 1000])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show two texts that were compared."""
        self._rows = rows
        self.old.show_diff([left for left, _ in rows], "old")
        self.new.show_diff([right for _, right in rows], "new")

    def kinds(self) -> list[LineKind]:
        """The kind of each row."""
        return [row_kind(row) for row in self._rows]

    def paint_spans(self, old: Sequence[Sequence[Span]], new: Sequence[Sequence[Span]]) -> None:
        """Colour both sides; the spans are those of the whole texts."""
        self.old.paint_spans([_spans(old, left.old) for left, _ in self._rows])
        self.new.paint_spans([_spans(new, right.new) for _, right in self._rows])

    def go_to(self, line: int) -> None:
        """Bring a row into the middle."""
        self.new.go_to(line)
        self.old.go_to(line)


def _spans(spans: Sequence[Sequence[Span]], number: int) -> Sequence[Span]:
    return spans[number - 1] if 0 < number <= len(spans) else ()


def _together(one: QScrollBar, other: QScrollBar) -> None:
    """Let two scroll bars follow each other; a shorter one waits at its end and does not pull back."""
    moving = False

    def move(bar: QScrollBar, value: int) -> None:
        nonlocal moving
        if not moving:
            moving = True
            bar.setValue(value)
            moving = False

    one.valueChanged.connect(lambda value: move(other, value))
    other.valueChanged.connect(lambda value: move(one, value))
