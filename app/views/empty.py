"""Small shared parts: what an empty view says, and a label that gives way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.plain import PlainLabel, plain_tip
from app.theme import XS, L, S
from app.views.icon_label import IconLabel

MARK = 28
MUTED = QPalette.ColorRole.PlaceholderText
STRENGTH = 0.75
"""How strongly the icon of an empty view stands out; it says nothing that the words do not."""


class EmptyState(QWidget):
    """What will be here, and how to get it, below the icon `mark` (empty: none)."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None, *, mark: str = "") -> None:
        super().__init__(parent)
        self._mark = IconLabel(mark, MARK, MUTED, STRENGTH) if mark else PlainLabel()
        self._mark.setVisible(bool(mark))
        self._title = PlainLabel(title, kind="heading", wraps=True)
        self._text = PlainLabel(text, kind="muted", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(L, L, L, L)
        layout.setSpacing(XS)
        layout.addStretch(1)
        for part in (self._mark, self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(part)
        self._mark.setContentsMargins(0, 0, 0, S)
        layout.addStretch(2)

    def say(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)


class EmptyStack(QWidget):
    """A view, or its empty state in its place."""

    def __init__(
        self, content: QWidget, title: str, text: str, parent: QWidget | None = None, *, mark: str = ""
    ) -> None:
        super().__init__(parent)
        self.empty = EmptyState(title, text, mark=mark)
        self._content = content
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.empty)
        self._layout.addWidget(content)

    def minimumSizeHint(self) -> QSize:
        """As small as the view may be: on a small screen the words for its absence are cut, no window."""
        return self._content.minimumSizeHint()

    def show_empty(self) -> None:
        """Show that there is nothing."""
        self._layout.setCurrentWidget(self.empty)

    def show_content(self) -> None:
        """Show the view."""
        self._layout.setCurrentWidget(self._content)

    def show_either(self, filled: bool) -> None:
        """Show the view if there is something in it."""
        self._layout.setCurrentWidget(self._content if filled else self.empty)


class ElidedLabel(PlainLabel):
    """One line of plain text that ends in an ellipsis where there is no room; the tooltip has it whole."""

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
        *,
        kind: str = "",
    ) -> None:
        super().__init__(parent=parent, kind=kind)
        self._mode = mode
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another text."""
        if text != self.text():
            self.setText(text)
            self.setToolTip(plain_tip(text))

    def minimumSizeHint(self) -> QSize:
        """As narrow as an ellipsis."""
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the text as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, area.width())
        painter.drawText(area, self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class LinkLabel(ElidedLabel):
    """An elided label that can be clicked, or pressed with Return or the space bar: `clicked` tells it."""

    clicked = Signal()

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click within."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys that press a button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        self._underline(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """As before."""
        self._underline(self.hasFocus())
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        self._underline(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """As before."""
        self._underline(False)
        super().focusOutEvent(event)

    def _underline(self, drawn: bool) -> None:
        font = self.font()
        font.setUnderline(drawn)
        self.setFont(font)
