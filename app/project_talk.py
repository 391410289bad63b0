"""Opening the New project dialog, and beginning the run that it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from agents.contracts import ModelInfo
from agents.errors import UserFacingError
from agents.plan import Plan
from agents.registry import workflows
from app.background import Background
from app.controller import Controller
from app.dialogs.new_project import NewProjectDialog
from app.settings import WindowSettings
from app.window import MainWindow


class ProjectTalk:
    """One dialog at a time; it closes when its run has begun, and keeps everything when that fails."""

    def __init__(
        self, window: MainWindow, controller: Controller, settings: WindowSettings, background: Background
    ) -> None:
        self._window, self._controller = window, controller
        self._settings, self._background = settings, background
        self.dialog: NewProjectDialog | None = None

    def ask(self, again: int = 0) -> None:
        """Open the dialog, filled in with the plan of run `again` if there is one."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        projects = self._controller.studio.home / "projects"
        dialog = NewProjectDialog(workflows(), self._models, projects, self._window)
        if again:
            dialog.show_plan(Plan.from_json(self._controller.studio.store.run(again).settings))
        else:
            dialog.picker.choose(self._settings.text("model"), self._settings.text("host"))
        dialog.submitted.connect(lambda plan: self._background.start(self._begin(dialog, plan)))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    async def _models(self, host: str) -> Sequence[ModelInfo]:
        server = self._controller.studio.server(host)
        try:
            return await server.models()
        finally:
            await server.close()

    async def _begin(self, dialog: NewProjectDialog, plan: Plan) -> None:
        try:
            await self._controller.start(plan)
        except UserFacingError as error:
            if self.dialog is dialog:
                dialog.show_failure(str(error))
            return
        self._settings.set_text("model", plan.model)
        self._settings.set_text("host", plan.host)
        if self.dialog is dialog:
            dialog.accept()
