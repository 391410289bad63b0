"""Opening the New task dialog, beginning the run that it asks for, and keeping the answer."""

from __future__ import annotations

from pathlib import Path

from agents.errors import UsageError, UserFacingError
from agents.plan import Plan
from agents.registry import workflows
from app.background import Background
from app.controller import Controller
from app.dialogs.error import dialog_for
from app.dialogs.model_picker import AskModels
from app.dialogs.new_task import NewTaskDialog
from app.i18n import tr
from app.last_plan import LastPlan
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
        self._last = LastPlan(settings, LAST_TASK, Plan(idea="", workflow="direct"))
        self.dialog: NewTaskDialog | None = None
        window.commands.new_task.triggered.connect(self._ask_anew)
        window.page.candidates.saved.connect(self._save)

    def is_task(self, run: int) -> bool:
        """Whether a stored run solves a task."""
        return bool(self._controller.studio.plan(run).entry_point)

    def ask(self, again: int = 0) -> None:
        """Open the dialog, filled in with the plan of run `again`, or with what was chosen the last time."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        dialog = NewTaskDialog(workflows(), self._ask_models, self._window)
        dialog.picker.host.offer(self._settings.hosts)
        dialog.show_plan(self._controller.studio.plan(again) if again else self._last.plan())
        dialog.submitted.connect(lambda plan: self._background.start(self._begin(dialog, plan)))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _ask_anew(self) -> None:
        self.ask()

    def _forget(self) -> None:
        self.dialog = None

    async def _begin(self, dialog: NewTaskDialog, plan: Plan) -> None:
        try:
            await self._controller.start(plan)
        except UserFacingError as error:
            if self.dialog is dialog:
                dialog.show_failure(failure(error))
            return
        self._last.remember(plan)
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
