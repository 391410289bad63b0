"""The dialog that tells of an error: what happened, why, what to do; the detail one click away."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from agents.errors import UserFacingError
from app.crashes import crash_report, shareable
from app.dialogs.frame import DialogFrame, label
from app.i18n import tr
from app.theme import mono_font
from app.told import retold

WIDTH = 560


class ErrorDialog(DialogFrame):
    """A message, a hint, and a long text that is folded away, with a button that copies it."""

    def __init__(
        self, title: str, message: str, hint: str, detail: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent, heading=message)
        self.setMinimumWidth(WIDTH)
        self.hint = label(hint, selectable=True)
        self.hint.setVisible(bool(hint))
        self.body.addWidget(self.hint)
        self.set_mark("error", QPalette.ColorRole.BrightText)
        self.detail = QPlainTextEdit(detail)
        self.detail.setReadOnly(True)
        self.detail.setFont(mono_font(small=True))
        self.detail.setAccessibleName(tr("Details"))
        self.detail.setMinimumHeight(220)
        self.detail.hide()
        self.body.addWidget(self.detail, 1)
        self.body.addStretch()  # what is too much stays below the words
        if detail:
            self._fold = self.add_button(tr("Show &details"), left=True)
            self._fold.clicked.connect(self._toggle)
            self._copy = self.add_button(tr("&Copy"), left=True)
            self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{message}\n{detail}"))
        self._close = self.add_button(tr("Close"), kind="primary")
        self._close.clicked.connect(self.accept)
        self._close.setFocus()

    def _toggle(self) -> None:
        shown = self.detail.isHidden()
        self.detail.setVisible(shown)
        self._fold.setText(tr("Hide &details") if shown else tr("Show &details"))
        self.adjustSize()


def dialog_for(error: BaseException, parent: QWidget | None = None) -> ErrorDialog:
    """The dialog for an exception: a message for what is outside Troupe, a report for our own fault."""
    if isinstance(error, UserFacingError):
        return ErrorDialog(
            "Troupe", retold(error.message), retold(error.hint), shareable(error.detail), parent
        )
    return ErrorDialog(
        tr("Troupe made a mistake"),
        tr("Something went wrong inside Troupe."),
        tr("Your runs are kept; a run that was under way can be continued. Please report the details below."),
        crash_report(error),
        parent,
    )
