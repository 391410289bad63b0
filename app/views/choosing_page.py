"""A page of its own: a list to choose from at the left, what was chosen at the right, a head above both."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.i18n import tr
from app.plain import PlainLabel
from app.theme import M, S


class ChoosingPage(QWidget):
    """What is offered is in `picker`; whoever is such a page puts more into `head`, then arranges it.

    `left`: back to where one was; Esc asks for it as well, wherever the keyboard is on the page.
    """

    left = Signal()

    def __init__(self, title: str, offered: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picker = QListWidget()
        self.picker.setAccessibleName(offered)
        self.picker.setProperty("kind", "choices")
        self.leave = QPushButton(tr("Close (Esc)"))
        self.leave.clicked.connect(self.left)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.left.emit)
        self._bar = QFrame()
        self._bar.setProperty("kind", "bar")
        self.head = QHBoxLayout(self._bar)
        self.head.setContentsMargins(M, S, M, S)
        self.head.setSpacing(S)
        self.head.addWidget(PlainLabel(title, kind="heading"))

    def arrange(self, content: QWidget, widths: tuple[int, int]) -> None:
        """Put everything in its place: of so many pixels for the list and the `content` beside it."""
        self.head.addWidget(self.leave)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.picker)
        self.split.addWidget(content)
        self.split.setSizes(widths)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self.split, 1)
