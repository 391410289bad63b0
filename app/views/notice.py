"""The banner above the composer: what waits for the user, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.icons import picture
from app.plain import PlainLabel
from app.theme import M, S, ThemeSource
from app.views.empty import ElidedLabel

MARK = 16


class Notice(QFrame):
    """One line with a second, quieter one, and up to two buttons. `acted` carries the button's word."""

    acted = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._look = ("info", "muted")
        self.setProperty("kind", "notice")
        self._mark = PlainLabel()
        self._mark.setFixedWidth(MARK)
        self.title = ElidedLabel(kind="heading")
        self.text = PlainLabel(kind="muted", wraps=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(M, S, M, S)
        row.setSpacing(S)
        self._row = row
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._buttons = [QPushButton(), QPushButton()]
        for button in self._buttons:
            button.clicked.connect(lambda _=False, pressed=button: self.acted.emit(pressed.text()))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        source.changed.connect(self._paint_mark)
        self.hide()

    def say(self, mark: str, color: str, title: str, text: str = "", *actions: str) -> None:
        """Show a notice: an icon in a named colour of the theme, the words, and the buttons."""
        self._look = (mark, color)
        self._paint_mark()
        self.title.show_text(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        alignment = Qt.AlignmentFlag.AlignTop if text else Qt.AlignmentFlag.AlignVCenter
        self._row.setAlignment(self._mark, alignment)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(actions))
            button.setText(actions[place] if place < len(actions) else "")
            button.setProperty("kind", "primary" if place == 0 and len(actions) > 0 else "")
            button.style().polish(button)
        self.show()

    def _paint_mark(self) -> None:
        mark, color = self._look
        self._mark.setPixmap(
            picture(mark, str(getattr(self._source.theme, color)), MARK, self.devicePixelRatioF())
        )
