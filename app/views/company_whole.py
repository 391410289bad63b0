"""What holds for a whole company: its background and its switches."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from agents.companies import Company
from app.i18n import marked, tr
from app.plain import PlainLabel
from app.theme import XS, S
from app.views.controls import Tick

SWITCHES = {
    "gui_design": marked("The program has a window"),
    "git_management": marked("Each version is a git commit in the project's folder"),
    "self_improve": marked("The task is put into other words before the team begins"),
    "incremental_develop": marked("It changes a program that is there already"),
    "clear_structure": marked("Clear the folder first (not applied: a project's folder is its own)"),
    "with_memory": marked("Remember earlier projects (not applied)"),
    "web_spider": marked("Read the web (not applied)"),
}
LINES = 5


class WholePanel(QWidget):
    """`background` carries its text, `flag` a switch's name and whether it is on."""

    background = Signal(str)
    flag = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Background"))
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + 2 * S)
        self.text.textChanged.connect(self._take_text)
        heading = PlainLabel(tr("Background"), kind="heading")
        about = PlainLabel(
            tr("It stands where a role's prompt has {field}.", field="{chatdev_prompt}"),
            kind="muted",
            wraps=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, S, 0, 0)
        column.setSpacing(XS)
        for part in (heading, about, self.text):
            column.addWidget(part)
        column.addSpacing(S)
        self.switches = {name: Tick(tr(text)) for name, text in SWITCHES.items()}
        for name, tick in self.switches.items():
            tick.toggled.connect(lambda on, name=name: self._take_flag(name, on))
            column.addWidget(tick)
        column.addStretch(1)

    def show_company(self, company: Company) -> None:
        """Show a company's background and switches."""
        self._filling = True
        if self.text.toPlainText() != company.background:
            self.text.setPlainText(company.background)
        for name, tick in self.switches.items():
            tick.setChecked(company.flag(name))
        self._filling = False

    def _take_text(self) -> None:
        if not self._filling:
            self.background.emit(self.text.toPlainText())

    def _take_flag(self, name: str, on: bool) -> None:
        if not self._filling:
            self.flag.emit(name, on)
