"""Opening the New project dialog, and beginning the run that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agents.contracts import ModelInfo
from agents.plan import Plan
from agents.registry import workflows
from app.background import Background
from app.controller import Controller
from app.dialogs.company_field import Companies
from app.dialogs.new_project import NewProjectDialog
from app.last_plan import LastPlan
from app.settings import WindowSettings
from app.start_talk import StartTalk
from app.window import MainWindow

LAST_PLAN = "plan"


class ProjectTalk(StartTalk[NewProjectDialog]):
    """New projects, changes of programs that are there, and runs that go on with another one's."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        settings: WindowSettings,
        background: Background,
        companies: Companies,
    ) -> None:
        super().__init__(controller, settings, background, LastPlan(settings, LAST_PLAN, Plan(idea="")))
        self._window, self._companies = window, companies

    def ask(self, again: int = 0) -> None:
        """Open the dialog, filled in with the plan of run `again`, or with what was chosen the last time."""
        self._open(self.plan_for(again))

    def following(self, run: int, wish: str) -> Plan:
        """The plan of a run that goes on with the program of another one, carried out as that was."""
        return replace(self._controller.studio.plan(run), idea=wish, name="", follows=run, amendments={})

    def duplicate(self, run: int) -> None:
        """Open the dialog with a run's plan for a new project with a folder of its own."""
        name = self._controller.studio.store.run(run).project_name
        self._open(replace(self._controller.studio.plan(run), name=name, out=""))

    def improve(self, folder: Path) -> None:
        """Open the dialog for changing the program that is in a folder."""
        dialog = self._open(self._last.plan())
        if dialog is not None:
            dialog.improve(folder)

    def _open(self, plan: Plan) -> NewProjectDialog | None:
        dialog = self.open_one(self._made, plan)
        if dialog is not None:
            dialog.wanted.connect(lambda plan: self._background.start(self._controller.studio.warm(plan)))
        return dialog

    def _made(self) -> NewProjectDialog:
        projects = self._controller.studio.home / "projects"
        return NewProjectDialog(workflows(), self.models, projects, self._window, self._companies)

    async def models(self, host: str) -> Sequence[ModelInfo]:
        """What a server has; the `UserFacingError` that says why it cannot be asked."""
        server = self._controller.studio.server(host)
        try:
            return await server.models()
        finally:
            await server.close()
