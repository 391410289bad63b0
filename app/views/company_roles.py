"""The roles of a company: their titles, what they are told about themselves, and their own models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agents.companies import Company, Problem, Role
from app.i18n import tr
from app.icons import icon
from app.theme import M, S, ThemeSource
from app.told import titled
from app.views.company_prompt import PromptField
from app.views.controls import Choice
from app.views.layouts import fields_layout

LEAST, MOST = 220, 400
"""How wide the list of roles is, by its longest title."""


class RolesPanel(QWidget):
    """`changed` carries a role and what was typed; `renamed` a title and the new one; `unwanted` a title."""

    changed = Signal(object, str)
    renamed = Signal(str, str)
    unwanted = Signal(str)
    added = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._role = Role("", "")
        self._filling = False
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Roles"))
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.add, self.remove = QPushButton(tr("Add a role")), QPushButton(tr("Remove"))
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
        self.add.clicked.connect(self.added)
        self.remove.clicked.connect(lambda: self.unwanted.emit(self._role.title))
        self.title = QLineEdit()
        self.title.setAccessibleName(tr("Title"))
        self.title.editingFinished.connect(self._rename)
        self.model = Choice()
        self.model.setEditable(True)
        self.model.setMinimumContentsLength(12)
        self.model.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model.setAccessibleName(tr("Model"))
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.model.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("The run's model"))
        self.model.currentTextChanged.connect(lambda _: self._take_model())
        self.prompt = PromptField(tr("What the role is told about itself"))
        self.prompt.changed.connect(self._take_prompt)
        self._lay_out()
        self._company: Company | None = None
        self._problems: Sequence[Problem] = ()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(S)
        left.addWidget(self.list, 1)
        left.addLayout(buttons)
        form = fields_layout()
        form.addRow(tr("Title"), self.title)
        form.addRow(tr("Model"), self.model)
        right = QVBoxLayout()
        right.setSpacing(S)
        right.addLayout(form)
        right.addWidget(self.prompt, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, S, 0, 0)
        row.setSpacing(M)
        row.addLayout(left)
        row.addLayout(right, 1)

    def show_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer these models, each as its description and its name."""
        self._filling = True
        self.model.clear()
        for _, name in models:
            self.model.addItem(name, name)
        self.model.setCurrentText(self._role.model)
        self._filling = False

    def show_company(self, company: Company, problems: Sequence[Problem], title: str = "") -> None:
        """Show the roles; the one with `title` is the current one, else the one that was."""
        self._company, self._problems = company, problems
        wanted = title or self._role.title
        titles = list(company.roles)
        self._filling = True
        self.list.clear()
        wrong = {one.name for one in problems if one.kind == "role"}
        for name in titles:
            item = QListWidgetItem(titled(name))
            item.setData(Qt.ItemDataRole.UserRole, name)
            if name in wrong:
                item.setIcon(icon("warning", self._source.theme, self._source.theme.bad))
            self.list.addItem(item)
        longest = self.list.sizeHintForColumn(0) + 2 * self.list.frameWidth() + S
        self.list.setFixedWidth(max(LEAST, min(longest, MOST)))
        self.list.setCurrentRow(titles.index(wanted) if wanted in titles else 0 if titles else -1)
        self._filling = False
        self._choose()

    def choose(self, title: str) -> None:
        """Make a role the current one."""
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == title:
                self.list.setCurrentRow(row)

    def _choose(self) -> None:
        if self._filling or self._company is None:
            return
        titles, row = list(self._company.roles), self.list.currentRow()
        role = self._company.roles[titles[row]] if 0 <= row < len(titles) else None
        self._role = role or Role("", "")
        for part in (self.title, self.model, self.prompt, self.remove):
            part.setEnabled(role is not None)
        self._filling = True
        if not self.title.hasFocus():
            self.title.setText(self._role.title)
        if self.model.currentText() != self._role.model:
            self.model.setCurrentText(self._role.model)
        self.prompt.show_text(self._role.prompt)
        told = [one.sentence for one in self._problems if one.kind == "role" and one.name == self._role.title]
        self.prompt.tell("\n".join(told))
        self._filling = False

    def _take(self, role: Role, typed: str) -> None:
        if not self._filling and role != self._role and self._role.title:
            self._role = role
            self.changed.emit(role, typed)

    def _take_model(self) -> None:
        self._take(replace(self._role, model=self.model.currentText().strip()), f"model:{self._role.title}")

    def _take_prompt(self, text: str) -> None:
        self._take(replace(self._role, prompt=text), f"role:{self._role.title}")

    def _rename(self) -> None:
        title = self.title.text().strip()
        if title and title != self._role.title and not self._filling:
            self.renamed.emit(self._role.title, title)
        else:
            self.title.setText(self._role.title)
