"""Opening the dialog that asks for a new run, and beginning what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from agents.errors import UserFacingError
from agents.plan import Plan
from app.background import Background
from app.controller import Controller
from app.dialogs.new_project import NewProjectDialog
from app.dialogs.new_task import NewTaskDialog
from app.last_plan import LastPlan
from app.settings import WindowSettings
from app.told import failure

DialogT = TypeVar("DialogT", NewProjectDialog, NewTaskDialog)


class StartTalk(Generic[DialogT]):
    """One dialog at a time; it closes when its run has begun, and keeps everything when that fails."""

    def __init__(
        self, controller: Controller, settings: WindowSettings, background: Background, last: LastPlan
    ) -> None:
        self._controller, self._settings, self._background = controller, settings, background
        self._last = last
        self.dialog: DialogT | None = None

    def plan_for(self, again: int) -> Plan:
        """The plan of run `again`, or how the last one was carried out where that is 0."""
        return self._controller.studio.plan(again) if again else self._last.plan()

    def open_one(self, made: Callable[[], DialogT], plan: Plan) -> DialogT | None:
        """Open what `made` makes, filled in with `plan`; None where one is open already, which is raised."""
        if self.dialog is not None:
            self.dialog.raise_()
            return None
        dialog = made()
        dialog.picker.host.offer(self._settings.hosts)
        dialog.show_plan(plan)
        dialog.submitted.connect(lambda plan: self._background.start(self._begin(dialog, plan)))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()
        return dialog

    def _forget(self) -> None:
        self.dialog = None

    async def _begin(self, dialog: DialogT, plan: Plan) -> None:
        try:
            await self._controller.start(plan)
        except UserFacingError as error:
            if self.dialog is dialog:
                dialog.show_failure(failure(error))
            return
        self._last.remember(plan)
        if self.dialog is dialog:
            dialog.accept()
