"""Warns before unsaved edits are lost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from app.dialogs.frame import DialogFrame, label
from app.i18n import tr

WIDTH = 440
MOST = 8


class UnsavedDialog(DialogFrame):
    """Names the files. `discarded` and `saved` say what the user chose; closing it keeps on editing."""

    discarded = Signal()
    saved = Signal()

    def __init__(self, paths: Sequence[str], parent: QWidget | None = None) -> None:
        title = tr("Discard your edit?") if len(paths) == 1 else tr("Discard your edits?")
        super().__init__(title, parent, heading=title)
        self.setMinimumWidth(WIDTH)
        self.body.addWidget(label(tr("What you typed has not been saved and cannot be brought back:")))
        self.body.addWidget(label("\n".join([*paths[:MOST], *(["…"] if len(paths) > MOST else [])])))
        self.discard = self.add_button(tr("&Discard"), kind="danger", left=True)
        self.keep = self.add_button(tr("&Keep editing"))
        self.save = self.add_button(tr("&Save"), kind="primary")
        self.discard.clicked.connect(lambda: self._give(self.discarded))
        self.keep.clicked.connect(self.reject)
        self.save.clicked.connect(lambda: self._give(self.saved))

    def _give(self, signal: SignalInstance) -> None:
        self.accept()
        signal.emit()
