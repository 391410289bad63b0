"""What the dialogs for new runs and benches share: two columns, a failure below them, Cancel and Start."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.background import Background
from app.dialogs.frame import DialogFrame, hairline, label
from app.i18n import tr
from app.theme import XL, XS


class StartDialog(DialogFrame):
    """Collects what is to begin and says so with `submitted`.

    It stays open until `accept()`, so that nothing is lost; `show_failure` tells why it could not
    begin. A subclass puts itself together with `_arrange`.
    """

    submitted = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._seed = 0
        self._background = Background()

    def _arrange(self, left: QWidget, right: QWidget, submit: Callable[[], None]) -> None:
        """Put what is asked for at the left and how it is carried out at the right.

        `submit` looks at what was filled in before it begins.
        """
        columns = QHBoxLayout()
        columns.setSpacing(XL)
        columns.addWidget(left, 6)
        columns.addWidget(hairline())
        columns.addWidget(right, 5)
        self.body.addLayout(columns, 1)
        self._failure = label("", kind="bad", selectable=True)
        self._failure.hide()
        self.body.addWidget(self._failure)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self._start = self.add_button(tr("Start"), kind="primary")
        self._start.clicked.connect(submit)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._start.click)
        self.finished.connect(self._background.cancel)

    def show_failure(self, text: str) -> None:
        """Say why the run could not begin; everything stays as it is filled in."""
        self._set_busy(False)
        self._failure.setText(text)
        self._failure.show()

    def _set_busy(self, busy: bool) -> None:
        self._start.setEnabled(not busy)
        self._start.setText(tr("Starting …") if busy else tr("Start"))


def column_of_fields() -> tuple[QWidget, QVBoxLayout]:
    """A column without a margin, and its layout."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(XS + 2)
    return column, layout
