"""The dialog that asks which problems are solved by which methods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from agents.bench.request import BenchRequest
from agents.registry import Workflow
from app.dialogs.frame import label
from app.dialogs.method_row import MethodRow
from app.dialogs.model_picker import AskModels, ModelPicker
from app.dialogs.start_dialog import StartDialog, column_of_fields
from app.i18n import tr
from app.plain import plain_tip
from app.theme import M, S
from app.views.controls import Tick, WholeNumber

USUAL = ("direct", "self_debugging")


class NewBenchDialog(StartDialog):
    """Collects a `BenchRequest` and says so with `submitted`; `show_failure` tells what is wrong with it."""

    def __init__(
        self, workflows: Mapping[str, Workflow[Any]], ask_models: AskModels, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("New bench"), parent)
        self.picker = ModelPicker(ask_models, self._background)
        self.problems, self.only, self.name = QLineEdit(), QLineEdit(), QLineEdit()
        self.limit, self.samples, self.jobs = WholeNumber(), WholeNumber(), WholeNumber()
        self.methods = {
            name: MethodRow(found, name in USUAL) for name, found in workflows.items() if found.kind == "task"
        }
        self.cloud = Tick(tr("Models in the cloud may be asked"))
        self.cloud.setToolTip(
            plain_tip(tr("Your idea and your code then leave this machine. Your own servers are no cloud."))
        )
        self._arrange(self._problems_column(), self._methods_column(), self._submit)
        self.begin_with(860, 520)
        self.problems.setFocus()
        self.picker.refresh()

    def request(self) -> BenchRequest:
        """The bench as it is filled in."""
        chosen = {name: row for name, row in self.methods.items() if row.tick.isChecked()}
        place = Path(self.problems.text().strip()).expanduser()
        return BenchRequest(
            name=self.name.text().strip() or place.stem,
            problems=str(place) if self.problems.text().strip() else "",
            methods=tuple(chosen),
            model=self.picker.model(),
            host=self.picker.address(),
            only=self.only.text().strip(),
            limit=self.limit.value(),
            samples=self.samples.value(),
            jobs=self.jobs.value(),
            options={name: row.options for name, row in chosen.items() if row.options},
            allow_cloud=self.cloud.isChecked(),
        )

    # --- the columns -------------------------------------------------------------------------------

    def _problems_column(self) -> QWidget:
        column, layout = column_of_fields()
        layout.addWidget(label(tr("Problems"), kind="heading"))
        layout.addWidget(
            label(tr("A file of HumanEval, MBPP, MTPB or your own, or the folder of QuixBugs."), kind="muted")
        )
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.problems, 1)
        for text, chosen in ((tr("File …"), self._choose_file), (tr("Folder …"), self._choose_folder)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(chosen)
            row.addWidget(button)
        layout.addLayout(row)
        form = QFormLayout()
        form.setHorizontalSpacing(M)
        form.setVerticalSpacing(S)
        self.problems.setAccessibleName(tr("Problems"))
        self.only.setPlaceholderText(tr("All of them"))
        self.name.setPlaceholderText(tr("Made from the file's name"))
        self.limit.setRange(0, 100_000)
        self.limit.setSpecialValueText(tr("No limit"))
        self.samples.setRange(1, 100)
        self.jobs.setRange(1, 64)
        self.jobs.setValue(2)
        for title, field in (
            (tr("Names that contain"), self.only),
            (tr("Problems at most"), self.limit),
            (tr("Answers to each"), self.samples),
            (tr("Answers at a time"), self.jobs),
            (tr("Name"), self.name),
        ):
            field.setAccessibleName(title)
            form.addRow(title, field)
        layout.addSpacing(S)
        layout.addLayout(form)
        layout.addSpacing(M)
        layout.addWidget(label(tr("Model"), kind="heading"))
        layout.addWidget(self.picker)
        layout.addWidget(self.cloud)
        layout.addStretch(1)
        return column

    def _methods_column(self) -> QWidget:
        column, layout = column_of_fields()
        layout.addWidget(label(tr("Methods"), kind="heading"))
        for row in self.methods.values():
            layout.addWidget(row)
        layout.addStretch(1)
        return column

    # --- what happens ------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        self._choose(QFileDialog.FileMode.ExistingFile)

    def _choose_folder(self) -> None:
        self._choose(QFileDialog.FileMode.Directory)

    def _choose(self, mode: QFileDialog.FileMode) -> None:
        picker = QFileDialog(self, tr("Problems"), self.problems.text() or str(Path.home()))
        picker.setFileMode(mode)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(self.problems.setText)
        picker.open()

    def _submit(self) -> None:
        self._failure.hide()
        request = self.request()
        if not request.problems:
            self.show_failure(tr("Choose the problems that are to be solved."))
            self.problems.setFocus()
        elif not request.methods:
            self.show_failure(tr("Choose at least one method."))
        else:
            self._set_busy(True)
            self.submitted.emit(request)
