"""What the window shows while no run is open."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.icons import application_icon
from app.plain import PlainLabel
from app.theme import XL, L, S, ThemeSource, ui_font
from app.views.controls import set_kind
from app.views.first_start import FirstStart

WIDTH = 560
ROOM = 270


class _Room(QWidget):
    """As high as its card may become, where the window is high enough."""

    def sizeHint(self) -> QSize:
        """What there is, and the room below it."""
        return super().sizeHint().expandedTo(QSize(0, ROOM))


class WelcomeView(QWidget):
    """What Troupe is, how to begin, and what is still missing for it."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new = QPushButton(tr("New project …"))
        self.new.setProperty("kind", "primary")
        self.task = QPushButton(tr("New task …"))
        self.task.setToolTip(tr("Let a method write one function"))
        self.demo = QPushButton(tr("Watch the demo"))
        self.first = FirstStart(source)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        column = QVBoxLayout(middle)
        column.setSpacing(S)
        for part in self._head():
            column.addWidget(part)
        column.addSpacing(L)
        column.addLayout(self._buttons())
        column.addSpacing(XL)
        column.addWidget(self._first_start())
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(middle, WIDTH)  # it takes what there is, up to its width
        centred.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(centred)
        outer.addStretch(3)

    def _first_start(self) -> QWidget:
        """The card with room below it, so that nothing else moves when it says more."""
        place = _Room()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.first)
        column.addStretch(1)
        return place

    def _head(self) -> tuple[QLabel, QLabel, QLabel]:
        mark, title = PlainLabel(), PlainLabel("Troupe")
        mark.setPixmap(application_icon().pixmap(72, 72))
        mark.setFixedHeight(80)
        font = ui_font(bold=True)
        font.setPointSizeF(font.pointSizeF() * 1.7)
        title.setFont(font)
        told = tr("A team of language models on your own machine builds the program you describe.")
        line = PlainLabel(told, kind="muted", wraps=True)
        for part in (mark, title, line):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return mark, title, line

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addStretch(1)
        row.addWidget(self.new)
        row.addWidget(self.task)
        row.addWidget(self.demo)
        row.addStretch(1)
        self.demo.setToolTip(
            tr("A recorded team builds a bundled project. No model and no network is needed.")
        )
        return row

    def set_ready(self, ready: bool) -> None:
        """Whether a team could begin at once: only then a new project is the main thing to do here."""
        set_kind(self.new, "primary" if ready else "")
