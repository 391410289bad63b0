"""What can be done with stored runs: search, rename, duplicate, delete and undo, show the folder, export."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from agents.errors import RunNotFound, UsageError, UserFacingError
from agents.registry import workflows
from app.background import Background
from app.controller import Controller
from app.exporting import Exports
from app.i18n import marked, tr
from app.project_talk import ProjectTalk
from app.session import Session
from app.settings import WindowSettings
from app.window import MainWindow

HITS = 300
"""So many messages are found at most."""
UNDO = marked("Undo")


@dataclass(frozen=True, slots=True)
class _Deleted:
    """Runs that can be brought back together; `shown` is the one that was shown, 0 for none."""

    numbers: tuple[int, ...]
    words: str
    shown: int


class Shelf(QObject):
    """Ties the list of projects to the store. Runs that were deleted are gone for good at the next start."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        settings: WindowSettings,
        background: Background,
        talk: ProjectTalk,
        tell: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._store, self._view = controller.studio.store, window.projects
        self._talk, self._tell = talk, tell
        self._deleted: list[_Deleted] = []
        self.exports = Exports(window, self._view.export_bar, self._store, settings, background, tell)
        self._view.name_workflows({name: tr(found.title) for name, found in workflows().items()})
        self._connect()
        self._start(self._sweep)

    def _connect(self) -> None:
        view, actions = self._view, self._window.commands
        view.found.connect(lambda run, seq: self._start(partial(self._show_message, run, seq)))
        view.searched.connect(lambda words: self._start(partial(self._search, words)))
        view.renamed.connect(lambda project, name: self._start(partial(self._rename, project, name)))
        view.duplicated.connect(self._talk.duplicate)
        view.deleted.connect(lambda runs: self._start(partial(self._delete, runs)))
        view.folder_opened.connect(self._open_folder)
        view.exported.connect(self._export)
        view.undo_bar.acted.connect(self._undo)
        view.undo_bar.expired.connect(self._forget)
        actions.undo.triggered.connect(self._undo)
        actions.undo.setEnabled(False)
        actions.open.triggered.connect(self.open_folder)

    def open_folder(self) -> QFileDialog:
        """Ask for the folder of a program that should be improved; the dialog that is open."""
        dialog = QFileDialog(self._window, tr("Open the folder of a program"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self._talk.improve(Path(folder)))
        dialog.open()
        return dialog

    # --- searching ---------------------------------------------------------------------------------

    async def _search(self, words: str) -> None:
        self._view.show_hits(words, await asyncio.to_thread(self._store.search, words, HITS))

    async def _show_message(self, run: int, seq: int) -> None:
        current = self._controller.current
        if current is None or current.number != run:
            current = await self._opened(run)
        if current is not None and current is self._controller.current:
            self._window.page.transcript.scroll_to_seq(seq)

    async def _opened(self, run: int) -> Session | None:
        try:
            return await self._controller.open(run)
        except UserFacingError:
            self._controller.shown.emit(self._controller.current)  # what was shown before
            raise

    # --- changing ----------------------------------------------------------------------------------

    async def _rename(self, project: int, name: str) -> None:
        await asyncio.to_thread(self._store.rename_project, project, name)
        self._controller.renamed(project, name)

    async def _delete(self, runs: Sequence[int]) -> None:
        """Delete runs; when one cannot be, those before it are deleted and the reason is told."""
        name = self._store.run(runs[0]).project_name
        gone: list[int] = []
        try:
            for run in runs:
                await asyncio.to_thread(self._store.hide_run, run)
                gone.append(run)
        finally:
            if gone:
                self._note_deleted(tuple(gone), name)

    def _note_deleted(self, numbers: tuple[int, ...], name: str) -> None:
        """Offer to bring runs back that were just deleted; `name` is the first one's project."""
        current = self._controller.current
        shown = current.number if current is not None and current.number in numbers else 0
        one = tr("Deleted “{project}”", project=name)
        words = one if len(numbers) == 1 else tr("Deleted {count} runs", count=len(numbers))
        self._deleted.append(_Deleted(numbers, words, shown))
        if shown:
            self._controller.show(None)
        self._offer_undo()
        self._controller.listed.emit()

    def _offer_undo(self) -> None:
        self._window.commands.undo.setEnabled(bool(self._deleted))
        if self._deleted:
            self._view.undo_bar.say(self._deleted[-1].words, tr(UNDO))
        else:
            self._view.undo_bar.hide()

    def _undo(self) -> None:
        """Bring back what was deleted last."""
        if self._deleted:
            deleted = self._deleted.pop()
            self._offer_undo()
            self._start(partial(self._bring_back, deleted))

    async def _bring_back(self, deleted: _Deleted) -> None:
        for number in deleted.numbers:
            await asyncio.to_thread(self._store.show_run, number)
        self._controller.listed.emit()
        if deleted.shown and self._controller.current is None:
            await self._opened(deleted.shown)

    def _forget(self) -> None:
        """The time for undoing is over."""
        self._deleted.clear()
        self._window.commands.undo.setEnabled(False)

    async def _sweep(self) -> None:
        """Delete for good what was deleted in an earlier session."""
        await asyncio.to_thread(self._store.delete_hidden)

    # --- looking and writing -----------------------------------------------------------------------

    def _open_folder(self, run: int) -> None:
        folder = self._store.run(run).folder
        if Path(folder).is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
        else:
            advice = tr("It was moved or removed. Export the files to have them again.")
            gone = tr("The folder {folder} is not there any more.", folder=folder)
            self._tell(UsageError(gone, advice))

    def _export(self, runs: Sequence[int], kind: str) -> None:
        self.exports.ask([self._store.run(run) for run in runs], kind)

    def _start(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        self._background.start(self._told(work))

    async def _told(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Carry out; tell what is in the way, and show the list as it is."""
        try:
            await work()
        except UserFacingError as error:
            if isinstance(error, RunNotFound):
                self._controller.listed.emit()
            self._tell(error)
