"""The page of benches: which are stored, and the one that is carried out from this window."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from agents.bench import Bench, BenchPlan, Cell, benches, stored_cells
from agents.bench.reading import DATABASE
from agents.bench.request import BenchRequest, request_of
from agents.bench.results import as_csv
from agents.errors import UsageError, UserFacingError
from agents.registry import workflows
from agents.store.store import Store
from agents.trust import load_trust
from app.background import Background
from app.controller import Controller
from app.dialogs.bench_run import BenchRunDialog
from app.dialogs.error import dialog_for
from app.dialogs.model_picker import AskModels
from app.dialogs.new_bench import NewBenchDialog
from app.i18n import tr
from app.settings import WindowSettings
from app.state.all import RunState
from app.theme import ThemeSource
from app.told import failure
from app.views.bench import BenchView
from app.window import MainWindow

REFRESH_SECONDS = 0.5


class Benching(QObject):
    """Puts the page of benches into a window. One bench at a time is carried out; it can be stopped."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        source: ThemeSource,
        settings: WindowSettings,
        background: Background,
        ask_models: AskModels,
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._source = window, controller, source
        self._settings, self._background, self._ask_models = settings, background, ask_models
        self._before: QWidget | None = None
        self._going: tuple[Path, asyncio.Task[None]] | None = None
        self._answers: dict[Path, list[Cell]] = {}
        self._total = 0
        self._refreshed = 0.0
        self.dialog: NewBenchDialog | None = None
        self.view = BenchView(source)
        self.view.titles = {name: tr(found.title) for name, found in workflows().items()}
        window.pages.addWidget(self.view)
        window.commands.bench.triggered.connect(self.toggle)
        self.view.left.connect(self.close)
        self.view.wanted.connect(self.ask)
        self.view.chosen.connect(lambda folder: background.start(self._show(folder)))
        self.view.continued.connect(self._continue)
        self.view.stopped.connect(self.stop)
        self.view.saved.connect(self._choose_place)
        self.view.run_clicked.connect(lambda run: background.start(self._open_run(run)))

    # --- what is shown -------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Show the page, or close it."""
        if self._window.pages.currentWidget() is self.view:
            self.close()
            return
        self._before = self._window.pages.currentWidget()
        self._window.pages.setCurrentWidget(self.view)
        self._offer(self._going[0] if self._going else None)
        self.view.take_focus()

    def close(self) -> None:
        """Show what was shown before."""
        if self._before is not None and self._window.pages.currentWidget() is self.view:
            self._window.pages.setCurrentWidget(self._before)

    def _offer(self, current: Path | None) -> None:
        folders = benches(self._controller.studio.home)
        if current is not None and current not in folders:
            folders.insert(0, current)
        self.view.offer(folders, current)
        if (folder := self.view.current()) is not None:
            self._background.start(self._show(folder))
        else:
            self._refresh()

    async def _show(self, folder: Path) -> None:
        """Show a bench: as it goes on here, or as it is stored."""
        if not self._is_going(folder):
            try:
                self._answers[folder] = await asyncio.to_thread(stored_cells, folder)
            except UserFacingError as error:
                dialog_for(error, self._window).open()
                return
        self._refresh()

    def _refresh(self) -> None:
        folder = self.view.current()
        if folder is None:
            self.view.set_going(0, 0, going=False, continuable=False)
            return
        answers = self._answers.get(folder, [])
        request = request_of(folder)
        self.view.show_answers(answers, _about(request) if request else "")
        continuable = request is not None and self._going is None
        going = self._is_going(folder)
        self.view.set_going(len(answers), self._total, going=going, continuable=continuable)

    def _is_going(self, folder: Path) -> bool:
        return self._going is not None and self._going[0] == folder

    # --- what is carried out -------------------------------------------------------------------------

    def ask(self) -> None:
        """Open the dialog for a new bench."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        dialog = NewBenchDialog(workflows(), self._ask_models, self._window)
        dialog.picker.host.offer(self._settings.hosts)
        dialog.picker.choose(self._settings.text("model"), self._settings.default_host)
        dialog.picker.refresh()
        dialog.cloud.setChecked(load_trust().cloud)
        dialog.cloud.setEnabled(not dialog.cloud.isChecked())  # allowed for everything, in the settings
        dialog.submitted.connect(lambda request: self._background.start(self._begin(request)))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _continue(self) -> None:
        folder = self.view.current()
        if folder is not None and (request := request_of(folder)) is not None:
            self._background.start(self._begin(request))

    async def _begin(self, request: BenchRequest) -> None:
        """Read the problems and carry the bench out; what is wrong with it is told in the dialog."""
        try:
            if self._going is not None:
                raise UsageError(tr("A bench is going on already."), tr("Stop it, or wait for its end."))
            folder = request.folder(self._controller.studio.home)
            plan = await asyncio.to_thread(request.plan)
            await asyncio.to_thread(request.save, folder)
        except UserFacingError as error:
            if self.dialog is not None:
                self.dialog.show_failure(failure(error))
            else:
                dialog_for(error, self._window).open()
            return
        if self.dialog is not None:
            self.dialog.accept()
        self._answers[folder] = []
        self._total = len(plan.problems) * len(plan.methods) * plan.samples
        self._going = (folder, self._background.start(self._carried_out(plan, folder)))
        self._offer(folder)

    def _take_in(self, folder: Path) -> None:
        """Count the answers at once, and show them now and then: a large bench has thousands."""
        if self.view.current() != folder:
            return
        now = asyncio.get_running_loop().time()
        if now - self._refreshed >= REFRESH_SECONDS:
            self._refreshed = now
            self._refresh()
        else:
            self.view.set_going(len(self._answers[folder]), self._total, going=True, continuable=False)

    async def _carried_out(self, plan: BenchPlan, folder: Path) -> None:
        try:
            bench = Bench(plan, folder, hosts=self._controller.studio.hosts)
            async with aclosing(bench.cells()) as ready:
                async for cell in ready:
                    self._answers[folder].append(cell)
                    self._take_in(folder)
        except UserFacingError as error:
            self._window.problems.add(error)
            dialog_for(error, self._window).open()
        finally:
            self._going = None
            self._refresh()

    def stop(self) -> None:
        """End what goes on; finished answers are kept, and it can be gone on with."""
        if self._going is not None:
            self._going[1].cancel()

    # --- what is done with it ------------------------------------------------------------------------

    async def _open_run(self, run: int) -> None:
        folder = self.view.current()
        if folder is None:
            return
        try:
            store = await asyncio.to_thread(Store.open, folder / DATABASE)
            state = await asyncio.to_thread(RunState.replayed, store.events(run))
        except UserFacingError as error:
            dialog_for(error, self._window).open()
            return
        state.settle()
        dialog = BenchRunDialog(self._source, state, store.blob, self._window)
        dialog.finished.connect(lambda _: store.close())
        dialog.show()

    def _choose_place(self) -> None:
        folder = self.view.current()
        if folder is None:
            return
        dialog = QFileDialog(self._window, tr("Save as CSV"), str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{folder.name}.csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        answers = list(self._answers.get(folder, ()))
        dialog.fileSelected.connect(lambda path: self._save(Path(path), answers))
        dialog.open()

    def _save(self, path: Path, answers: Iterable[Cell]) -> None:
        try:
            path.write_text(as_csv(answers), "utf-8")
        except OSError as error:
            told = tr(
                "The answers could not be written to {path}: {reason}.", path=path, reason=error.strerror
            )
            dialog_for(UsageError(told, tr("Choose another place for them.")), self._window).open()


def _about(request: BenchRequest) -> str:
    """What a bench is, in a line."""
    parts = [Path(request.problems).name, request.model or tr("Chosen by Troupe")]
    if request.only:
        parts.append(tr("only those with {text}", text=request.only))
    return " · ".join(parts)
