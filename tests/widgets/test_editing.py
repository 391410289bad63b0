"""The user's edits of a file: drafts, conflicts with the team's changes, indenting, line ends."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.views.code_content import editable
from tests.support.artifacts import Desk, Play, carry_out
from tests.support.qtloop import until


@pytest.fixture
def play(qtbot: QtBot) -> Play:
    return partial(carry_out, qtbot)


def test_an_edit_is_saved_and_waits_to_become_a_version(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n", b_py="b = 1\n")
        desk.view.files.choose("a.py")
        code, header, pane = desk.code, desk.code.header, desk.code.editing
        header.edit.click()
        assert code._pages.currentWidget() is pane
        assert not pane.save_button.isEnabled()
        qtbot.keyClicks(pane.editor, "if x:")
        qtbot.keyClick(pane.editor, Qt.Key.Key_Return)
        qtbot.keyClicks(pane.editor, "y")
        assert pane.editor.toPlainText() == "if x:\n    ya = 1\n"
        assert not header.unsaved.isHidden()
        assert desk.view.files._model._unsaved == {"a.py"}
        await until(lambda: pane.editor.document().firstBlock().layout().formats())
        qtbot.keyClick(pane.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        assert desk.saved == [{"a.py": "if x:\n    ya = 1\n"}]
        assert not header.unsaved.isHidden(), "it is saved once the run says so"
        qtbot.keyClicks(pane.editor, "z")
        desk.confirm()
        assert pane.conflict.isHidden(), "one's own edit is no conflict"
        assert not header.unsaved.isHidden()
        pane.save()
        desk.confirm()
        assert header.unsaved.isHidden()
        assert pane.leave_button.text() == "Done"
        pane.leave_button.click()
        assert code._pages.currentWidget() is code.editor
        assert code.versions.currentText().startswith("Not a version yet · You")
        assert code.editor.toPlainText() == "if x:\n    yza = 1\n"
        desk.commit("user", a_py="if x:\n    yza = 1\n")
        assert code.versions.currentText().startswith("v2 · You")

    play(scene)


def test_drafts_outlive_a_look_at_another_file_and_losing_them_is_asked_for(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n", b_py="b = 1\n")
        asked: list[str] = []
        desk.code.discard_wanted.connect(asked.append)
        desk.view.files.choose("a.py")
        desk.code.header.edit.click()
        qtbot.keyClicks(desk.code.editing.editor, "# ")
        desk.view.files.choose("b.py")
        assert desk.code.editor.toPlainText() == "b = 1\n"
        desk.view.files.choose("a.py")
        assert desk.code.editing.editor.toPlainText() == "# a = 1\n"
        desk.code.header.edit.click()
        assert asked == ["a.py"]
        assert desk.code.header.edit.isChecked()
        desk.code.discard("a.py")
        assert desk.code.editor.toPlainText() == "a = 1\n"
        assert desk.view.files._model._unsaved == set()

    play(scene)


def conflicting(desk: Desk, qtbot: QtBot) -> None:
    desk.commit(a_py="a = 1\n")
    desk.code.header.edit.click()
    qtbot.keyClicks(desk.code.editing.editor, "# ")
    assert desk.code.editing.conflict.isHidden()
    desk.commit("r", a_py="a = 2\n")
    assert not desk.code.editing.conflict.isHidden()


def test_keep_mine(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        conflicting(desk, qtbot)
        pane = desk.code.editing
        pane.mine_button.click()
        assert pane.conflict.isHidden()
        pane.save()
        assert desk.saved == [{"a.py": "# a = 1\n"}]

    play(scene)


def test_take_theirs(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        conflicting(desk, qtbot)
        pane = desk.code.editing
        pane.theirs_button.click()
        assert pane.conflict.isHidden()
        assert pane.editor.toPlainText() == "a = 2\n"
        assert not pane.save_button.isEnabled()
        pane.editor.undo()
        assert pane.editor.toPlainText() == "# a = 1\n", "one's own text can be had back"

    play(scene)


def test_show_both(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        conflicting(desk, qtbot)
        pane = desk.code.editing
        pane.both_button.click()
        assert pane.both.old.toPlainText() == "a = 2"
        assert pane.both.new.toPlainText() == "# a = 1"
        assert pane.both_button.text() == "Back to the editor"
        pane.both_button.click()
        assert pane._pages.currentWidget() is pane.editor
        desk.commit("r", a_py=None)
        assert "deleted" in pane._what.text()

    play(scene)


def test_an_untouched_editor_follows_the_team(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n")
        desk.code.header.edit.click()
        desk.commit("r", a_py="a = 2\n")
        assert desk.code.editing.editor.toPlainText() == "a = 2\n"
        assert desk.code.editing.conflict.isHidden()
        desk.code.set_editable(False)
        assert desk.code._pages.currentWidget() is desk.code.editor
        assert not desk.code.header.edit.isEnabled()

    play(scene)


def test_indenting_and_line_ends(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a\r\nb\r\n")
        desk.code.header.edit.click()
        editor = desk.code.editing.editor
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        assert editor.toPlainText() == "    a\nb\n"
        editor.selectAll()
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        assert editor.toPlainText().startswith("        a\n    b\n")
        editor.selectAll()
        qtbot.keyClick(editor, Qt.Key.Key_Backtab)
        assert editor.toPlainText() == "    a\nb\n"
        desk.code.save()
        assert desk.saved == [{"a.py": "    a\r\nb\r\n"}]

    play(scene)


def test_what_can_be_edited() -> None:
    assert editable("é\r\n".encode())
    assert not editable(b"\xff")
    assert not editable(b"a\0")
    assert not editable(b"a\rb")
    assert not editable("a\u2029b".encode())
