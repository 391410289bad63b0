"""Asks before a program runs with the user's own rights."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.dialogs.frame import DialogFrame, label
from app.i18n import marked, tr
from app.theme import L, mono_font
from app.views.controls import Tick

WIDTH = 520
Choice: TypeAlias = Literal["yes", "always", "console"]
WARNING = marked(
    "It runs with your rights and nothing contains it: it can read, change and delete your files and use the "
    "network. A model wrote this program."
)


class RunProgramDialog(DialogFrame):
    """Shows the command and what it may do. `chosen` carries a `Choice`: once, for the project, or contained.

    `contained` offers the console instead; `desktop` says that a window is to be shown.
    """

    chosen = Signal(str)

    def __init__(
        self, line: str, folder: str, parent: QWidget | None = None, *, desktop: bool, contained: bool
    ) -> None:
        title = tr("Run it on the desktop?") if desktop else tr("Run it without a sandbox?")
        super().__init__(title, parent, heading=title)
        self.setMinimumWidth(WIDTH)
        self.body.addWidget(label(tr(WARNING)))
        if not desktop:
            self.body.addWidget(
                label(tr("This machine offers no sandbox; time and memory are limited."), kind="muted")
            )
        command = QPlainTextEdit(line)
        command.setReadOnly(True)
        command.setAccessibleName(tr("Command"))
        command.setFont(mono_font())
        command.setFixedHeight(2 * command.fontMetrics().lineSpacing() + L)
        self.body.addWidget(command)
        self.body.addWidget(label(tr("In {folder}", folder=folder), kind="muted", selectable=True))
        self.remember = Tick(tr("Do not ask again for this project"))
        self.body.addWidget(self.remember)
        self.cancel = self.add_button(tr("&Cancel"))
        self.cancel.clicked.connect(self.reject)
        if contained:
            console = self.add_button(tr("In the &console instead"))
            console.clicked.connect(lambda: self._give("console"))
        self.allow = self.add_button(tr("&Run it"), kind="primary")
        self.allow.clicked.connect(lambda: self._give("always" if self.remember.isChecked() else "yes"))
        self.cancel.setDefault(True)  # Return must not allow by accident
        self.cancel.setFocus()

    def _give(self, choice: Choice) -> None:
        self.chosen.emit(choice)
        self.accept()
