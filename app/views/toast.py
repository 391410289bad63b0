"""A bar that tells for some seconds what has been done, or how far a long work is, with one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.plain import plain_tip
from app.theme import XS, M, S
from app.views.empty import ElidedLabel

SECONDS = 10
"""How long what has been done can be undone or looked at from here."""


class Toast(QFrame):
    """Hidden until it `say`s something or is `busy`.

    `acted` tells that its button was pressed, `expired` that its time is over.
    """

    acted = Signal()
    expired = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self.text = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.button = QPushButton()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(S)
        row.addWidget(self.text, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(M, S, S, S)
        layout.setSpacing(XS)
        layout.addLayout(row)
        layout.addWidget(self.progress)
        self.button.clicked.connect(self.acted)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._expire)
        self.hide()

    def say(self, text: str, action: str = "", tip: str = "", seconds: float = SECONDS) -> None:
        """Show a sentence, and a button with one word, for some seconds; the tooltip may say more."""
        self._show(text, action, tip)
        self.progress.hide()
        self._timer.start(round(seconds * 1000))

    def busy(self, text: str, action: str) -> None:
        """Show that something is under way until `say` or `hide`; `advance` tells how far it is."""
        self._timer.stop()
        self._show(text, action, text)
        self.progress.setRange(0, 0)
        self.progress.show()

    def advance(self, done: int, of: int) -> None:
        """So much is done; unknown where `of` is 0."""
        self.progress.setRange(0, of)
        self.progress.setValue(done)

    def _show(self, text: str, action: str, tip: str) -> None:
        self.text.show_text(text)
        self.text.setToolTip(plain_tip(tip or text))
        self.text.setAccessibleName(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.show()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button stands beside the text, or below it where both have not room enough."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        needed = self.text.fontMetrics().horizontalAdvance(self.text.text()) + self.button.sizeHint().width()
        fits = self.button.isHidden() or needed + M + 2 * S <= self.width()
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if fits else direction.TopToBottom)

    def _expire(self) -> None:
        self.hide()
        self.expired.emit()
