"""Replay and comparison in the whole window, over stored runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.replay import Replay
from app.state.all import RunState
from app.state.entries import MessageEntry
from tests.support.past import remember
from tests.support.qtloop import drive, until
from tests.widgets.test_window import Room

Play = Callable[[Callable[[Room], Awaitable[None]]], None]


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Carries a scene out in a room with three stored runs; run 1 has the longest story."""
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    def carry_out(scene: Callable[[Room], Awaitable[None]]) -> None:
        async def whole() -> None:
            room = Room(qtbot, tmp_path)
            try:
                await remember(room.studio.store)
                room.controller.listed.emit()
                room.desk.open(1)
                await until(lambda: room.controller.current is not None)
                await scene(room)
            finally:
                await room.close()

        drive(whole())

    return carry_out


async def begun(room: Room) -> Replay:
    """A replay of the run that is shown, standing still at its beginning."""
    replaying = room.desk._replaying
    room.window.commands.replay.trigger()
    await until(lambda: replaying.replay is not None)
    assert replaying.replay is not None
    replaying.replay.pause()
    replaying.replay.go_to(1)
    return replaying.replay


def test_the_whole_window_follows_a_replay_and_comes_back(play: Play) -> None:
    async def scene(room: Room) -> None:
        page, session, present = room.window.page, room.session, room.session.state
        assert not page.notice.isHidden()  # it was interrupted
        assert not any(agent.at_work for agent in present.hierarchy.agents.values())
        assert present.chain.phases[present.chain.open[-1]].state == "interrupted"
        replay = await begun(room)
        bar = page.replay_bar
        assert bar.isVisible()
        assert page.composer.isHidden()
        assert page.notice.isHidden()
        assert session.replaying
        assert session.state is replay.state
        assert not session.state.files.commits
        bar.slider.setValue(bar.slider.maximum())
        await until(lambda: replay.at_end)
        assert session.state == RunState.replayed(room.studio.store.events(session.number))
        assert "Modification" in bar.facts.text()
        bar.slider.setValue(30)
        await until(lambda: replay.position == 30)
        events = list(room.studio.store.events(session.number, upto=30))
        assert session.state == RunState.replayed(events)
        assert page.chain.phases == list(session.state.chain.roots)
        assert len(page.artifacts.files._state.files.present) == len(session.state.files.present)
        page.setFocus()
        QTest.keyClick(page, Qt.Key.Key_Escape)
        await until(lambda: room.desk._replaying.replay is None)
        assert session.state is present
        assert not session.replaying
        assert bar.isHidden()
        assert not page.composer.isHidden()
        assert not page.notice.isHidden()

    play(scene)


def test_a_replay_is_played_with_the_keyboard(play: Play) -> None:
    async def scene(room: Room) -> None:
        replay = await begun(room)
        bar = room.window.page.replay_bar
        bar.setFocus()
        QTest.keyClick(bar, Qt.Key.Key_Space)
        assert replay.playing
        assert bar.play.toolTip().startswith("Pause")
        QTest.keyClick(bar, Qt.Key.Key_Space)
        assert not replay.playing
        replay.go_to(1)
        QTest.keyClick(bar, Qt.Key.Key_Right)
        QTest.keyClick(bar, Qt.Key.Key_Right)
        assert replay.state.figures.total.messages == 2
        QTest.keyClick(bar, Qt.Key.Key_Left)
        assert replay.state.figures.total.messages == 1
        assert bar.slider.value() == replay.position
        bar.speed.setCurrentIndex(bar.speed.findData(50))
        bar.speed.activated.emit(bar.speed.currentIndex())
        assert replay.speed == 50
        room.window.commands.replay.trigger()
        assert room.desk._replaying.replay is None
        assert (await begun(room)).speed == 50  # it is remembered

    play(scene)


def test_a_replay_begins_at_a_message_of_the_conversation(play: Play) -> None:
    async def scene(room: Room) -> None:
        session, replaying = room.session, room.desk._replaying
        index = next(
            place
            for place, entry in enumerate(session.state.transcript.entries)
            if isinstance(entry, MessageEntry) and entry.speaker == "ceo/cto/programmer"
        )
        seq = session.state.transcript.seqs[index]
        menu = QMenu()
        replaying._offer(menu, index)
        menu.actions()[0].trigger()
        await until(lambda: replaying.replay is not None)
        assert replaying.replay is not None
        replaying.replay.pause()
        assert seq <= replaying.replay.state.seq <= seq + 3
        replaying.begin_at(session, 5)
        assert replaying.replay.state.seq == 5

    play(scene)


def test_another_run_ends_the_replay(play: Play) -> None:
    async def scene(room: Room) -> None:
        await begun(room)
        room.desk.open(3)
        await until(lambda: room.session.number == 3)
        assert room.desk._replaying.replay is None
        assert room.window.page.replay_bar.isHidden()
        assert room.session.state.run.project == "Tetris"

    play(scene)


def test_runs_are_compared_beside_the_one_that_is_shown(play: Play) -> None:
    async def scene(room: Room) -> None:
        view, pages = room.desk._comparing.view, room.window.pages
        room.window.projects.compared.emit([3])
        assert pages.currentWidget() is view
        assert view.numbers() == [3, 1]
        await until(lambda: view.table.cells.columnCount() == 3)
        header = view.table.cells.headerData(2, Qt.Orientation.Horizontal)
        assert str(header).startswith("Gomoku")
        view.check(2, True)
        await until(lambda: view.table.cells.columnCount() == 4)
        view.check(1, False)
        await until(lambda: view.table.cells.columnCount() == 3)
        assert not view.progress.text()
        view.leave.click()
        assert pages.currentWidget() is room.window.page
        room.window.commands.compare.trigger()
        await until(lambda: view.table.cells.columnCount() == 2)
        room.window.commands.compare.trigger()
        assert pages.currentWidget() is room.window.page

    play(scene)


def test_the_focus_of_a_replay_that_is_left_rests_in_the_conversation(play: Play) -> None:
    async def scene(room: Room) -> None:
        page = room.window.page
        await begun(room)
        assert page.replay_bar.isAncestorOf(room.window.focusWidget())
        page.replay_left.emit()
        assert page.replay_bar.isHidden()
        assert room.window.focusWidget() is page.transcript

    play(scene)
