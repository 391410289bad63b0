"""Choosing the company of a run, with the way into its editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.i18n import tr
from app.theme import S
from app.views.controls import Choice


@dataclass(frozen=True, slots=True)
class Companies:
    """What a form must know of companies.

    `names` are those that can be chosen, `roles` those who take part in one (none where it cannot be read);
    `edit` opens one in the editor over a widget, and says under which name it was kept.
    """

    names: Callable[[], Sequence[str]]
    roles: Callable[[str], Sequence[str]]
    edit: Callable[[str, QWidget, Callable[[str], None]], None]


class CompanyField(QWidget):
    """A choice of companies and a button that edits the chosen one. `changed`: another one is chosen."""

    changed = Signal()

    def __init__(self, companies: Companies) -> None:
        super().__init__()
        self._companies = companies
        self.choice = Choice()
        self.choice.setMinimumContentsLength(12)
        self.choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.edit = QPushButton(tr("Edit …"))
        self.edit.setAutoDefault(False)
        self.edit.setAccessibleName(tr("Edit the company"))
        self.edit.clicked.connect(lambda: companies.edit(self.value(), self.window(), self.kept))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self.choice, 1)
        row.addWidget(self.edit)
        self.setFocusProxy(self.choice)
        for name in companies.names():
            self.choice.addItem(name, name)

    def value(self) -> str:
        """The chosen company's name, or its folder."""
        return str(self.choice.currentData() or "")

    def show_value(self, name: str) -> None:
        """Choose a company; one that is not kept (a folder) is offered as well."""
        if name and self.choice.findData(name) < 0:
            self.choice.addItem(name, name)
        self.choice.setCurrentIndex(max(0, self.choice.findData(name)))

    def kept(self, name: str) -> None:
        """A company was saved: choose it."""
        self.show_value(name)
        self.changed.emit()

    def setAccessibleName(self, name: str) -> None:
        """Name the choice as well, which has the keyboard."""
        super().setAccessibleName(name)
        self.choice.setAccessibleName(name)
