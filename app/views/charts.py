"""Charts, painted by us: what they share, and horizontal bars of stacked parts.

A chart is only a picture of numbers that stand in a table beside it; nothing is told by its colour alone: a
legend names the parts in their order, and a tooltip says what lies under the mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.i18n import tr
from app.plain import plain_tip
from app.theme import HAIRLINE, XS, M, S, Theme, ThemeSource, figures_font, ui_font

ROW = 28
BAR = 14
SWATCH = 10
NAMES = 0.34
"""The names take so much of the width at most."""

Written = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts that every bar is stacked of; `color` is the number of a role's colour."""

    name: str
    color: int

    def translated(self) -> Part:
        """The same with its name in the user's language."""
        return Part(tr(self.name), self.color)

    def paint(self, theme: Theme) -> QColor:
        """Its colour in a theme."""
        return QColor(theme.roles[self.color % len(theme.roles)])


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and the sizes of its parts."""

    name: str
    values: tuple[float, ...]

    @property
    def total(self) -> float:
        """Its whole length."""
        return sum(self.values)


class Chart(QWidget):
    """What both charts share: parts with a legend, a theme, and a tooltip."""

    def __init__(self, source: ThemeSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._parts: tuple[Part, ...] = ()
        self._written: Written = str
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        source.changed.connect(self.update)

    @property
    def _legend(self) -> int:
        """How high the legend is."""
        return self.fontMetrics().height() + S

    def _paint_legend(self, painter: QPainter) -> None:
        theme = self._source.theme
        painter.setFont(ui_font(small=True))
        x, height = 0.0, self._legend - S
        for part in self._parts:
            box = QRectF(x, (height - SWATCH) / 2, SWATCH, SWATCH)
            painter.fillRect(box, part.paint(theme))
            painter.setPen(QColor(theme.muted))
            width = painter.fontMetrics().horizontalAdvance(part.name)
            words = QRectF(box.right() + XS, 0, width + XS, height)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, part.name)
            x = words.right() + M

    def tip_at(self, point: QPointF) -> str:
        """What lies under a point, in words; empty for nothing."""
        del point
        return ""

    def event(self, event: QEvent) -> bool:
        """Show what lies under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            if text := self.tip_at(QPointF(event.pos())):
                QToolTip.showText(event.globalPos(), plain_tip(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


class BarChart(Chart):
    """A bar a line: its name at the left, the stacked parts, the sum at the right."""

    def __init__(self, source: ThemeSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(source, name, parent)
        self._bars: tuple[Bar, ...] = ()

    def show_bars(self, parts: Sequence[Part], bars: Sequence[Bar], written: Written) -> None:
        """Show these bars, each with as many values as there are parts; `written` puts a size into words."""
        if len(bars) != len(self._bars):
            self.updateGeometry()
        self._parts, self._bars, self._written = tuple(parts), tuple(bars), written
        self.setAccessibleDescription(", ".join(self._spoken(bar) for bar in bars))
        self.update()

    def sizeHint(self) -> QSize:
        """A legend and a line for each bar."""
        return QSize(320, self._legend + ROW * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """As high as all bars, and wide enough for something to be seen."""
        return QSize(200, self.sizeHint().height())

    def segments(self, row: int) -> list[QRectF]:
        """Where the parts of a bar are; a part of size 0 has no width."""
        area = self._area()
        longest = max((bar.total for bar in self._bars), default=0.0)
        scale = area.width() / longest if longest > 0 else 0.0
        top = self._legend + ROW * row + (ROW - BAR) / 2
        made, x = [], area.left()
        for value in self._bars[row].values:
            made.append(QRectF(x, top, value * scale, BAR))
            x += value * scale
        return made

    def _area(self) -> QRectF:
        """Where the bars are, between the names and the sums."""
        names = self.fontMetrics()
        left = max((names.horizontalAdvance(bar.name) for bar in self._bars), default=0)
        left = min(left, int(self.width() * NAMES)) + S
        right = max((names.horizontalAdvance(self._written(bar.total)) for bar in self._bars), default=0) + S
        return QRectF(left, self._legend, max(1, self.width() - left - right), ROW * len(self._bars))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint legend and bars."""
        painter = QPainter(self)
        self._paint_legend(painter)
        for row, bar in enumerate(self._bars):
            self._paint_bar(painter, row, bar)
        painter.end()

    def _paint_bar(self, painter: QPainter, row: int, bar: Bar) -> None:
        theme, area = self._source.theme, self._area()
        line = QRectF(0, self._legend + ROW * row, self.width(), ROW)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(ui_font())
        painter.setPen(QColor(theme.text))
        names = QRectF(0, line.top(), area.left() - S, ROW)
        name = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, int(names.width()) + 1)
        painter.drawText(names, middle | Qt.AlignmentFlag.AlignLeft, name)
        segments = self.segments(row)
        for part, segment in zip(self._parts, segments, strict=True):
            painter.fillRect(segment, part.paint(theme))
        painter.setPen(QPen(QColor(theme.surface), HAIRLINE))
        for segment in segments[1:]:
            if segment.width() > HAIRLINE and segment.left() > area.left():
                painter.drawLine(segment.topLeft(), segment.bottomLeft())
        painter.setFont(figures_font())
        painter.setPen(QColor(theme.muted))
        sums = QRectF(segments[-1].right() + S if segments else area.left(), line.top(), self.width(), ROW)
        painter.drawText(sums, middle | Qt.AlignmentFlag.AlignLeft, self._written(bar.total))

    def tip_at(self, point: QPointF) -> str:
        """The bar's name with each part of it."""
        row = int((point.y() - self._legend) // ROW)
        if point.y() < self._legend or not 0 <= row < len(self._bars):
            return ""
        bar = self._bars[row]
        parts = zip(self._parts, bar.values, strict=True)
        return "\n".join([bar.name, *(f"{part.name}: {self._written(value)}" for part, value in parts)])

    def _spoken(self, bar: Bar) -> str:
        return f"{bar.name}: {self._written(bar.total)}"
