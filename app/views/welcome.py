"""What the window shows while no run is open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.icons import application_icon, picture
from app.theme import XL, XS, L, M, S, ThemeSource, ui_font

WIDTH = 520
MARK = 16


class WelcomeView(QWidget):
    """What Troupe is, how to begin, and whether there is a model server."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._server_look = ("clock", "muted")
        self.new = QPushButton("New project …")
        self.new.setProperty("kind", "primary")
        self.demo = QPushButton("Watch the demo")
        self.again = QPushButton("Ask again")
        middle = QWidget()
        middle.setFixedWidth(WIDTH)
        column = QVBoxLayout(middle)
        column.setSpacing(S)
        for part in self._head():
            column.addWidget(part)
        column.addSpacing(L)
        column.addLayout(self._buttons())
        column.addSpacing(XL)
        column.addWidget(self._server_card())
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(middle)
        centred.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(centred)
        outer.addStretch(3)
        source.changed.connect(self._paint_mark)
        self.say_server("clock", "muted", "Looking for Ollama …", "")

    def _head(self) -> tuple[QLabel, QLabel, QLabel]:
        mark, title, line = QLabel(), QLabel("Troupe"), QLabel()
        mark.setPixmap(application_icon().pixmap(72, 72))
        mark.setFixedHeight(80)
        font = ui_font(bold=True)
        font.setPointSizeF(font.pointSizeF() * 1.7)
        title.setFont(font)
        line.setText("A team of language models on your own machine builds the program you describe.")
        line.setProperty("kind", "muted")
        line.setWordWrap(True)
        for part in (mark, title, line):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return mark, title, line

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addStretch(1)
        row.addWidget(self.new)
        row.addWidget(self.demo)
        row.addStretch(1)
        self.demo.setToolTip("A recorded team builds a bundled project. No model and no network is needed.")
        return row

    def _server_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        self._mark = QLabel()
        self._mark.setFixedWidth(MARK)
        self.server = QLabel()
        self.server.setWordWrap(True)
        self.server.setTextFormat(Qt.TextFormat.PlainText)
        self.server.setAccessibleName("Model server")
        self.advice = QLabel()
        self.advice.setWordWrap(True)
        self.advice.setProperty("kind", "muted")
        self.advice.setTextFormat(Qt.TextFormat.PlainText)
        self.advice.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words = QVBoxLayout()
        words.setSpacing(XS)
        words.addWidget(self.server)
        words.addWidget(self.advice)
        row = QHBoxLayout(card)
        row.setContentsMargins(M, M, M, M)
        row.setSpacing(S)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        return card

    def say_server(self, mark: str, color: str, text: str, advice: str) -> None:
        """Say how it stands with the model server, and what to do."""
        self._server_look = (mark, color)
        self._paint_mark()
        self.server.setText(text)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))

    def _paint_mark(self) -> None:
        mark, color = self._server_look
        self._mark.setPixmap(
            picture(mark, str(getattr(self._source.theme, color)), MARK, self.devicePixelRatioF())
        )
