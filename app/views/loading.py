"""The page that is shown while a run is read from the database: how far it is, and a way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import L, S
from app.views.empty import EmptyState

WIDTH = 240


class LoadingView(QWidget):
    """`cancelled` says that the user does not want to see the run any more."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = EmptyState(
            tr("Opening the run …"), tr("Its events are being read from the database."), mark="clock"
        )
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("How much of the run is read"))
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(WIDTH)
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        column = QVBoxLayout(self)
        column.setSpacing(S)
        column.addStretch(1)
        column.addWidget(words)
        for below in (self.bar, self.cancel):
            column.addWidget(below, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(L)
        column.addStretch(1)
        self.begin()

    def begin(self) -> None:
        """Another run is read from now on."""
        self.bar.setRange(0, 0)

    def advance(self, done: int, of: int) -> None:
        """So many of so many events are read."""
        self.bar.setRange(0, of)
        self.bar.setValue(done)
