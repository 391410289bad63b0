"""How far the measurement of a server is, and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.i18n import tr, trn
from app.plain import PlainLabel
from app.theme import XS, S
from app.told import failure
from app.views.controls import set_kind

if TYPE_CHECKING:
    from agents.measuring import Measured, Step
    from app.measuring import Measurement

STEPS = 9  # those of `agents.measuring`, which is too heavy to ask before something is measured
BAR = 6
BUTTON = 84


class MeasurementRow(QWidget):
    """Hidden without a measurement. `unwanted`: the button, which cancels one or puts its outcome away."""

    unwanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Measurement | None = None
        self.words = PlainLabel(wraps=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setFixedHeight(BAR)
        self.bar.setAccessibleName(tr("Progress of the measurement"))
        self.button = QPushButton(tr("Hide"))
        self.button.setAutoDefault(False)
        self.button.setMinimumWidth(BUTTON)
        self.button.clicked.connect(lambda: self.unwanted.emit(self._shown))
        column = QVBoxLayout()
        column.setSpacing(XS)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, XS, 0, XS)
        row.setSpacing(S)
        row.addLayout(column, 1)
        row.addWidget(self.button)
        self.show_measurement(None)

    def show_measurement(self, shown: Measurement | None) -> None:
        """Show how it stands; None: nothing is measured here."""
        self._shown = shown
        self.setVisible(shown is not None)
        if shown is None:
            return
        going = shown.phase == "going"
        self.bar.setVisible(going)
        self.bar.setValue(shown.step.number - 1 if shown.step else 0)
        self.button.setText(tr("Cancel") if going else tr("Hide"))
        set_kind(self.words, "bad" if shown.failure else "")
        self.words.setText(measurement_words(shown))


def measurement_words(shown: Measurement) -> str:
    """A measurement in one sentence or two."""
    if shown.failure is not None:
        return failure(shown.failure)
    if shown.phase == "cancelled":
        return tr("Cancelled; what was known of the server before still holds.")
    if shown.found is not None:
        return _found(shown.found)
    return _step(shown.step) if shown.step else tr("Asking the server …")


def _step(step: Step) -> str:
    match step.what:
        case "loading":
            return tr("{model} is being loaded …", model=step.model)
        case "speed":
            return tr("How fast does {model} read and write? …", model=step.model)
        case _:
            return tr("Does the server answer {count} requests at a time? …", count=step.at_once)


def _found(found: Measured) -> str:
    parts = [tr("loads in {seconds} s", seconds=f"{found.loading:.0f}")] if found.loading else []
    parts += [
        tr("reads {speed} tok/s", speed=f"{found.reading:.0f}"),
        tr("writes {speed} tok/s", speed=f"{found.writing:.0f}"),
        trn("answers {count} at a time", "answers {count} at a time", found.at_once),
    ]
    return f"{found.model}: {' · '.join(parts)}"
