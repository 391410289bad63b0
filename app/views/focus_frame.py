"""A frame around the view that Tab has reached: lists and texts look the same with and without the focus."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen, QRegion
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QPlainTextEdit, QTextEdit, QWidget

WIDTH = 2
QUIET = "quiet"
"""The property of a widget, no scroll area, that shows the focus no more than one does."""
_STAYS = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}


class FocusFrame(QWidget):
    """Lies over a view until the focus goes elsewhere. The mouse goes through it."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.installEventFilter(self)
        self._fit()
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the view's size, and end with its focus."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYS:
            watched.removeEventFilter(self)
            self.setParent(None)
            self.deleteLater()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line at the view's edge."""
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), WIDTH))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _fit(self) -> None:
        """Cover the edge alone, so that the view below is painted and scrolled as ever."""
        whole = self._view.rect()
        self.setGeometry(whole)
        self.setMask(QRegion(whole) - QRegion(whole.adjusted(WIDTH, WIDTH, -WIDTH, -WIDTH)))


def frame_reached(window: QWidget) -> None:
    """Frame what has the focus of a window, if it does not show that itself."""
    view = cast("QWidget | None", window.focusWidget())
    if (
        view is not None
        and _is_quiet(view)
        and not view.findChildren(FocusFrame, options=Qt.FindChildOption.FindDirectChildrenOnly)
    ):
        FocusFrame(view)


def neighbour_of(lost: QWidget) -> QWidget | None:
    """The button before it in its row, so that one who works there stays there.

    Before, since a second press by mistake shall go back and not on: from Pause to Go on, not to Stop.
    """
    row, before = lost.parentWidget(), lost.previousInFocusChain()
    while before is not None and before is not lost:
        reached = isinstance(before, QAbstractButton) and before.focusPolicy() & Qt.FocusPolicy.TabFocus
        if reached and before.parentWidget() is row and before.isVisible() and before.isEnabled():
            return before
        before = before.previousInFocusChain()
    return None


def _is_quiet(view: QWidget) -> bool:
    if isinstance(view, (QPlainTextEdit, QTextEdit)):  # the others have a border, or a cursor that blinks
        return view.isReadOnly() and view.property("kind") == "plain"
    return isinstance(view, QAbstractScrollArea) or bool(view.property(QUIET))
