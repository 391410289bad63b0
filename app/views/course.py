"""The chart of what grows in the course of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.theme import HAIRLINE, XL, XS, M, S, ThemeSource, figures_font, translucent
from app.views.charts import Chart, Part, Written

COURSE = 168


class CourseChart(Chart):
    """Sums that grow in the course of time, stacked: each part is an area above the one before."""

    def __init__(self, source: ThemeSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(source, name, parent)
        self._times: list[float] = []
        self._values: list[tuple[float, ...]] = []
        self._time_written: Written = str

    def show_course(
        self,
        parts: Sequence[Part],
        times: Sequence[float],
        values: Sequence[tuple[float, ...]],
        written: Written,
        time_written: Written,
    ) -> None:
        """Show the sums `values` (one a part) that were reached at the ascending `times`, in seconds."""
        self._parts, self._times, self._values = tuple(parts), list(times), list(values)
        self._written, self._time_written = written, time_written
        self.setAccessibleDescription(self._words(len(times) - 1) if times else "")
        self.update()

    def sizeHint(self) -> QSize:
        """A legend, the areas, and the times below."""
        return QSize(320, COURSE)

    def minimumSizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, COURSE)

    def _area(self) -> QRectF:
        numbers = self.fontMetrics()
        top = self._top()
        left = max(numbers.horizontalAdvance(self._written(value)) for value in (top, top / 2)) + S
        bottom = numbers.height() + XS
        return QRectF(left, self._legend, max(1, self.width() - left - M), COURSE - self._legend - bottom)

    def _top(self) -> float:
        """Where the scale ends: at the last sum, rounded up to one or two digits."""
        return rounded_up(sum(self._values[-1])) if self._values else 1.0

    def points(self, upto: int) -> list[QPointF]:
        """The upper edge of the first `upto` parts together, at most one step a pixel."""
        area, top = self._area(), self._top()
        span = self._times[-1] if self._times and self._times[-1] > 0 else 1.0
        made = [QPointF(area.left(), area.bottom())]
        last = len(self._times) - 1
        for place, (time, values) in enumerate(zip(self._times, self._values, strict=True)):
            x = area.left() + area.width() * time / span
            if place < last and x - made[-1].x() < 1.0:
                continue
            y = area.bottom() - area.height() * sum(values[:upto]) / top
            made += [QPointF(x, made[-1].y()), QPointF(x, y)]
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scale, the areas and the legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_legend(painter)
        self._paint_scale(painter)
        if self._times:
            for upto in range(len(self._parts), 0, -1):
                self._paint_part(painter, upto)
        painter.end()

    def _paint_part(self, painter: QPainter, upto: int) -> None:
        theme, area = self._source.theme, self._area()
        color = self._parts[upto - 1].paint(theme)
        edge = self.points(upto)
        shape = QPolygonF([*edge, QPointF(edge[-1].x(), area.bottom())])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawPolygon(shape)  # what lies behind must not shine through
        painter.setBrush(translucent(color.name(), 0.35))
        painter.drawPolygon(shape)
        painter.setPen(QPen(color, 1.5))
        painter.drawPolyline(QPolygonF(edge))

    def _paint_scale(self, painter: QPainter) -> None:
        theme, area, top = self._source.theme, self._area(), self._top()
        painter.setFont(figures_font(small=True))
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - area.height() * share
            painter.setPen(QPen(QColor(theme.border), HAIRLINE))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            words = QRectF(0, y - S, area.left() - S, 2 * S)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, right, self._written(top * share))
        if not self._times:
            return
        below = QRectF(area.left(), area.bottom() + XS, area.width(), XL)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._time_written(0.0))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._time_written(self._times[-1]))

    def tip_at(self, point: QPointF) -> str:
        """The sums that were reached at the time under the mouse."""
        area = self._area()
        if not self._times or not area.contains(point):
            return ""
        time = (point.x() - area.left()) / area.width() * self._times[-1]
        return self._words(max(0, bisect_right(self._times, time) - 1))

    def _words(self, place: int) -> str:
        parts = zip(self._parts, self._values[place], strict=True)
        lines = (f"{part.name}: {self._written(value)}" for part, value in parts)
        return "\n".join([self._time_written(self._times[place]), *lines])


def rounded_up(value: float) -> float:
    """The next of 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    for step in (1, 2, 3, 4, 5, 6, 8, 10):
        if step * power >= value:
            return step * power
    return value
