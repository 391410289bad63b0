"""Opening the New task dialog, beginning the run that it asks for, and keeping the answer."""

from __future__ import annotations

from pathlib import Path

from agents.errors import UsageError
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
from app.start_talk import StartTalk
from app.window import MainWindow

LAST_TASK = "task"


class TaskTalk(StartTalk[NewTaskDialog]):
    """New tasks, and the answer, which is kept in a file where the user wants that."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        settings: WindowSettings,
        background: Background,
        ask_models: AskModels,
    ) -> None:
        usual = Plan(idea="", workflow="direct")
        super().__init__(controller, settings, background, LastPlan(settings, LAST_TASK, usual))
        self._window, self._ask_models = window, ask_models
        window.commands.new_task.triggered.connect(self._ask_anew)
        window.page.candidates.saved.connect(self._save)

    def is_task(self, run: int) -> bool:
        """Whether a stored run solves a task."""
        return bool(self._controller.studio.plan(run).entry_point)

    def ask(self, again: int = 0) -> None:
        """Open the dialog, filled in with the plan of run `again`, or with what was chosen the last time."""
        self.open_one(
            lambda: NewTaskDialog(workflows(), self._ask_models, self._window), self.plan_for(again)
        )

    def _ask_anew(self) -> None:
        self.ask()

    def _save(self, path: Path, text: str) -> None:
        """Write the answer where the user wants it."""
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            told = tr(
                "The answer could not be written to {path}: {reason}.", path=path, reason=error.strerror
            )
            dialog_for(UsageError(told, tr("Choose another place for it.")), self._window).open()
