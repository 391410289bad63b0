"""The dialog that asks for a function-sized task, and by which method it is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from agents.contracts import Task
from agents.errors import UsageError, UserFacingError
from agents.plan import Plan
from agents.registry import Workflow
from agents.tasks import FILES, load_task, load_tests, read_task
from app.dialogs.frame import label
from app.dialogs.model_picker import AskModels
from app.dialogs.start_dialog import StartDialog, column_of_fields
from app.dialogs.team_form import TeamForm
from app.i18n import marked, tr, trn
from app.plain import plain_tip
from app.theme import S, mono_font
from app.told import failure
from app.views.controls import set_kind
from app.wording import short_path

EXAMPLE = marked(
    "Say what the function should do, with examples:\n\n"
    "The number of vowels in a text.\nvowels('Troupe') -> 3\nvowels('') -> 0\n\n"
    "Or write its signature with a docstring."
)


class NewTaskDialog(StartDialog):
    """Collects the `Plan` of a task, which is typed or comes out of a file."""

    def __init__(
        self, workflows: Mapping[str, Workflow[Any]], ask_models: AskModels, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("New task"), parent)
        self._given: tuple[str, Task, tuple[str, ...]] | None = None
        methods = {name: found for name, found in workflows.items() if found.kind == "task"}
        self.team = TeamForm(methods, ask_models, self._background)
        self.picker = self.team.picker
        self._arrange(self._task_column(), self.team, self._submit)
        self.begin_with(920, 620)
        self.text.setFocus()
        self.picker.refresh()

    # --- in and out --------------------------------------------------------------------------------

    def task(self) -> tuple[Task, tuple[str, ...]]:
        """The task as it is filled in, with the hidden tests of its file; `UsageError` when it is none."""
        text, name = self.text.toPlainText(), self.function.text().strip()
        if self._given is not None and text == self._given[0] and name in ("", self._given[1].entry_point):
            return self._given[1:]
        if name and not name.isidentifier():
            raise UsageError(
                tr("“{name}” cannot be the name of a function.", name=name),
                tr("Use letters, digits and underscores."),
            )
        return read_task(text, entry_point=name), ()

    def plan(self) -> Plan:
        """The plan as it is filled in; `UsageError` when the task is none."""
        task, tests = self.task()
        plan = Plan(
            idea=task.idea,
            name=task.entry_point,
            seed=self._seed,
            entry_point=task.entry_point,
            starter=task.starter,
            examples=task.examples,
            tests=tests,
            turns=task.turns,
            script=task.script,
        )
        return self.team.applied(plan)

    def show_plan(self, plan: Plan) -> None:
        """Fill the dialog with an earlier plan."""
        if plan.idea:
            text = plan.starter or "\n".join(
                [plan.idea, *(one for one in plan.examples if one not in plan.idea)]
            )
            self._give(text, replace(plan.task(), existing=False), plan.tests)
        self._seed = plan.seed
        self.team.show_plan(plan)

    def load(self, path: Path) -> None:
        """Take the task that is in a file; what is wrong with it is told."""
        try:
            task, tests = load_task(str(path)), load_tests(str(path))
            text = task.starter or task.idea if path.suffix == ".json" else path.read_text("utf-8")
        except UserFacingError as error:
            self.show_failure(failure(error))
            return
        self._failure.hide()
        self.function.clear()
        self._give(text, task, tests)

    def _give(self, text: str, task: Task, tests: tuple[str, ...]) -> None:
        self._given = (text, task, tests)
        self.text.setPlainText(text)
        self._given = (self.text.toPlainText(), task, tests)
        self._say_what_is_read()

    # --- the task ----------------------------------------------------------------------------------

    def _task_column(self) -> QWidget:
        column, layout = column_of_fields()
        layout.addWidget(label(tr("What should the function do?"), kind="heading"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Task"))
        self.text.setTabChangesFocus(True)
        self.text.setFont(mono_font())
        self.text.setPlaceholderText(tr(EXAMPLE))
        self.text.textChanged.connect(self._say_what_is_read)
        layout.addWidget(self.text, 1)
        self.read = label("", kind="muted")
        layout.addWidget(self.read)
        layout.addSpacing(S)
        layout.addWidget(label(tr("Function"), kind="heading"))
        self.function = QLineEdit()
        self.function.setAccessibleName(tr("Name of the function"))
        self.function.setPlaceholderText(tr("Read from the task"))
        self.function.textChanged.connect(self._say_what_is_read)
        choose = QPushButton(tr("Open a file …"))
        choose.setAutoDefault(False)
        choose.setToolTip(plain_tip(tr("A task in a file: {kinds}", kinds=", ".join(FILES))))
        choose.clicked.connect(self._choose_file)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.function, 1)
        row.addWidget(choose)
        layout.addLayout(row)
        self._say_what_is_read()
        return column

    def _say_what_is_read(self) -> None:
        """What Troupe takes from the text: the function, its examples, its hidden tests; or what is wrong."""
        if not self.text.toPlainText().strip():
            set_kind(self.read, "muted")
            self.read.setText(tr("Examples are tried on every candidate; without any, it only has to load."))
            return
        try:
            task, tests = self.task()
        except UserFacingError as error:
            set_kind(self.read, "bad")
            self.read.setText(failure(error))
            return
        count = len(task.examples)
        parts = [
            tr("Function {name}", name=task.entry_point),
            trn("{count} example", "{count} examples", count),
        ]
        if tests:
            parts.append(tr("hidden tests, which no prompt shows"))
        set_kind(self.read, "muted" if count else "warning")
        self.read.setText(" · ".join(parts))

    def _choose_file(self) -> None:
        picker = QFileDialog(self, tr("A task in a file"), short_path(Path.home()))
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.setNameFilter(f"{tr('Tasks')} ({' '.join(f'*{suffix}' for suffix in FILES)})")
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(lambda path: self.load(Path(path)))
        picker.open()

    def _submit(self) -> None:
        self._failure.hide()
        if problem := self.team.problem():
            self.show_failure(problem)
            return
        try:
            plan = self.plan()
        except UserFacingError as error:
            self.show_failure(failure(error))
            self.text.setFocus()
            return
        self._set_busy(True)
        self.submitted.emit(plan)
