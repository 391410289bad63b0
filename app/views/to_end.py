"""The way back to the end of a conversation that goes on while one reads further up."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QPushButton

from app.i18n import tr
from app.icons import icon
from app.plain import plain_tip
from app.theme import M, ThemeSource
from app.views.controls import ICON
from app.views.transcript import TranscriptView

SIZE = 32


class ToEnd(QPushButton):
    """Lies over the lower edge of a transcript while its end is more than half a page away."""

    def __init__(self, source: ThemeSource, transcript: TranscriptView) -> None:
        super().__init__(transcript)
        self._source, self._transcript = source, transcript
        self.setFixedSize(SIZE, SIZE)
        self.setIconSize(QSize(ICON, ICON))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(tr("Go to the end"))
        self.setToolTip(plain_tip(tr("Go to the end, and follow what comes (End)")))
        self.clicked.connect(transcript.scroll_to_end)
        bar = transcript.verticalScrollBar()
        bar.valueChanged.connect(self._look)
        bar.rangeChanged.connect(self._look)
        transcript.viewport().installEventFilter(self)
        source.changed.connect(self._rethemed)
        self._rethemed()
        self._look()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the lower edge."""
        if event.type() == QEvent.Type.Resize:
            self._look()
        return False

    def _look(self) -> None:
        bar, view = self._transcript.verticalScrollBar(), self._transcript.viewport().geometry()
        away = bar.maximum() - bar.value() > view.height() // 2
        self.setVisible(away and not self._transcript.follows)
        self.move(view.center().x() - SIZE // 2, view.bottom() - SIZE - M)

    def _rethemed(self) -> None:
        self.setIcon(icon("chevron-down", self._source.theme))
