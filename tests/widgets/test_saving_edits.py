"""Saving and restoring the user's edits of files, through the whole window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.contracts import Answer
from agents.events import FileChange, FilesCommitted, UserEdited
from agents.models.demo import demo_plan
from app.dialogs.error import ErrorDialog
from app.dialogs.unsaved import UnsavedDialog
from tests.support.finished import FinishedRoom, Play, player
from tests.support.qtloop import until


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return player(qtbot, tmp_path, monkeypatch)


def test_an_edit_of_a_finished_run_reaches_its_folder_and_its_events(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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
    play: Play, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")

    async def scene(room: FinishedRoom) -> None:
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


def test_restoring_a_version_undoes_later_versions_and_edits(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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


def test_a_save_that_fails_keeps_the_draft(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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


def test_closing_the_window_warns_of_unsaved_edits(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
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


def test_discarding_asks_first(play: Play, qtbot: QtBot) -> None:
    async def scene(room: FinishedRoom) -> None:
        await room.show(main_py="a = 1\n")
        code = room.window.page.artifacts.code
        code.header.edit.click()
        qtbot.keyClicks(code.editing.editor, "# ")
        code.editing.leave_button.click()
        (await room.dialog(UnsavedDialog)).discard.click()
        assert code.editor.toPlainText() == "a = 1\n"
        assert (room.folder / "main.py").read_text() == "a = 1\n"

    play(scene)
