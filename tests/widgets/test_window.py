"""The whole window over a real studio: the demo's team builds its project without a model server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFrame,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agents.models.demo import demo_plan
from agents.plan import Plan
from app.background import Background
from app.dialogs.clarification import ClarificationDialog
from app.dialogs.error import ErrorDialog
from app.settings import WindowSettings
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.run_page import RunPage
from app.window import TITLE_BAR, MainWindow
from tests.support.past import remember
from tests.support.qtloop import until
from tests.support.room import Room, Scene, answer, carry_out, shown

BARS = 60
NAMED_BY_OWNER = (QComboBox, QAbstractSpinBox, QLineEdit, QFrame)
"""What is inside of these is spoken of by their own name; a list that drops down is in a frame."""
SIZE = (798, 600)
"""Within the offscreen platform's screen, which a remembered window is fitted into."""


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scene], None]:
    """Carries a scene out in a new room."""
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("TROUPE_OLLAMA", str(tmp_path / "no-ollama"))

    return lambda scene: carry_out(qtbot, tmp_path, scene)


def test_a_demo_from_its_question_to_its_end_is_the_same_when_opened_again(play) -> None:
    async def scene(room: Room) -> None:
        actions, page = room.window.commands, room.window.page
        actions.demo.trigger()
        dialog = await room.question()
        assert not actions.run.isEnabled()
        assert actions.pause.isEnabled()
        assert page.composer.text.isEnabled()
        dialog.reject()
        assert page.notice._buttons[0].text() == "Answer"
        page.notice._buttons[0].click()
        answer(await room.question())
        session = room.session
        await until(lambda: not session.going, 60)
        await until(lambda: actions.run.text() == "Run again")
        assert session.state.run.state == "succeeded"
        assert page.notice.isHidden()
        assert page.artifacts.tests.count == "7/7"
        live = session.state
        stored = RunState.replayed(room.studio.store.events(session.number))
        assert stored == live
        actions.home.trigger()
        assert room.window.pages.currentWidget() is room.window.welcome
        room.desk.open(session.number)
        await until(lambda: room.controller.current is not None)
        assert room.session.state == live
        assert room.window.pages.currentWidget() is page
        assert room.window.projects.current() == session.number

    play(scene)


def test_stop_and_continue(play) -> None:
    async def scene(room: Room) -> None:
        actions = room.window.commands
        room.desk.begin(demo_plan())
        await room.question()
        session = room.session
        actions.stop.trigger()
        await until(lambda: not session.going)
        await until(lambda: not shown(ClarificationDialog))
        await until(lambda: actions.run.text() == "Continue" and actions.run.isEnabled())
        assert session.state.run.state == "stopped"
        assert not room.window.page.notice.isHidden()
        actions.run.trigger()
        answer(await room.question())
        await until(lambda: session.state.run.state == "succeeded", 60)

    play(scene)


def test_pause_and_go_on(play) -> None:
    async def scene(room: Room) -> None:
        actions = room.window.commands
        room.desk.begin(demo_plan())
        dialog = await room.question()
        actions.pause.trigger()
        assert room.session.paused
        await until(lambda: room.session.state.run.state == "paused")
        assert actions.run.text() == "Go on"
        answer(dialog)
        await asyncio.sleep(0.2)
        assert room.session.going
        actions.run.trigger()
        await until(lambda: room.session.state.run.state == "succeeded", 60)

    play(scene)


def test_a_live_run_goes_on_while_another_is_shown(play) -> None:
    async def scene(room: Room) -> None:
        await remember(room.studio.store)
        room.controller.listed.emit()
        room.desk.begin(demo_plan())
        dialog = await room.question()
        live = room.session
        room.desk.open(1)
        await until(lambda: room.session is not live)
        assert room.session.number == 1
        assert room.window.commands.run.text() == "Continue"
        assert "not going on" in room.window.page.notice.title.text()
        answer(dialog)
        await until(lambda: not live.going, 60)
        assert room.session.number == 1
        assert [row.state for row in room.controller.runs()].count("succeeded") == 2

    play(scene)


def test_coming_back_to_a_live_run_finds_its_question(play) -> None:
    async def scene(room: Room) -> None:
        await remember(room.studio.store)
        room.desk.begin(demo_plan())
        (await room.question()).reject()
        live = room.session
        room.desk.open(1)
        await until(lambda: room.session is not live)
        assert not room.window.commands.answer.isEnabled()
        room.window.projects.chosen.emit(live.number)
        await until(lambda: room.session is live)
        room.window.commands.answer.trigger()
        answer(await room.question())
        await until(lambda: not live.going, 60)

    play(scene)


def test_what_is_said_reaches_the_run(play) -> None:
    async def scene(room: Room) -> None:
        room.desk.begin(demo_plan())
        dialog = await room.question()
        room.window.page.composer.text.setPlainText("Be polite.")
        room.window.page.composer._say()
        events = room.studio.store.events
        await until(lambda: any(s.event.kind == "user_stepped" for s in events(room.session.number)))
        answer(dialog)
        await until(lambda: not room.session.going, 60)

    play(scene)


def test_a_run_that_cannot_begin_is_told(play) -> None:
    async def scene(room: Room) -> None:
        room.desk.begin(Plan(idea="Something else", demo=True))
        await until(lambda: isinstance(QApplication.activeModalWidget(), ErrorDialog))
        dialog = QApplication.activeModalWidget()
        assert room.controller.current is None
        dialog.close()

    play(scene)


def test_a_failure_leaves_the_new_project_dialog_as_it_is(play) -> None:
    async def scene(room: Room) -> None:
        room.window.commands.new.trigger()
        dialog = room.desk._projects.dialog
        assert dialog is not None
        dialog.idea.setPlainText("A game")
        dialog._submit()
        await until(lambda: not dialog._failure.isHidden())
        assert dialog.idea.toPlainText() == "A game"
        assert dialog._start.isEnabled()
        dialog.reject()
        assert room.desk._projects.dialog is None

    play(scene)


def test_without_a_server_the_welcome_page_says_what_to_do(play) -> None:
    async def scene(room: Room) -> None:
        await until(lambda: "not installed" in room.window.welcome.first.server.text())
        assert "install" in room.window.welcome.first.command.text()
        assert "not installed" in room.window.status.server.text()

    play(scene)


def test_the_layout_is_remembered(play, qtbot: QtBot, tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        room.window.resize(*SIZE)
        room.window.page.artifacts.split.setSizes([100, 100, 300])
        sizes = room.window.page.artifacts.split.saveState()
        room.window.close()
        assert room.window.isVisible(), "it waits until what is going on has been stopped"
        source = ThemeSource("light")
        again = MainWindow(source, WindowSettings(room.studio.home))
        again.furnish(RunPage(source, Background()))
        qtbot.addWidget(again, before_close_func=lambda _: again.let_go())
        assert (again.width(), again.height()) == SIZE
        assert again.page.artifacts.split.saveState() == sizes
        room.window.let_go()
        assert not room.window.isVisible()

    play(scene)


def test_the_window_fits_on_a_small_screen(play) -> None:
    async def scene(room: Room) -> None:
        await until(lambda: "not installed" in room.window.welcome.first.server.text())
        for page in range(room.window.pages.count()):
            least = room.window.pages.widget(page).minimumSizeHint()
            assert least.height() <= 540 - TITLE_BAR - BARS, type(room.window.pages.widget(page))
        assert room.window.minimumSizeHint().height() <= 540 - TITLE_BAR

    play(scene)


def test_every_button_and_field_can_be_reached_and_has_a_name(play) -> None:
    async def scene(room: Room) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

        for button in room.window.findChildren(QToolButton):
            if button.parent().metaObject().className() == "QLineEdit":
                continue
            assert button.text() or button.accessibleName(), button
        for kind in (QComboBox, QPlainTextEdit):
            for field in room.window.findChildren(kind):
                assert field.accessibleName(), field
        assert room.window.projects.search.accessibleName()
        assert room.window.projects.search.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert all(button.focusPolicy() for button in room.window.findChildren(QPushButton))
        assert room.window.findChildren(QLineEdit)

    play(scene)


def test_the_opening_of_a_long_run_tells_how_far_it_is_and_can_be_given_up(
    play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.controller.SLICE", 5)

    async def scene(room: Room) -> None:
        await remember(room.studio.store)
        loading, told = room.window.loading, list[tuple[int, int]]()
        room.controller.read.connect(lambda done, of: told.append((done, of)))
        await room.controller.open(3)
        told.clear()
        room.desk.open(1)
        await until(lambda: told)
        await until(lambda: room.session.number == 1)
        whole = room.studio.store.last_event(1)
        assert loading.bar.maximum() == whole
        assert told[-1] == (whole, whole)
        room.desk.open(3)
        room.controller.opening.connect(lambda _: loading.cancel.click())
        await until(lambda: room.window.pages.currentWidget() is room.window.page)
        await asyncio.sleep(0.1)
        assert room.session.number == 1

    play(scene)


def test_whatever_takes_the_focus_has_a_name(play) -> None:
    def unnamed(root: QWidget) -> list[str]:
        found = []
        for widget in root.findChildren(QWidget):
            own = type(widget).__module__.startswith("app.") or not isinstance(
                widget.parent(), NAMED_BY_OWNER
            )
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if not takes or not own or not widget.isEnabled() or widget.objectName().startswith("qt_"):
                continue
            words = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not widget.accessibleName() and not words and not widget.isHidden():
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
        return found

    async def scene(room: Room) -> None:
        room.window.commands.demo.trigger()
        dialog = await room.question()
        assert unnamed(dialog) == []
        answer(dialog)
        await until(lambda: not room.session.going, 60)
        assert unnamed(room.window) == []
        for name in ("new", "settings", "shortcuts", "models", "problems", "about", "branch"):
            room.window.commands.named()[name].trigger()
            await until(lambda: shown(QDialog))
            for opened in shown(QDialog):
                assert unnamed(opened) == [], name
                opened.reject()
            await until(lambda: not shown(QDialog))

    play(scene)


def test_the_focus_stays_in_the_row_whose_button_was_disabled(play) -> None:
    async def scene(room: Room) -> None:
        actions, window = room.window.commands, room.window
        room.desk.begin(demo_plan())
        (await room.question()).reject()
        buttons = {button.defaultAction(): button for button in window.toolbar.findChildren(QToolButton)}
        buttons[actions.stop].setFocus(Qt.FocusReason.TabFocusReason)
        actions.stop.trigger()
        await until(lambda: not actions.stop.isEnabled())
        assert window.focusWidget() is buttons[actions.run], "a second press goes back, not on"

    play(scene)


def test_no_frame_stands_in_a_page_that_came_by_itself(play) -> None:
    async def scene(room: Room) -> None:
        window = room.window
        window.welcome.demo.setFocus(Qt.FocusReason.MouseFocusReason)
        window.welcome.demo.click()
        (await room.question()).reject()
        assert window.focusWidget() is window.page.transcript
        window.page.notice._buttons[0].setFocus(Qt.FocusReason.MouseFocusReason)
        window.commands.stop.trigger()
        await until(lambda: not room.session.going)
        assert not window.page.chain.hasFocus()
        window.page.composer.text.setFocus()
        window.page.chain.setFocus()
        window.focusNextChild()
        assert not window.page.chain.hasFocus(), "Tab goes on as ever"

    play(scene)


def test_a_page_that_hides_the_run_is_left_by_its_key_by_the_list_and_by_what_belongs_to_the_run(
    play,
) -> None:
    async def scene(room: Room) -> None:
        await remember(room.studio.store)
        room.controller.listed.emit()
        await room.controller.open(1)
        window, actions = room.window, room.window.commands
        pages, benches = window.pages, room.desk._benching.view

        def hidden() -> bool:
            actions.bench.trigger()
            return pages.currentWidget() is benches

        assert hidden()
        assert window.focusWidget() is benches.new, "there are no benches yet"
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
        assert pages.currentWidget() is window.page
        assert hidden()
        index = window.projects._model.index_of(1)
        window.projects.list.clicked.emit(index)
        assert pages.currentWidget() is window.page
        for action in (actions.find, actions.figures):
            assert hidden()
            action.trigger()
            assert pages.currentWidget() is window.page

    play(scene)
