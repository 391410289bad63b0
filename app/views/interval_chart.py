"""Shares with their confidence intervals, as bars with a line across their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme import S, ThemeSource, figures_font, translucent, ui_font
from app.views.charts import BAR, NAMES, ROW, Chart

CAP = 4
WIDTH = 1.6
FILLED = 0.55
"""How strong a bar is: its interval must stand out on it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1 with its interval."""

    name: str
    value: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """The share and its interval in per cent."""
        return f"{self.value:.0%}  ({self.low:.0%}–{self.high:.0%})"


class IntervalChart(Chart):
    """A bar a line against the whole width as 100 %: its name, the bar, its interval, the figures."""

    def __init__(self, source: ThemeSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(source, name, parent)
        self._shares: tuple[Share, ...] = ()

    def show_shares(self, shares: Sequence[Share]) -> None:
        """Show these."""
        if len(shares) != len(self._shares):
            self.updateGeometry()
        self._shares = tuple(shares)
        self.setAccessibleDescription(", ".join(f"{one.name}: {one.words}" for one in shares))
        self.update()

    def sizeHint(self) -> QSize:
        """A line for each."""
        return QSize(320, ROW * len(self._shares))

    def minimumSizeHint(self) -> QSize:
        """As high as all bars, and wide enough for something to be seen."""
        return QSize(200, self.sizeHint().height())

    def area(self) -> QRectF:
        """Where the bars are, between the names and the figures."""
        metrics = self.fontMetrics()
        left = max((metrics.horizontalAdvance(one.name) for one in self._shares), default=0)
        left = min(left, int(self.width() * NAMES)) + S
        right = max((metrics.horizontalAdvance(one.words) for one in self._shares), default=0) + 2 * S
        return QRectF(left, 0, max(1, self.width() - left - right), ROW * len(self._shares))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all bars."""
        painter = QPainter(self)
        for row, share in enumerate(self._shares):
            self._paint_share(painter, row, share)
        painter.end()

    def _paint_share(self, painter: QPainter, row: int, share: Share) -> None:
        theme, area = self._source.theme, self.area()
        top, middle = ROW * row + (ROW - BAR) / 2, ROW * row + ROW / 2
        painter.setFont(ui_font())
        painter.setPen(QColor(theme.text))
        names = QRectF(0, ROW * row, area.left() - S, ROW)
        name = painter.fontMetrics().elidedText(
            share.name, Qt.TextElideMode.ElideRight, int(names.width()) + 1
        )
        painter.drawText(names, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.fillRect(QRectF(area.left(), top, area.width(), BAR), QColor(theme.sunken))
        painter.fillRect(
            QRectF(area.left(), top, area.width() * share.value, BAR), translucent(theme.accent, FILLED)
        )
        painter.setPen(QPen(QColor(theme.text), WIDTH))
        low, high = (area.left() + area.width() * end for end in (share.low, share.high))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - CAP), QPointF(end, middle + CAP))
        painter.setFont(figures_font())
        painter.setPen(QColor(theme.muted))
        figures = QRectF(area.right() + S, ROW * row, self.width() - area.right() - S, ROW)
        painter.drawText(figures, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, share.words)

    def tip_at(self, point: QPointF) -> str:
        """The share under a point."""
        row = int(point.y() // ROW)
        return f"{self._shares[row].name}: {self._shares[row].words}" if 0 <= row < len(self._shares) else ""
