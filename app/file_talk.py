"""What the user does with the team's files: edits are saved, versions restored, losses warned of."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from agents.errors import UserFacingError
from app.background import Background
from app.branching import Branching
from app.controller import Controller
from app.dialogs.unsaved import UnsavedDialog
from app.drafts import Draft
from app.i18n import tr
from app.window import MainWindow


class FileTalk(QObject):
    """Ties the files view of a window to the run that is shown."""

    def __init__(self, window: MainWindow, controller: Controller, background: Background) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._branching = Branching(controller)
        self._code = window.page.artifacts.code
        self._code.edited.connect(self._save)
        self._code.restore_wanted.connect(self._restore)
        self._code.discard_wanted.connect(self._warn)
        window.may_leave = self.may_leave

    def may_leave(self) -> bool:
        """Whether nothing is lost when the window closes; else a dialog asks, and closes it afterwards."""
        lost = list(self._code.drafts.dirty())
        if not lost:
            return True
        dialog = UnsavedDialog([draft.path for _, draft in lost], self._window)
        dialog.discarded.connect(lambda: self._leave(lost))
        dialog.saved.connect(lambda: self._background.start(self._save_all(lost)))
        dialog.open()
        return False

    # --- saving ------------------------------------------------------------------------------------

    def _save(self, files: Mapping[str, str | None], message: str) -> None:
        session = self._controller.current
        if session is not None:
            self._background.start(self._told(session.number, files, message))

    async def _told(self, run: int, files: Mapping[str, str | None], message: str) -> bool:
        """Save files of a run; whether that went well. What is in the way is told."""
        try:
            await self._edit(run, files, message)
        except UserFacingError as error:
            self._controller.failed.emit(error)
            return False
        return True

    async def _edit(self, run: int, files: Mapping[str, str | None], message: str) -> None:
        """A run that goes on takes the edit up after its step, another one's folder is changed at once."""
        studio, session = self._controller.studio, self._controller.current
        going = next((one for one in self._controller.live_sessions() if one.number == run), None)
        if going is not None and going.live is not None:
            going.live.edit(files, message)
            return
        await studio.edit(run, files, message)
        if session is not None and session.number == run:
            for stamped in studio.store.events(run, after=session.present.seq):
                session.receive(stamped)
            session.ticked.emit()

    def _restore(self, version: int) -> None:
        session = self._controller.current
        if session is not None:
            self._background.start(self._restored(version))

    async def _restored(self, version: int) -> None:
        session = self._controller.current
        if session is None:
            return
        try:
            await self._branching.restore_files(session, version)
        except UserFacingError as error:
            self._controller.failed.emit(error)

    # --- losing ------------------------------------------------------------------------------------

    def _warn(self, path: str) -> None:
        dialog = UnsavedDialog([path], self._window)
        dialog.discarded.connect(lambda: self._code.discard(path))
        dialog.saved.connect(self._code.save)
        dialog.open()

    def _leave(self, lost: list[tuple[int, Draft]]) -> None:
        for run, draft in lost:
            self._code.drafts.drop(run, draft.path)
        self._window.close()

    async def _save_all(self, lost: list[tuple[int, Draft]]) -> None:
        for run, draft in lost:
            message = tr("Your edit of {path}", path=draft.path)
            if not await self._told(run, {draft.path: draft.text}, message):
                return
        self._leave(lost)
