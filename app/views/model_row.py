"""A model that can be fetched: what it is for, and how far its download is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.plain import PlainLabel
from app.state.pull import PullState
from app.theme import XS, S, figures_font
from app.views.controls import set_kind
from app.views.empty import ElidedLabel
from app.wording import clock, size_word

if TYPE_CHECKING:
    from app.downloads import Download

STEPS = 1000
BAR = 6
BUTTON = 84


class ModelRow(QWidget):
    """Two lines that stay as high as they are, whatever happens; `going` while the model is fetched.

    `wanted` and `unwanted` carry the model's name: fetch it, or go on; stop fetching it. `dismissed`: show
    it no longer (only where `dismissable`).
    """

    wanted = Signal(str)
    unwanted = Signal(str)
    dismissed = Signal(str)

    def __init__(
        self,
        model: str,
        size: int = 0,
        purpose: str = "",
        *,
        dismissable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model, self._size, self._purpose = model, size, purpose
        self.going = self._primary = False
        self.name = ElidedLabel(model, kind="heading")
        self.figures = PlainLabel()
        self.figures.setFont(figures_font())
        self.figures.setProperty("kind", "muted")
        self.figures.setAccessibleName(tr("Progress of {model}", model=model))
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.setMinimumWidth(BUTTON)
        self.button.clicked.connect(self._act)
        self.dismiss = QPushButton(tr("Remove from list"))
        self.dismiss.setAutoDefault(False)
        self.dismiss.clicked.connect(lambda: self.dismissed.emit(model))
        self._dismissable = dismissable
        self.detail = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setFixedHeight(BAR)
        self.bar.setAccessibleName(tr("Progress of {model}", model=model))
        self._lay_out()
        self.show_download(None)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(S)
        first.addWidget(self.name, 1)
        first.addWidget(self.figures)
        second = QWidget()
        second.setFixedHeight(self.detail.sizeHint().height())
        self._second = QStackedLayout(second)
        self._second.addWidget(self.detail)
        self._second.addWidget(_centred(self.bar))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(first)
        words.addWidget(second)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, XS, 0, XS)
        row.setSpacing(S)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        row.addWidget(self.dismiss)

    def show_download(self, download: Download | None) -> None:
        """Show how a download is; None: it was not begun."""
        phase = download.phase if download else ""
        progress = download.progress if download else PullState()
        self.going = phase == "going"
        self.bar.setRange(0, STEPS if progress.total else 0)
        self.bar.setValue(round(progress.fraction * STEPS))
        self._second.setCurrentIndex(1 if self.going else 0)
        self.dismiss.setVisible(self._dismissable and phase in ("cancelled", "failed", "done"))
        self.button.setVisible(phase != "done")
        self.button.setText(_verb(phase))
        self._stress()
        self.button.setAccessibleName(f"{self.button.text()}: {self.model}")
        self.figures.setText(self._figures(phase, progress))
        failure = download.failure if download else None
        set_kind(self.detail, "bad" if failure else "muted")
        self.detail.show_text(_detail(phase, str(failure) if failure else "", self._purpose))

    def set_primary(self, primary: bool) -> None:
        """Whether this row's button is the one to press here."""
        self._primary = primary
        self._stress()

    def _stress(self) -> None:
        """Cancelling is never the thing to do next."""
        set_kind(self.button, "primary" if self._primary and not self.going else "")

    def _figures(self, phase: str, progress: PullState) -> str:
        if phase == "going":
            return _pace(progress)
        if phase in ("cancelled", "failed") and progress.total:
            done, total = size_word(progress.completed), size_word(progress.total)
            return tr("stopped at {done} of {total}", done=done, total=total)
        return size_word(self._size or progress.total) if self._size or progress.total else ""

    def _act(self) -> None:
        (self.unwanted if self.going else self.wanted).emit(self.model)


def _centred(bar: QProgressBar) -> QWidget:
    """A bar in the middle of a line of text's height."""
    line = QWidget()
    column = QVBoxLayout(line)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(bar)
    return line


def _verb(phase: str) -> str:
    if phase == "going":
        return tr("Cancel")
    return tr("Resume") if phase in ("cancelled", "failed") else tr("Pull")


def _detail(phase: str, failure: str, purpose: str) -> str:
    if failure:
        return failure
    if phase == "cancelled":
        return tr("Cancelled. What was fetched is kept.")
    return tr("It is on the server now.") if phase == "done" else purpose


def _pace(progress: PullState) -> str:
    """`1.2 GB of 4.7 GB · 38 MB/s · 1:32 left`, as far as it is known."""
    if not progress.total:
        return progress.status or tr("Asking the server …")
    if progress.completed >= progress.total:
        return progress.status
    done, total = size_word(progress.completed), size_word(progress.total)
    left = progress.seconds_left
    if left is None:
        return tr("{done} of {total}", done=done, total=total)
    return tr(
        "{done} of {total} · {speed}/s · {left} left",
        done=done,
        total=total,
        speed=size_word(progress.speed),
        left=clock(left),
    )
