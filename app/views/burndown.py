"""The burn-down of a backlog: items left after each change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import tr, trn
from app.plain import plain_tip
from app.state.backlog import Burn
from app.theme import XS, M, S, ThemeSource, figures_font, translucent
from app.views.transcript_content import duration

HEIGHT = 132
TICKS = 4
DOT = 2.5


class Burndown(QWidget):
    """A line of steps from all items down to none; the straight line beside it is an even pace."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._burned: Sequence[Burn] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Burn-down"))
        source.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(320, HEIGHT)

    def show_burned(self, burned: Sequence[Burn]) -> None:
        """Show these points."""
        self._burned = burned
        last = burned[-1] if burned else Burn(0.0, 0, 0)
        left, total = last.left, last.total
        told = trn("{count} item left of {total}", "{count} items left of {total}", left, total=total)
        self.setAccessibleDescription(told)
        self.setToolTip(plain_tip(told))
        self.update()

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(M + 24, M, -M, -(M + 16))

    def points(self) -> list[QPointF]:
        """Where each change stands, from left to right."""
        plot, most = self._plot(), max((burn.total for burn in self._burned), default=0)
        if not most:
            return []
        step = plot.width() / max(1, len(self._burned) - 1)
        return [
            QPointF(plot.left() + at * step, plot.bottom() - plot.height() * burn.left / most)
            for at, burn in enumerate(self._burned)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, the even pace, the steps, and how long it has taken."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, plot, points = self._source.theme, self._plot(), self.points()
        painter.fillRect(self.rect(), QColor(theme.surface))
        if not points:
            return
        painter.setFont(figures_font(small=True))
        self._paint_axis(painter, plot)
        painter.setPen(QPen(QColor(theme.outline), 1, Qt.PenStyle.DashLine))
        painter.drawLine(points[0], plot.bottomRight())
        steps = [points[0]]
        for before, after in pairwise(points):
            steps += [QPointF(after.x(), before.y()), after]
        below = [QPointF(steps[-1].x(), plot.bottom()), QPointF(steps[0].x(), plot.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(theme.accent, 0.12))
        painter.drawPolygon(QPolygonF([*steps, *below]))
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(steps))
        painter.setBrush(QColor(theme.accent))
        for point in points:
            painter.drawEllipse(point, DOT, DOT)
        self._paint_time(painter, plot)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        theme, most = self._source.theme, max(burn.total for burn in self._burned)
        step = max(1, -(-most // TICKS))
        for value in range(0, most + 1, step):
            y = round(plot.bottom() - plot.height() * value / most) + 0.5
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(theme.muted))
            where = QRectF(0, y - S, plot.left() - XS, 2 * S)
            painter.drawText(
                where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(value)
            )

    def _paint_time(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(QColor(self._source.theme.muted))
        below = QRectF(plot.left(), plot.bottom() + XS, plot.width(), 16)
        changes = trn("{count} change", "{count} changes", len(self._burned))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), changes)
        took = duration(self._burned[-1].at - self._burned[0].at)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), took)
