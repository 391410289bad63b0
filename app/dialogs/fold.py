"""A section of a dialog that folds: a heading that says what is in it while it is closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from app.theme import HAIRLINE, RADIUS, XS, L, S, ui_font

CHEVRON = 16
"""The width of the place in which the chevron stands."""
INSET = CHEVRON + XS
"""How far the content stands to the right of the section's edge."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Fold(QWidget):
    """`content` below a heading that opens and closes it. `summary` says what is in it while it is closed."""

    def __init__(self, title: str, content: QWidget, summary: Callable[[], str]) -> None:
        super().__init__()
        self._summary = summary
        self.head = _Head(title)
        self.content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addWidget(self.head)
        below = QVBoxLayout()
        below.setContentsMargins(INSET, 0, 0, S)
        below.addWidget(content)
        layout.addLayout(below)
        content.hide()
        self.head.toggled.connect(self._show_either)
        self.refresh()

    def unfold(self) -> None:
        """Open the section."""
        self.head.setChecked(True)

    def refresh(self) -> None:
        """Say again what is in the section."""
        self.head.tell(self._summary())

    def _show_either(self, opened: bool) -> None:
        self.content.setVisible(opened)
        self.refresh()


class _Head(QAbstractButton):
    """The heading: a chevron, the title, and what is in the section at the right while it is closed."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self._told = ""

    def tell(self, summary: str) -> None:
        """Say what is in the section."""
        self._told = summary
        self.setAccessibleDescription(summary)
        self.update()

    @property
    def told(self) -> str:
        """What is said of the section."""
        return self._told

    def sizeHint(self) -> QSize:
        """One line with some air."""
        return QSize(160, self.fontMetrics().height() + S)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chevron and the words; a frame while the section has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self.palette()
        if self.hasFocus():
            painter.setPen(QPen(colors.color(QPalette.ColorRole.Accent), HAIRLINE))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(QPen(colors.color(QPalette.ColorRole.PlaceholderText), 1.4))
        middle = QPointF(CHEVRON / 2, self.height() / 2)
        painter.drawPolyline(QPolygonF([middle + point for point in _points(self.isChecked())]))
        area = self.rect().adjusted(INSET, 0, -S, 0)
        painter.setPen(colors.color(QPalette.ColorRole.WindowText))
        painter.setFont(ui_font(bold=True))
        painter.drawText(area, LEFT, self.text())
        if not self.isChecked():
            used = painter.fontMetrics().horizontalAdvance(self.text()) + L
            self._tell(painter, area.adjusted(used, 0, 0, 0))
        painter.end()

    def _tell(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.setFont(ui_font())
        text = painter.fontMetrics().elidedText(self._told, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, RIGHT, text)


def _points(opened: bool) -> list[QPointF]:
    """A chevron around the origin: downwards where the section is open, else to the right."""
    if opened:
        return [QPointF(-3.5, -1.75), QPointF(0, 1.75), QPointF(3.5, -1.75)]
    return [QPointF(-1.75, -3.5), QPointF(1.75, 0), QPointF(-1.75, 3.5)]
