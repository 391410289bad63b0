"""The dialog that asks for everything a new run needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from agents.plan import Plan
from agents.registry import Workflow
from app.dialogs.company_field import Companies
from app.dialogs.frame import label
from app.dialogs.model_picker import AskModels
from app.dialogs.start_dialog import StartDialog, column_of_fields
from app.dialogs.team_form import TeamForm
from app.i18n import marked, tr
from app.plain import plain_tip
from app.theme import S
from app.views.controls import Tick
from app.wording import short_path

BUILD = marked("What should the team build?")
IMPROVE = marked("What should the team change or add?")
EXAMPLE = marked("A Gomoku game for two players with a window, undo, and a note of who won …")
SERIOUS = 12  # characters of an idea after which its model is loaded
EXAMPLE_CHANGE = marked("Let the players take back a move, and show whose turn it is …")


class NewProjectDialog(StartDialog):
    """Once an idea is being typed, `wanted` carries the plan so far: its model can be loaded meanwhile."""

    wanted = Signal(object)

    def __init__(
        self,
        workflows: Mapping[str, Workflow[Any]],
        ask_models: AskModels,
        projects: Path,
        parent: QWidget | None = None,
        companies: Companies | None = None,
    ) -> None:
        super().__init__(tr("New project"), parent)
        self._projects = projects
        self._warmed: object = None
        self._known = Plan(idea="")
        self.team = TeamForm(workflows, ask_models, self._background, companies)
        self.workflow, self.picker = self.team.workflow, self.team.picker
        self.permission = self.team.permission
        self._arrange(self._idea_column(), self.team, self._submit)
        self.begin_with(920, 660)
        self.idea.setFocus()
        self.picker.refresh()

    # --- in and out --------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """The plan as it is filled in."""
        plan = Plan(
            idea=self.idea.toPlainText().strip(),
            name=self.name.text().strip(),
            out=self.folder.text().strip(),
            existing=self.existing.isChecked(),
            seed=self._seed,
        )
        if plan.idea == self._known.idea.strip():  # else it is another task
            known = self._known
            plan = replace(
                plan, entry_point=known.entry_point, starter=known.starter, examples=known.examples
            )
        return self.team.applied(plan)

    def show_plan(self, plan: Plan) -> None:
        """Fill the dialog with an earlier plan. The folder stays open, as it would not be empty any more."""
        self._known = plan
        self.idea.setPlainText(plan.idea)
        self.name.setText(plan.name)
        self.existing.setChecked(plan.existing)
        if plan.existing:
            self.folder.setText(plan.out)
        self._seed = plan.seed
        self.team.show_plan(plan)

    def improve(self, folder: Path) -> None:
        """Ask what should be changed in the program in `folder`."""
        self.folder.setText(str(folder))
        self.existing.setChecked(True)
        self.name.setText(folder.name)

    # --- the columns -------------------------------------------------------------------------------

    def _idea_column(self) -> QWidget:
        column, layout = column_of_fields()
        self._asked = label(tr(BUILD), kind="heading")
        layout.addWidget(self._asked)
        self.idea = QPlainTextEdit()
        self.idea.setAccessibleName(tr("Idea"))
        self.idea.setTabChangesFocus(True)
        self.idea.setPlaceholderText(tr(EXAMPLE))
        self.idea.textChanged.connect(self._idea_changed)
        layout.addWidget(self.idea, 1)
        self._idea_problem = label("", kind="bad")
        self._idea_problem.hide()
        layout.addWidget(self._idea_problem)
        layout.addSpacing(S)
        layout.addWidget(label(tr("Name"), kind="heading"))
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Project name"))
        self.name.setPlaceholderText(tr("Made from the idea"))
        layout.addWidget(self.name)
        layout.addSpacing(S)
        layout.addWidget(label(tr("Folder"), kind="heading"))
        layout.addLayout(self._folder_row())
        self.existing = Tick(tr("Improve the program that is in this folder"))
        self.existing.toggled.connect(self._folder_changed)
        self.existing.toggled.connect(self._say_what_is_asked)
        layout.addWidget(self.existing)
        self._folder_problem = label("", kind="bad")
        self._folder_problem.hide()
        layout.addWidget(self._folder_problem)
        return column

    def _folder_row(self) -> QHBoxLayout:
        self.folder = QLineEdit()
        self.folder.setAccessibleName(tr("Folder"))
        self.folder.setPlaceholderText(tr("A new one in {folder}", folder=short_path(self._projects)))
        self.folder.setToolTip(plain_tip(tr("Left empty: a new folder in {folder}", folder=self._projects)))
        self.folder.textChanged.connect(self._folder_changed)
        choose = QPushButton(tr("Choose …"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.folder, 1)
        row.addWidget(choose)
        return row

    # --- what happens ------------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        picker = QFileDialog(self, tr("Folder of the project"), self.folder.text() or str(Path.home()))
        picker.setFileMode(QFileDialog.FileMode.Directory)
        picker.setOption(QFileDialog.Option.ShowDirsOnly)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(self.folder.setText)
        picker.open()

    def _idea_changed(self) -> None:
        idea = self.idea.toPlainText().strip()
        if idea:
            self._idea_problem.hide()
        if len(idea) >= SERIOUS and idea != self._known.idea.strip():
            self._want_the_model()

    def _want_the_model(self) -> None:
        chosen = (self.picker.model(), self.picker.address(), self.team.details.context.value())
        if self.picker.known() and chosen != self._warmed:
            self._warmed = chosen
            self.wanted.emit(self.plan())

    def _say_what_is_asked(self, improve: bool) -> None:
        self._asked.setText(tr(IMPROVE if improve else BUILD))
        self.idea.setPlaceholderText(tr(EXAMPLE_CHANGE if improve else EXAMPLE))

    def _folder_changed(self) -> None:
        self._folder_problem.hide()

    def _problems(self) -> bool:
        """Show what is missing beside its field; whether there is anything."""
        said = self.idea.toPlainText().strip()
        idea = "" if said else tr("Say in a sentence what the team should build.")
        folder = ""
        if self.existing.isChecked() and not self.folder.text().strip():
            folder = tr("Choose the folder of the program that should be improved.")
        for where, text in ((self._idea_problem, idea), (self._folder_problem, folder)):
            where.setText(text)
            where.setVisible(bool(text))
        if idea:
            self.idea.setFocus()
        elif folder:
            self.folder.setFocus()
        return bool(idea or folder)

    def _submit(self) -> None:
        self._failure.hide()
        if self._problems():
            return
        if problem := self.team.problem():
            self.show_failure(problem)
            return
        self._set_busy(True)
        self.submitted.emit(self.plan())
