"""The palette, the keys, the size of text, the problems, and being called back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from agents.errors import ServerUnreachable
from agents.models.demo import demo_plan
from app.dialogs.palette import Entry, Palette
from app.dialogs.problems import ProblemsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.keymap import Keymap
from app.settings import WindowSettings
from app.theme import ThemeSource, ui_font
from tests.support.past import remember
from tests.support.qtloop import until
from tests.support.room import Room, Scene, answer, carry_out, shown


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scene], None]:
    """Carries a scene out in a new room."""
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    return lambda scene: carry_out(qtbot, tmp_path, scene)


# --- the palette -----------------------------------------------------------------------------------


def test_runs_files_agents_and_commands_are_found_by_a_few_letters(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        await remember(room.studio.store)
        room.controller.listed.emit()
        palette = room.desk._everyday.palette
        room.window.commands.palette.trigger()
        assert palette.isVisible()
        qtbot.keyClicks(palette.field, "gomo")
        assert palette.titles() == ["Gomoku game #1"]
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert not palette.isVisible()
        await until(lambda: room.controller.current is not None)
        assert room.session.number == 1
        for words, first in (
            ("@cto", "Chief Technology Officer"),
            ("/board", "gomoku/board.py"),
            (">pats", "Pause after this step"),
        ):
            room.window.commands.palette.trigger()
            qtbot.keyClicks(palette.field, words)
            assert palette.titles()[0] == first
            qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
        room.window.commands.palette.trigger()
        qtbot.keyClicks(palette.field, "@cto")
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert room.window.page.transcript.wanted.agent == "ceo/cto"
        assert room.window.page.hierarchy.selected == "ceo/cto"

    play(scene)


def test_the_palette_by_keys_alone(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 500)
    before = QLineEdit()
    QVBoxLayout(window).addWidget(before)
    palette = Palette(ThemeSource("dark"), window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    before.setFocus()
    done: list[str] = []
    entries = [
        Entry("action", "Pause", "Ctrl+P", lambda: done.append("pause")),
        Entry("action", "Palette", "", lambda: done.append("palette"), enabled=False),
        Entry("run", "Pacman #2", "failed", lambda: done.append("run")),
    ]
    palette.open(entries)
    qtbot.keyClicks(palette.field, "pa")
    assert len(palette.titles()) == 3
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == 2
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    palette.grab()
    palette.field.setText("#pa")
    assert palette.titles() == ["Pacman #2"]
    palette.field.setText("palette")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible(), "what is not allowed now is not done"
    palette.field.setText("zzz")
    assert palette.nothing.isVisible()
    palette.field.setText("pause")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["pause"]
    assert QApplication.focusWidget() is before
    palette.open(entries)
    before.setFocus()
    assert not palette.isVisible()


# --- the keys --------------------------------------------------------------------------------------


def test_keys_are_changed_conflicts_are_named_and_all_is_remembered(play, tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        everyday, actions = room.desk._everyday, room.window.commands
        actions.shortcuts.trigger()
        dialog = await room.dialog(ShortcutsDialog)
        dialog.choose("pause")
        dialog.editor.setKeySequence(QKeySequence("Ctrl+N"))
        assert "New project" in dialog.problem.text()
        dialog.set.click()
        assert actions.pause.shortcut() == QKeySequence("Ctrl+N")
        assert "Ctrl+N" in actions.pause.toolTip()
        assert actions.new.shortcuts() == []
        assert dialog.chosen() == "pause"
        room.settings.save()
        again = WindowSettings(room.studio.home)
        assert again.text("keys/new") == "none"
        actions.set_keys("pause", actions.usual_keys("pause"))
        Keymap(actions, again)
        assert actions.pause.shortcut() == QKeySequence("Ctrl+N")
        dialog.reset_all.click()
        assert everyday.keymap.is_usual("pause")
        assert actions.new.shortcut() == QKeySequence("Ctrl+N")
        dialog.search.setText("abort")
        visible = [item.text(0) for item in dialog._items() if not item.isHidden()]
        assert visible == ["Abort the run"]
        dialog.accept()

    play(scene)


def test_no_two_actions_have_the_same_keys_and_all_have_words(play) -> None:
    async def scene(room: Room) -> None:
        keymap = room.desk._everyday.keymap
        for name, action in room.window.commands.named().items():
            assert action.text()
            assert action.toolTip()
            for keys in keymap.keys(name):
                assert keymap.owner(keys, name) == "", f"{keys.toString()} belongs to {name} and another"

    play(scene)


def test_pausing_stopping_a_call_and_aborting_are_told_apart(play) -> None:
    async def scene(room: Room) -> None:
        actions = room.window.commands
        words = [
            (a.text(), a.iconText(), a.toolTip()) for a in (actions.pause, actions.stop_call, actions.stop)
        ]
        assert [text for text, _, _ in words] == ["Pause after this step", "Stop this call", "Abort the run"]
        assert len({tip for _, _, tip in words}) == 3

    play(scene)


# --- the size of text ------------------------------------------------------------------------------


@pytest.fixture
def same_look_after(qapp: QApplication) -> Iterator[None]:
    """Other tests find the application as it was."""
    sheet, font, palette, style = qapp.styleSheet(), qapp.font(), qapp.palette(), qapp.style().objectName()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.mark.usefixtures("same_look_after")
def test_text_grows_shrinks_and_is_as_before(play) -> None:
    async def scene(room: Room) -> None:
        actions, title = room.window.commands, room.window.welcome.findChildren(QLabel)[1]
        usual, large = ui_font().pointSizeF(), title.font().pointSizeF()
        try:
            actions.larger.trigger()
            actions.larger.trigger()
            assert ui_font().pointSizeF() == pytest.approx(1.25 * usual)
            assert title.font().pointSizeF() == pytest.approx(1.25 * large)
            assert room.settings.font_scale == 1.25
            actions.smaller.trigger()
            assert room.settings.font_scale == 1.1
        finally:
            actions.usual_size.trigger()
        assert ui_font().pointSizeF() == pytest.approx(usual)
        assert title.font().pointSizeF() == pytest.approx(large)

    play(scene)


# --- problems --------------------------------------------------------------------------------------


def test_problems_of_the_run_and_of_the_window_stand_in_one_place(play) -> None:
    async def scene(room: Room) -> None:
        await remember(room.studio.store)
        room.desk.open(1)
        await until(lambda: room.controller.current is not None)
        room.window.problems.add(ServerUnreachable("Nothing answers.", "Start it.", f"{Path.home()}/x"))
        room.window.problems.add(KeyError("ours"))
        assert "3" in room.window.status.problems.text()
        room.window.status.problems.click()
        view = (await room.dialog(ProblemsDialog)).view
        assert [item.text().partition("\n")[0] for item in map(view.list.item, range(3))] == [
            "Something went wrong inside Troupe.",
            "Nothing answers.",
            "The reply reached its length limit and was continued.",
        ]
        view.list.setCurrentRow(1)
        assert view.hint.text() == "Start it."
        view.copy.click()
        assert QGuiApplication.clipboard().text() == "Nothing answers.\n\nStart it.\n\n~/x"
        view.list.setCurrentRow(2)
        assert view.go.isVisible()
        view.go.click()
        view.list.setCurrentRow(0)
        assert "KeyError" in view.detail.toPlainText()
        room.window.problems.clear()
        assert view.list.count() == 1
        shown(ProblemsDialog)[0].accept()

    play(scene)


# --- being called back -----------------------------------------------------------------------------


def test_the_title_counts_questions_and_the_system_tells(play) -> None:
    async def scene(room: Room) -> None:
        told: list[tuple[str, str]] = []
        room.desk._attention.notified.connect(lambda title, text: told.append((title, text)))
        await until(room.window.isActiveWindow)
        room.window.hide()
        await until(lambda: QApplication.activeWindow() is None)
        room.desk.begin(demo_plan())
        dialog = await room.question()
        assert room.window.windowTitle().startswith("● 1 question — ")
        assert room.window.windowTitle().endswith(" — Troupe")
        answer(dialog)
        await until(lambda: not room.session.going, 60)
        await until(lambda: "●" not in room.window.windowTitle())
        await until(lambda: len(told) == 2)
        assert [title.partition(":")[2] for title, _ in told] == [" the team asks", ""]
        assert told[1][1].startswith("The run succeeded.")

    play(scene)


@pytest.mark.skipif(sys.platform != "linux", reason="notify-send is Linux's")
def test_a_desktop_without_a_tray_is_told_by_its_own_program(
    play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "bin" / "notify-send", tmp_path / "told"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {told}.new && mv {told}.new {told}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    async def scene(room: Room) -> None:
        room.window.hide()
        await until(lambda: QApplication.activeWindow() is None)
        room.desk._attention._call("Shares: the team asks", "Who is paid first?")
        await until(told.is_file)
        assert told.read_text().endswith("|--|Shares: the team asks|Who is paid first?|")

    play(scene)


def test_nobody_is_called_who_is_here_or_does_not_want_it(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        told: list[str] = []
        room.desk._attention.notified.connect(lambda title, text: told.append(title))
        room.window.activateWindow()
        await until(room.window.isActiveWindow)
        room.desk._attention._call("a", "b")
        assert told == []
        room.window.hide()
        await until(lambda: QApplication.activeWindow() is None)
        room.desk._attention._call("a", "b")
        assert told == ["a"]
        room.settings.notifications = False
        room.desk._attention._call("a", "b")
        assert told == ["a"]

    play(scene)


# --- the composer ----------------------------------------------------------------------------------


def test_earlier_messages_come_back_with_the_arrows(play, qtbot: QtBot) -> None:
    async def scene(room: Room) -> None:
        composer = room.window.page.composer
        composer.set_going(True)
        said: list[str] = []
        composer.said.connect(lambda text, to: said.append(text))
        for text, keys in (
            ("one", Qt.KeyboardModifier.ControlModifier),
            ("two\nlines", Qt.KeyboardModifier.NoModifier),
        ):
            composer.text.setPlainText(text)
            qtbot.keyClick(composer.text, Qt.Key.Key_Return, keys)
        assert said == ["one", "two\nlines"]
        composer.text.setPlainText("three")
        qtbot.keyClick(composer.text, Qt.Key.Key_Up)
        assert composer.text.toPlainText() == "two\nlines"
        qtbot.keyClick(composer.text, Qt.Key.Key_Up)
        assert composer.text.toPlainText() == "two\nlines", "it goes to the first line first"
        qtbot.keyClick(composer.text, Qt.Key.Key_Up)
        assert composer.text.toPlainText() == "one"
        qtbot.keyClick(composer.text, Qt.Key.Key_Down)
        qtbot.keyClick(composer.text, Qt.Key.Key_Down)
        assert composer.text.toPlainText() == "three"

    play(scene)
