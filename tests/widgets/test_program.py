"""Running the finished program, through the whole window with real programs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.error import ErrorDialog
from app.dialogs.run_program import RunProgramDialog
from app.state.program import ProgramRecord
from tests.support.finished import FinishedRoom, Play, player
from tests.support.languages import needs
from tests.support.qtloop import until

GREETER = 'name = input("Name? ")\nprint(f"Hello {name}")\n'
WAITER = "import time\nprint('here')\ntime.sleep(60)\n"


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return player(qtbot, tmp_path, monkeypatch)


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


def test_the_program_runs_in_the_console_and_reads_what_is_typed(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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
        assert not view.input.isVisible(), "its room is the output's"
        await room.show(index_html="<p>")
        assert view._record is None, "another run has another program"

    play(scene)


def test_a_program_can_be_stopped_and_its_input_ended(play: Play) -> None:
    async def scene(room: FinishedRoom) -> None:
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


def test_arguments_are_given_to_the_program(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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


def test_the_desktop_needs_consent_once_or_for_the_project(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_USER", "seen")

    async def scene(room: FinishedRoom) -> None:
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


def test_a_window_goes_to_the_desktop_unless_the_console_is_chosen(play: Play) -> None:
    async def scene(room: FinishedRoom) -> None:
        await room.show(main_py="try:\n    import tkinter\nexcept ImportError:\n    pass\nprint('window')\n")
        room.window.commands.program.trigger()
        dialog = await room.dialog(RunProgramDialog)
        next(
            button for button in dialog.findChildren(type(dialog.allow)) if "console" in button.text()
        ).click()
        await until(lambda: room.program._record is not None and not room.program._record.running)
        assert room.program._record.contained

    play(scene)


def test_a_page_opens_in_the_browser(play: Play, browser: Browser) -> None:
    async def scene(room: FinishedRoom) -> None:
        await room.show(index_html="<p>Hello")
        room.window.commands.program.trigger()
        await until(lambda: browser.opened)
        assert browser.opened == [QUrl.fromLocalFile(str(room.folder / "index.html")).toString()]

    play(scene)


def test_without_a_browser_the_page_is_named(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # nothing that could open a page

    async def scene(room: FinishedRoom) -> None:
        told: list[str] = []
        room.controller.failed.connect(lambda error: told.append(f"{error} {error.hint}"))
        await room.show(index_html="<p>Hello")
        room.window.commands.program.trigger()
        await until(lambda: told)
        assert str(room.folder / "index.html") in told[0]

    play(scene)


def test_a_program_in_c_is_built_and_run(play: Play) -> None:
    needs("cc")

    async def scene(room: FinishedRoom) -> None:
        await room.show(main_c='#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n')
        room.program.console.click()
        await until(lambda: room.program._record is not None and not room.program._record.running)
        assert "built" in room.program._record.output
        assert room.program._record.line == "build/program"

    play(scene)


def test_what_a_program_needs_first_is_told(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def scene(room: FinishedRoom) -> None:
        await room.show(main_go="package main\n\nfunc main() {}\n")
        monkeypatch.setenv("PATH", str(tmp_path))
        room.window.commands.program.trigger()
        empty = room.program._stack.empty
        await until(lambda: empty._title.text() == "The program cannot be run yet")
        assert "Go is not installed" in empty._text.text()

    play(scene)


def test_nothing_to_run_and_nowhere_to_run_it_are_told(play: Play) -> None:
    async def scene(room: FinishedRoom) -> None:
        await room.show(notes_txt="nothing")
        room.window.commands.program.trigger()
        await until(lambda: room.program._stack.empty._title.text() == "There is no program to run")
        await room.show(main_py="print(1)\n")
        room.folder.rename(room.folder.with_name("gone"))
        room.program.console.click()
        await until(lambda: "is not there" in room.program.told.text())

    play(scene)


def test_the_address_of_a_server_is_offered(play: Play, browser: Browser, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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
