"""Opening the New task dialog, beginning the run that it asks for, and keeping the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agents.errors import UsageError, UserFacingError
from agents.plan import Plan
from agents.registry import workflows
from app.background import Background
from app.controller import Controller
from app.dialogs.error import dialog_for
from app.dialogs.model_picker import AskModels
from app.dialogs.new_task import NewTaskDialog
from app.i18n import tr
from app.settings import WindowSettings
from app.told import failure
from app.window import MainWindow

LAST_TASK = "task"


class TaskTalk:
    """One dialog at a time; it closes when its run has begun, and keeps everything when that fails."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        settings: WindowSettings,
        background: Background,
        ask_models: AskModels,
    ) -> None:
        self._window, self._controller = window, controller
        self._settings, self._background, self._ask_models = settings, background, ask_models
        self.dialog: NewTaskDialog | None = None
        window.commands.new_task.triggered.connect(self._ask_anew)
        window.page.candidates.saved.connect(self._save)

    def is_task(self, run: int) -> bool:
        """Whether a stored run solves a task."""
        return bool(self._plan_of(run).entry_point)

    def ask(self, again: int = 0) -> None:
        """Open the dialog, filled in with the plan of run `again`, or with what was chosen the last time."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        dialog = NewTaskDialog(workflows(), self._ask_models, self._window)
        dialog.picker.host.offer(self._settings.hosts)
        dialog.show_plan(self._plan_of(again) if again else self._usual())
        dialog.submitted.connect(lambda plan: self._background.start(self._begin(dialog, plan)))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _ask_anew(self) -> None:
        self.ask()

    def _plan_of(self, run: int) -> Plan:
        return Plan.from_json(self._controller.studio.store.run(run).settings)

    def _usual(self) -> Plan:
        """How the last task was to be solved; the bare model where nothing of use is remembered."""
        try:
            last = TypeAdapter(Plan).validate_json(self._settings.text(LAST_TASK))
        except ValidationError:
            last = Plan(idea="", workflow="direct")
        return replace(last, model=self._settings.text("model"), host=self._settings.default_host)

    def _forget(self) -> None:
        self.dialog = None

    async def _begin(self, dialog: NewTaskDialog, plan: Plan) -> None:
        try:
            await self._controller.start(plan)
        except UserFacingError as error:
            if self.dialog is dialog:
                dialog.show_failure(failure(error))
            return
        kept = replace(
            plan, idea="", name="", entry_point="", starter="", examples=(), tests=(), turns=(),
            script=False, seed=0,
        )  # fmt: skip
        self._settings.set_text(LAST_TASK, kept.to_json())
        self._settings.set_text("model", plan.model)
        self._settings.remember_host(plan.host)
        if self.dialog is dialog:
            dialog.accept()

    def _save(self, path: Path, text: str) -> None:
        """Write the answer where the user wants it."""
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            told = tr(
                "The answer could not be written to {path}: {reason}.", path=path, reason=error.strerror
            )
            dialog_for(UsageError(told, tr("Choose another place for it.")), self._window).open()
