"""Opening the New project dialog, and beginning the run that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agents.contracts import ModelInfo
from agents.errors import UserFacingError
from agents.plan import Plan
from agents.registry import workflows
from app.background import Background
from app.controller import Controller
from app.dialogs.company_field import Companies
from app.dialogs.new_project import NewProjectDialog
from app.last_plan import LastPlan
from app.settings import WindowSettings
from app.told import failure
from app.window import MainWindow

LAST_PLAN = "plan"


class ProjectTalk:
    """One dialog at a time; it closes when its run has begun, and keeps everything when that fails."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        settings: WindowSettings,
        background: Background,
        companies: Companies,
    ) -> None:
        self._window, self._controller, self._companies = window, controller, companies
        self._settings, self._background = settings, background
        self._last = LastPlan(settings, LAST_PLAN, Plan(idea=""))
        self.dialog: NewProjectDialog | None = None

    def ask(self, again: int = 0) -> None:
        """Open the dialog, filled in with the plan of run `again`, or with what was chosen the last time."""
        self._open(self._controller.studio.plan(again) if again else self._last.plan())

    def following(self, run: int, wish: str) -> Plan:
        """The plan of a run that goes on with the program of another one, carried out as that was."""
        return replace(self._controller.studio.plan(run), idea=wish, name="", follows=run, amendments={})

    def duplicate(self, run: int) -> None:
        """Open the dialog with a run's plan for a new project with a folder of its own."""
        name = self._controller.studio.store.run(run).project_name
        self._open(replace(self._controller.studio.plan(run), name=name, out=""))

    def improve(self, folder: Path) -> None:
        """Open the dialog for changing the program that is in a folder."""
        self._open(self._last.plan(), folder)

    def _open(self, plan: Plan, folder: Path | None = None) -> None:
        if self.dialog is not None:
            self.dialog.raise_()
            return
        projects = self._controller.studio.home / "projects"
        dialog = NewProjectDialog(workflows(), self.models, projects, self._window, self._companies)
        dialog.picker.host.offer(self._settings.hosts)
        dialog.show_plan(plan)
        if folder is not None:
            dialog.improve(folder)
        dialog.submitted.connect(lambda plan: self._background.start(self._begin(dialog, plan)))
        dialog.wanted.connect(lambda plan: self._background.start(self._controller.studio.warm(plan)))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    async def models(self, host: str) -> Sequence[ModelInfo]:
        """What a server has; the `UserFacingError` that says why it cannot be asked."""
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
                dialog.show_failure(failure(error))
            return
        self._last.remember(plan)
        if self.dialog is dialog:
            dialog.accept()
