"""The strip of a replay: that it is one, what is shown of it, and everything to move in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.icons import icon, picture
from app.plain import PlainLabel, plain_tip
from app.theme import XS, M, S, ThemeSource, figures_font
from app.views.controls import ICON, Choice, icon_button
from app.views.empty import ElidedLabel

SLIDER = 24
SETTLE_MILLISECONDS = 25
"""While the slider is dragged, only the latest place of so long a time is gone to."""


class ReplayBar(QFrame):
    """`moved` carries the position that the slider was moved to, `stepped` whether forward, `sped` the speed.

    `toggled`: play or pause. `left`: back to the run as it is.
    """

    moved = Signal(int)
    stepped = Signal(bool)
    toggled = Signal()
    sped = Signal(int)
    left = Signal()

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._playing = False
        self.setProperty("kind", "notice")
        self.setAccessibleName(tr("Replay"))
        self._mark = PlainLabel()
        self.title = PlainLabel(tr("Replay"), kind="heading")
        self.facts = ElidedLabel(kind="muted")
        self.facts.setFont(figures_font())
        self.leave = QPushButton(tr("Back to the end (Esc)"))
        self.leave.clicked.connect(self.left)
        self.back = icon_button(tr("One message back (Left)"))
        self.play = icon_button(tr("Play (Space)"))
        self.forward = icon_button(tr("One message forward (Right)"))
        self.back.clicked.connect(lambda: self.stepped.emit(False))
        self.forward.clicked.connect(lambda: self.stepped.emit(True))
        self.play.clicked.connect(self.toggled)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Place in the run"))
        self.slider.setMinimum(1)
        self.slider.setMinimumHeight(SLIDER)
        self.slider.valueChanged.connect(self._slid)
        self.speed = Choice()
        self.speed.setAccessibleName(tr("Speed of the replay"))
        self.speed.activated.connect(lambda place: self.sped.emit(self.speed.itemData(place)))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MILLISECONDS)
        self._settle.timeout.connect(lambda: self.moved.emit(self.slider.value()))
        self._lay_out()
        source.changed.connect(self._rethemed)
        self._rethemed()
        self.hide()

    def _lay_out(self) -> None:
        words, controls = QHBoxLayout(), QHBoxLayout()
        words.setSpacing(S)
        words.addWidget(self._mark)
        words.addWidget(self.title)
        words.addWidget(self.facts, 1)
        words.addWidget(self.leave)
        controls.setSpacing(XS)
        for part in (self.back, self.play, self.forward):
            controls.addWidget(part)
        controls.addWidget(self.slider, 1)
        controls.addWidget(self.speed)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(XS)
        column.addLayout(words)
        column.addLayout(controls)

    def offer(self, length: int, speeds: tuple[int, ...]) -> None:
        """Prepare for a replay with so many positions and these speeds."""
        self.slider.blockSignals(True)
        self.slider.setMaximum(length)
        self.slider.setPageStep(max(1, length // 20))
        self.slider.blockSignals(False)
        self.speed.clear()
        for speed in speeds:
            self.speed.addItem(f"{speed}×", speed)

    def show_place(self, position: int, facts: str) -> None:
        """Show where the replay is; a slider that is being dragged stays under the mouse."""
        self.facts.show_text(facts)
        if not self.slider.isSliderDown() and not self._settle.isActive():
            self.slider.blockSignals(True)
            self.slider.setValue(position)
            self.slider.blockSignals(False)

    def show_playing(self, playing: bool, speed: int) -> None:
        """Show whether the replay plays, and how fast."""
        self._playing = playing
        words = tr("Pause (Space)") if playing else tr("Play (Space)")
        self.play.setToolTip(plain_tip(words))
        self.play.setAccessibleName(words)
        self.speed.setCurrentIndex(self.speed.findData(speed))
        self._rethemed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses, the arrows step from message to message."""
        match event.key():
            case Qt.Key.Key_Space:
                self.toggled.emit()
            case Qt.Key.Key_Left:
                self.stepped.emit(False)
            case Qt.Key.Key_Right:
                self.stepped.emit(True)
            case _:
                super().keyPressEvent(event)

    def _slid(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _rethemed(self) -> None:
        theme = self._source.theme
        self._mark.setPixmap(picture("clock", theme.accent, ICON, self.devicePixelRatioF()))
        self.back.setIcon(icon("step-back", theme))
        self.forward.setIcon(icon("step-forward", theme))
        self.play.setIcon(icon("pause" if self._playing else "run", theme))
