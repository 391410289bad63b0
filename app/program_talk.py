"""Running the finished program for the user: asking where that is dangerous, showing what it prints."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices

from agents.contracts import Command
from agents.environment import Environment
from agents.errors import UsageError, UserFacingError
from agents.languages import BUILD
from agents.launching import Launch, Where, program_of
from agents.sandboxes import best_sandbox
from app.background import Background
from app.controller import Controller
from app.dialogs.run_program import RunProgramDialog
from app.i18n import marked, tr
from app.session import Session
from app.state.files import FilesState
from app.state.program import ProgramRecord
from app.told import failure
from app.window import MainWindow

NO_BROWSER = marked("No browser could be opened")
NOTHING = (
    marked("There is no program to run"),
    marked("No main file could be told from the others, and there is no web page."),
)


@dataclass(frozen=True, slots=True)
class _Start:
    """A program that is about to run: of which run, where its files are, what it may do."""

    run: int
    project: int
    folder: Path
    command: Command
    where: Where
    contained: bool
    sandboxed: bool  # the machine has a sandbox
    build: Command | None = None


class ProgramTalk(QObject):
    """Ties "Run program" of a window to the run that is shown. Each run has one program at a time."""

    def __init__(self, window: MainWindow, controller: Controller, background: Background) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._programs: dict[int, tuple[Launch, ProgramRecord]] = {}
        self._view = view = window.page.artifacts.program
        launch = window.page.artifacts.files.launch
        launch.setDefaultAction(window.commands.program)
        launch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        window.commands.program.triggered.connect(lambda: self.run(""))
        view.run_wanted.connect(self.run)
        view.stop_wanted.connect(self._stop)
        view.typed.connect(self._type)
        view.input_ended.connect(self._end_input)
        view.browse_wanted.connect(lambda address: self._browse(QUrl(address)))
        controller.shown.connect(self._shown)
        view.arguments.returnPressed.connect(lambda: self.run(""))

    def run(self, where: str) -> None:
        """Run the program of the run that is shown: `console`, `desktop`, or where it is of use."""
        session = self._controller.current
        if session is not None:
            self._window.page.artifacts.show_program()
            if not self._running(session.number):
                self._background.start(self._told(self._begin(session, where)))

    # --- before it starts --------------------------------------------------------------------------

    async def _told(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except UserFacingError as error:
            self._controller.failed.emit(error)

    async def _begin(self, session: Session, where: str) -> None:
        run, folder, demo = session.number, session.folder, session.present.run.demo
        arguments = _split(self._view.arguments.text())
        texts = await asyncio.to_thread(self._texts, session.present.files)
        program = await asyncio.to_thread(program_of, texts)
        if program.page:
            self._browse(QUrl.fromLocalFile(str(folder / program.page)))
        elif program.command is None:
            self._programs.pop(run, None)
            self._view.say(*map(tr, NOTHING))
        elif program.lacking:
            self._programs.pop(run, None)
            self._view.say(tr("The program cannot be run yet"), program.lacking)
        else:
            sandbox = await asyncio.to_thread(best_sandbox)
            desktop = where == "desktop" or (not where and program.windowed)
            start = _Start(
                run=run,
                project=self._controller.studio.store.run(run).project,
                folder=folder,
                command=replace(program.command, argv=(*program.command.argv, *arguments)),
                where="desktop" if desktop else "console",
                contained=not desktop and sandbox.isolated,
                sandboxed=sandbox.isolated,
                build=program.build,
            )
            if start.contained or (demo and not desktop) or self._consented(start):
                self._start(start)
            else:
                self._ask(start)

    def _browse(self, page: QUrl) -> None:
        """Open a page in the browser, or say where it is."""
        if not QDesktopServices.openUrl(page):
            where = page.toLocalFile() if page.isLocalFile() else page.toString()
            error = UsageError(tr(NO_BROWSER), tr("Open {page} yourself.", page=where))
            self._controller.failed.emit(error)

    def _texts(self, files: FilesState) -> dict[str, str]:
        """The project's files as they are now, with the user's edits."""
        read = self._controller.studio.store.blob
        return {
            node.path: (node.pending.text or "")
            if node.pending
            else read(node.latest.digest).decode("utf-8", errors="replace")
            for node in files.present
        }

    def _ask(self, start: _Start) -> None:
        dialog = RunProgramDialog(
            _line(start.command),
            str(start.folder),
            self._window,
            desktop=start.where == "desktop",
            contained=start.sandboxed,
        )
        dialog.chosen.connect(lambda choice: self._answered(start, choice))
        dialog.open()

    def _answered(self, start: _Start, choice: str) -> None:
        if choice == "console":
            self.run("console")
            return
        if choice == "always":
            self._controller.studio.store.keep_consent(start.project, _what(start), True)
        self._start(start)

    def _consented(self, start: _Start) -> bool:
        return self._controller.studio.store.consent(start.project, _what(start)) is True

    # --- while it runs -----------------------------------------------------------------------------

    def _start(self, start: _Start) -> None:
        if self._running(start.run):
            return
        environment = Environment(self._controller.studio.home / "environments" / str(start.project))
        record = ProgramRecord(_line(start.command), _where(start), start.where == "console")
        launch = Launch(
            start.command,
            start.folder,
            start.where,
            environment,
            lambda text, _: record.add(text),
            start.build,
        )
        self._programs[start.run] = launch, record
        if self._current() == start.run:
            self._view.show_record(record)
        self._background.start(self._carry_out(launch, record))

    async def _carry_out(self, launch: Launch, record: ProgramRecord) -> None:
        try:
            execution = await launch.run()
        except UserFacingError as error:
            record.end("failed", trouble=failure(error))
        else:
            stopped = execution.ended_by == "stop"
            record.end("stopped" if stopped else "ended", execution.exit_code, execution.seconds)
        self._view.refresh()

    def _type(self, line: str) -> None:
        if found := self._programs.get(self._current()):
            launch, record = found
            record.add(f"{line}\n")
            launch.type(f"{line}\n")

    def _end_input(self) -> None:
        if found := self._programs.get(self._current()):
            found[0].end_input()

    def _stop(self) -> None:
        if found := self._programs.get(self._current()):
            found[0].stop()

    def _shown(self, session: Session | None) -> None:
        self._view.arguments.clear()
        found = self._programs.get(session.number) if session else None
        self._view.show_record(found[1] if found else None)

    def _running(self, run: int) -> bool:
        found = self._programs.get(run)
        return found is not None and found[1].running

    def _current(self) -> int:
        session = self._controller.current
        return session.number if session else 0


def _line(command: Command) -> str:
    """A command as it is shown."""
    return shlex.join(part.replace(BUILD, "build") for part in command.argv)


def _split(arguments: str) -> list[str]:
    """Arguments as a shell would take them apart; nothing in them is carried out."""
    try:
        return shlex.split(arguments)
    except ValueError as error:
        said = tr("The arguments cannot be understood: {reason}.", reason=error)
        raise UsageError(said, tr("Close every quotation.")) from error


def _what(start: _Start) -> str:
    """What the consent is for, as it is kept."""
    return "desktop" if start.where == "desktop" else "execute"


def _where(start: _Start) -> str:
    if start.where == "desktop":
        return tr("on the desktop, with your rights")
    return tr("in the sandbox") if start.contained else tr("with limits alone")
