"""Choices, number fields and check boxes drawn flat, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionToolButton,
    QTabWidget,
    QToolButton,
    QWidget,
)

from app.plain import plain_tip
from app.theme import S

ICON = 16
"""The size of a button's icon."""
GAP = " "
"""Between an icon and the word beside it; Qt leaves none."""
INSET = 14
"""From the right edge to the middle of a chevron."""
ICON_GAP = 4


def _chevron(widget: QWidget, y: float, *, up: bool = False) -> None:
    """Draw a chevron at the right edge, its middle at height `y`."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    group = QPalette.ColorGroup.Active if widget.isEnabled() else QPalette.ColorGroup.Disabled
    role = QPalette.ColorRole.PlaceholderText if widget.isEnabled() else QPalette.ColorRole.Text
    painter.setPen(QPen(widget.palette().color(group, role), 1.4))
    x, rise = widget.width() - INSET, -1.75 if up else 1.75
    area = QRectF(x - 3.5, y - rise, 7, 2 * rise)
    points = [area.topLeft(), QPointF(x, area.bottom()), area.topRight()]
    painter.drawPolyline(QPolygonF(points))
    painter.end()


class WordButton(QToolButton):
    """A flat button with an icon and a word beside it, and air between the two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(ICON, ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        """Say how the button is drawn and measured: with a gap before the word."""
        super().initStyleOption(option)
        if not option.icon.isNull():
            option.text = GAP + option.text


def icon_button(tip: str, size: int = ICON) -> QToolButton:
    """A button that is an icon of so many pixels; `tip` says what it does, also to screen readers."""
    made = QToolButton()
    made.setIconSize(QSize(size, size))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setToolTip(plain_tip(tip))
    made.setAccessibleName(tip)
    return made


class Tabs(QTabWidget):
    """Tabs without a frame; where there is no room for their names, each is cut a little and has a tip."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may cut names, or no more."""
        super().resizeEvent(event)
        cut = self.tabBar().sizeHint().width() > self.width()
        for tab in range(self.count()):
            self.setTabToolTip(tab, plain_tip(self.tabText(tab) if cut else ""))


class Choice(QComboBox):
    """A combo box with a chevron; a text for which there is no room ends in an ellipsis."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Say how the field is drawn: as much of the text as there is room for."""
        super().initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        field = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + ICON_GAP
        room = field.width() - icon - 2
        if room > 0:
            option.currentText = option.fontMetrics.elidedText(
                option.currentText, Qt.TextElideMode.ElideRight, room
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then the chevron."""
        super().paintEvent(event)
        _chevron(self, self.height() / 2)


class Tick(QCheckBox):
    """A check box with a tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and the text, then the tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Base), 1.8))
        middle = QRectF(box).center()
        tick = [middle + QPointF(-3.5, 0.5), middle + QPointF(-1, 3), middle + QPointF(4, -2.5)]
        painter.drawPolyline(QPolygonF(tick))
        painter.end()


class WholeNumber(QSpinBox):
    """A field for a whole number with two chevrons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(S, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then the chevrons."""
        super().paintEvent(event)
        _chevron(self, self.height() * 0.33, up=True)
        _chevron(self, self.height() * 0.67)


class Number(QDoubleSpinBox):
    """A field for any number with two chevrons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(S, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then the chevrons."""
        super().paintEvent(event)
        _chevron(self, self.height() * 0.33, up=True)
        _chevron(self, self.height() * 0.67)


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget another variant of the stylesheet; an empty one is the usual."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
