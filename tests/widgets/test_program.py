"""Running the finished program and saving edits, through the whole window with real programs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.contracts import Answer
from agents.events import FileChange, FilesCommitted, RunEnded, RunStarted, UserEdited
from agents.models.demo import demo_plan
from agents.plan import Plan
from agents.studio import Studio
from app.background import Background
from app.controller import Controller
from app.desk import Desk
from app.dialogs.error import ErrorDialog
from app.dialogs.run_program import RunProgramDialog
from app.dialogs.unsaved import UnsavedDialog
from app.settings import WindowSettings
from app.state.program import ProgramRecord
from app.theme import ThemeSource
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.languages import needs
from tests.support.qtloop import drive, until

GREETER = 'name = input("Name? ")\nprint(f"Hello {name}")\n'
WAITER = "import time\nprint('here')\ntime.sleep(60)\n"


class Room:
    """A window over a real studio, with one finished run."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        settings, source = WindowSettings(home), ThemeSource("light", reduce_motion=True)
        self.background = Background()
        self.window = MainWindow(source, settings)
        self.window.furnish(RunPage(source, self.background))
        qtbot.addWidget(self.window, before_close_func=lambda _: self.window.let_go())
        self.studio = Studio.open(home)
        self.controller = Controller(self.studio, self.background, self.window)
        self.desk = Desk(self.window, self.controller, source, settings, self.background)
        self.folder = home / "made"
        self.window.show()

    @property
    def program(self):
        return self.window.page.artifacts.program

    async def show(self, **files: str) -> int:
        """A finished run whose program is these files; `main_py` stands for `main.py`."""
        self.folder.mkdir(exist_ok=True)
        plan = Plan(idea="A small program")
        store = self.studio.store
        project = store.create_project("Small", str(self.folder))
        number = store.create_run(
            project, idea=plan.idea, workflow="chatdev", model="m", settings=plan.to_json()
        )
        log = store.log(number)
        log.emit(
            RunStarted(
                project="Small",
                idea=plan.idea,
                workflow="chatdev",
                title="ChatDev",
                model="m",
                sandbox="s",
                folder=str(self.folder),
            )
        )
        changes = []
        for name, text in files.items():
            path = name.replace("_", ".")
            (self.folder / path).write_text(text)
            digest = log.keep(text.encode())
            changes.append(FileChange(path=path, digest=digest, added=1, removed=0))
        log.emit(FilesCommitted(version=1, author="p", message="First", changes=tuple(changes)))
        log.emit(RunEnded(state="succeeded", summary="Done"))
        await log.flush()
        await log.close()
        self.desk.open(number)
        await until(lambda: self.controller.current is not None and self.controller.current.number == number)
        return number

    async def dialog(self, kind):
        await until(lambda: isinstance(QApplication.activeModalWidget(), kind))
        return QApplication.activeModalWidget()

    async def close(self) -> None:
        self.window.page.artifacts.hide()
        self.background.cancel()
        await self.background.ended()
        await self.studio.close()


@pytest.fixture
def play(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Room], Awaitable[None]]], None]:
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    def carry_out(scene: Callable[[Room], Awaitable[None]]) -> None:
        async def whole() -> None:
            room = Room(qtbot, tmp_path)
            try:
                await scene(room)
            finally:
                await room.close()

        drive(whole())

    return carry_out


class Browser(QObject):
    """Takes what would be opened in the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser():
    made = Browser()
    for scheme in ("file", "http"):
        QDesktopServices.setUrlHandler(scheme, made, "take")
    yield made
    for scheme in ("file", "http"):
        QDesktopServices.unsetUrlHandler(scheme)


def test_the_program_runs_in_the_console_and_reads_what_is_typed(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py=GREETER)
        view = room.program
        assert not view.stop.isEnabled()
        room.window.commands.program.trigger()
        assert room.window.page.artifacts.tabs.currentWidget() is view
        await until(lambda: view.output.toPlainText().endswith("Name? "))
        assert "sandbox" in view.told.text()
        qtbot.keyClicks(view.input, "Ada")
        qtbot.keyClick(view.input, Qt.Key.Key_Return)
        await until(lambda: "Ended well" in view.told.text())
        assert view.output.toPlainText() == "$ python main.py\nName? Ada\nHello Ada\n"
        assert not view.input.isEnabled()
        await room.show(index_html="<p>")
        assert view._record is None, "another run has another program"

    play(scene)


def test_a_program_can_be_stopped_and_its_input_ended(play) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py=WAITER)
        view = room.program
        view.console.click()
        await until(lambda: "here" in view.output.toPlainText())
        room.window.commands.program.trigger()  # it runs already
        view.stop.click()
        await until(lambda: "You stopped it" in view.told.text())
        await room.show(main_py="import sys\nsys.exit(len(sys.stdin.read()) + 3)\n")
        view.console.click()
        await until(view.end.isEnabled)
        view.end.click()
        await until(lambda: "exit code 3" in view.told.text())

    play(scene)


def test_arguments_are_given_to_the_program(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py="import sys\nprint(sys.argv[1:])\n")
        view = room.program
        qtbot.keyClicks(view.arguments, "10 'two words'")
        qtbot.keyClick(view.arguments, Qt.Key.Key_Return)
        await until(lambda: "['10', 'two words']" in view.output.toPlainText())
        await until(view.console.isEnabled)
        view.arguments.setText("'open")
        view.console.click()
        dialog = await room.dialog(ErrorDialog)
        dialog.close()
        await room.show(main_py="print(1)\n")
        assert view.arguments.text() == ""

    play(scene)


def test_the_desktop_needs_consent_once_or_for_the_project(play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_USER", "seen")

    async def scene(room: Room) -> None:
        number = await room.show(main_py="import os\nprint(os.environ.get('OF_THE_USER'))\n")
        project = room.studio.store.run(number).project
        view = room.program
        view.desktop.click()
        dialog = await room.dialog(RunProgramDialog)
        assert dialog.cancel.isDefault(), "Return must not allow"
        dialog.cancel.click()
        await asyncio.sleep(0.05)
        assert view._record is None
        view.desktop.click()
        (await room.dialog(RunProgramDialog)).allow.click()
        await until(lambda: "Ended well" in view.told.text())
        assert "seen" in view.output.toPlainText()
        assert room.studio.store.consent(project, "desktop") is None
        view.desktop.click()
        dialog = await room.dialog(RunProgramDialog)
        dialog.remember.setChecked(True)
        dialog.allow.click()
        await until(lambda: not view._record.running)
        assert room.studio.store.consent(project, "desktop") is True
        record = view._record
        view.desktop.click()
        await until(lambda: view._record is not record and not view._record.running)
        assert QApplication.activeModalWidget() is None

    play(scene)


def test_a_window_goes_to_the_desktop_unless_the_console_is_chosen(play) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py="try:\n    import tkinter\nexcept ImportError:\n    pass\nprint('window')\n")
        room.window.commands.program.trigger()
        dialog = await room.dialog(RunProgramDialog)
        next(
            button for button in dialog.findChildren(type(dialog.allow)) if "console" in button.text()
        ).click()
        await until(lambda: room.program._record is not None and not room.program._record.running)
        assert room.program._record.contained

    play(scene)


def test_a_page_opens_in_the_browser(play, browser: Browser) -> None:
    async def scene(room: Room) -> None:
        await room.show(index_html="<p>Hello")
        room.window.commands.program.trigger()
        await until(lambda: browser.opened)
        assert browser.opened == [QUrl.fromLocalFile(str(room.folder / "index.html")).toString()]

    play(scene)


def test_without_a_browser_the_page_is_named(play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # nothing that could open a page

    async def scene(room: Room) -> None:
        told: list[str] = []
        room.controller.failed.connect(lambda error: told.append(f"{error} {error.hint}"))
        await room.show(index_html="<p>Hello")
        room.window.commands.program.trigger()
        await until(lambda: told)
        assert str(room.folder / "index.html") in told[0]

    play(scene)


def test_a_program_in_c_is_built_and_run(play) -> None:
    needs("cc")

    async def scene(room: Room) -> None:
        await room.show(main_c='#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n')
        room.program.console.click()
        await until(lambda: room.program._record is not None and not room.program._record.running)
        assert "built" in room.program._record.output
        assert room.program._record.line == "build/program"

    play(scene)


def test_what_a_program_needs_first_is_told(play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_go="package main\n\nfunc main() {}\n")
        monkeypatch.setenv("PATH", str(tmp_path))
        room.window.commands.program.trigger()
        empty = room.program._stack.empty
        await until(lambda: empty._title.text() == "The program cannot be run yet")
        assert "Go is not installed" in empty._text.text()

    play(scene)


def test_nothing_to_run_and_nowhere_to_run_it_are_told(play) -> None:
    async def scene(room: Room) -> None:
        await room.show(notes_txt="nothing")
        room.window.commands.program.trigger()
        await until(lambda: room.program._stack.empty._title.text() == "There is no program to run")
        await room.show(main_py="print(1)\n")
        room.folder.rename(room.folder.with_name("gone"))
        room.program.console.click()
        await until(lambda: "is not there" in room.program.told.text())

    play(scene)


def test_the_address_of_a_server_is_offered(play, browser: Browser, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py="print(1)\n")
        record = ProgramRecord("python main.py", "on the desktop", contained=False)
        room.program.show_record(record)
        assert room.program.browse.isHidden()
        record.add(" * Running on http://0.0.0.0:5000/app (Press CTRL+C)\n")
        room.program.refresh()
        assert not room.program.browse.isHidden()
        room.program.browse.click()
        assert browser.opened == ["http://127.0.0.1:5000/app"]
        record.end("ended", 0, 1.0)
        room.program.refresh()
        assert room.program.browse.isHidden()

    play(scene)


def test_an_edit_of_a_finished_run_reaches_its_folder_and_its_events(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        number = await room.show(main_py="a = 1\n")
        code = room.window.page.artifacts.code
        code.header.edit.click()
        qtbot.keyClicks(code.editing.editor, "# ")
        code.save()
        await until(lambda: (room.folder / "main.py").read_text() == "# a = 1\n")
        await until(code.header.unsaved.isHidden)
        stored = [stamped.event for stamped in room.studio.store.events(number)]
        assert isinstance(stored[-1], UserEdited)
        code.editing.leave_button.click()
        assert code.versions.currentText().startswith("Not a version yet")

    play(scene)


def test_an_edit_of_a_run_that_goes_on_becomes_a_version(
    play, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")

    async def scene(room: Room) -> None:
        room.desk.begin(demo_plan())
        await until(lambda: room.controller.current is not None)
        session = room.controller.current
        await until(session.user.waiting)
        question = session.user.waiting()[0]
        session.live.proceed()
        session.user.give(question.key, Answer(question.options[0]))
        await until(lambda: session.state.files.commits)
        session.live.pause()
        artifacts = room.window.page.artifacts
        await until(lambda: "main.py" in session.state.files.files)
        session.ticked.emit()
        artifacts.files.choose("main.py")
        artifacts.code.header.edit.click()
        qtbot.keyClicks(artifacts.code.editing.editor, "# mine")
        qtbot.keyClick(artifacts.code.editing.editor, Qt.Key.Key_Return)
        artifacts.code.save()
        await until(artifacts.code.header.unsaved.isHidden)
        session.live.proceed()
        await until(lambda: any(commit.author == "user" for commit in session.state.files.commits), 60)
        await until(lambda: not session.going, 60)
        assert (session.folder / "main.py").read_text().startswith("# mine\n")

    play(scene)


def test_restoring_a_version_undoes_later_versions_and_edits(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        number = await room.show(main_py="a = 1\n", other_py="b = 1\n")
        store, session = room.studio.store, room.controller.current
        log = store.log(number)
        digest = log.keep(b"a = 2\n")
        changes = (
            FileChange(path="main.py", digest=digest, added=1, removed=1),
            FileChange(path="new.py", digest=digest, added=1, removed=0),
        )
        log.emit(FilesCommitted(version=2, author="p", message="Second", changes=changes))
        await log.flush()
        await log.close()
        for stamped in store.events(number, after=session.state.seq):
            session.receive(stamped)
        session.ticked.emit()
        await room.studio.edit(number, {"other.py": "b = 2\n", "new.py": "c\n", "main.py": "a = 2\n"})
        for stamped in store.events(number, after=session.state.seq):
            session.receive(stamped)
        session.ticked.emit()
        files, code = room.window.page.artifacts.files, room.window.page.artifacts.code
        assert set(session.state.files.pending) == {"other.py", "new.py"}
        files.choose("main.py")
        code.versions.setCurrentIndex(1)
        code.header.restore.click()
        await until(lambda: not (room.folder / "new.py").exists())
        await until(lambda: (room.folder / "main.py").read_text() == "a = 1\n")
        await until(lambda: (room.folder / "other.py").read_text() == "b = 1\n")
        await until(lambda: [node.path for node in session.state.files.present] == ["main.py", "other.py"])

    play(scene)


def test_a_save_that_fails_keeps_the_draft(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        number = await room.show(main_py="a = 1\n")
        code = room.window.page.artifacts.code
        code.header.edit.click()
        qtbot.keyClicks(code.editing.editor, "# ")
        lease = room.studio.store.lease(number)
        code.save()
        dialog = await room.dialog(ErrorDialog)
        dialog.close()
        lease.release()
        assert not code.header.unsaved.isHidden()
        code.save()
        await until(code.header.unsaved.isHidden)

    play(scene)


def test_closing_the_window_warns_of_unsaved_edits(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py="a = 1\n")
        code = room.window.page.artifacts.code
        left: list[bool] = []
        room.window.leaving.connect(lambda: left.append(True))
        code.header.edit.click()
        qtbot.keyClicks(code.editing.editor, "# ")
        room.window.close()
        dialog = await room.dialog(UnsavedDialog)
        dialog.keep.click()
        assert not left
        room.window.close()
        (await room.dialog(UnsavedDialog)).save.click()
        await until(lambda: left)
        assert (room.folder / "main.py").read_text() == "# a = 1\n"

    play(scene)


def test_discarding_asks_first(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        await room.show(main_py="a = 1\n")
        code = room.window.page.artifacts.code
        code.header.edit.click()
        qtbot.keyClicks(code.editing.editor, "# ")
        code.editing.leave_button.click()
        (await room.dialog(UnsavedDialog)).discard.click()
        assert code.editor.toPlainText() == "a = 1\n"
        assert (room.folder / "main.py").read_text() == "a = 1\n"

    play(scene)
