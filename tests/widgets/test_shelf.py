"""The list of projects over a real store: search, rename, duplicate, delete and undo, open a folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from agents.errors import RunNotFound
from agents.models.demo import demo_plan
from agents.plan import Plan
from app.project_talk import LAST_PLAN
from app.qtmodels.runs import HIT_ROLE
from tests.support.qtloop import until
from tests.support.shelf import Play, ShelfRoom, player
from tests.support.story import gomoku


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return player(qtbot, tmp_path / "home", monkeypatch)


def test_a_message_is_searched_for_and_opened_in_its_place(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        view = room.window.projects
        room.window.resize(1200, 420)
        said = next(s for s in gomoku().events if s.event.kind == "message_completed")
        view.search.setText(" ".join(said.event.text.split()[:3]))
        await until(lambda: view.list.model().rowCount(view.list.model().index(0, 0)))
        hit = view.list.model().index(0, 0, view.list.model().index(0, 0))
        found = hit.data(HIT_ROLE)
        assert (found.run, found.seq) == (1, said.seq)
        view.list.clicked.emit(hit)
        transcript = room.window.page.transcript
        await until(lambda: room.controller.current is not None and transcript._current >= 0)
        entry = room.controller.current.state.transcript.entries[transcript._current]
        assert entry.seq == said.seq
        transcript._current = -1
        view.list.clicked.emit(hit)
        await until(lambda: transcript._current >= 0)
        view.search.setText("no such words anywhere")
        await until(lambda: view._stack.empty._title.text() == "Nothing found")

    play(scene)


def test_a_project_gets_another_name_everywhere(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        await room.controller.open(1)
        room.window.projects.renamed.emit(room.studio.store.run(1).project, "Five in a row")
        await until(lambda: "Five in a row" in room.names())
        await until(lambda: room.controller.current.state.run.project == "Five in a row")
        room.controller.show(None)
        session = await room.controller.open(1)
        assert session.state.run.project == "Five in a row"
        assert room.told == []

    play(scene)


def test_a_deleted_run_can_be_brought_back(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        view, undo = room.window.projects, room.window.commands.undo
        await room.controller.open(1)
        assert not undo.isEnabled()
        view.deleted.emit([1])
        await until(lambda: "Gomoku game" not in room.names())
        await until(lambda: room.controller.current is None)
        assert view.undo_bar.text.text() == "Deleted “Gomoku game”"
        view.deleted.emit([2])
        await until(lambda: len(room.names()) == 1)
        undo.trigger()
        await until(lambda: len(room.names()) == 2)
        view.undo_bar.button.click()
        await until(lambda: len(room.names()) == 3)
        await until(lambda: room.controller.current is not None)
        assert room.controller.current.number == 1
        assert view.undo_bar.isHidden()
        assert not undo.isEnabled()

    play(scene)


def test_what_was_deleted_is_gone_after_the_next_start(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        view = room.window.projects
        view.deleted.emit([1])
        await until(lambda: not view.undo_bar.isHidden())
        view.undo_bar._expire()
        assert not room.window.commands.undo.isEnabled()
        assert room.studio.store.run(1).id == 1
        room.new_shelf()

        def gone() -> bool:
            try:
                room.studio.store.run(1)
            except RunNotFound:
                return True
            return False

        await until(gone)

    play(scene)


def test_a_run_that_goes_on_is_not_deleted(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        session = await room.controller.start(demo_plan())
        room.window.projects.deleted.emit([session.number])
        await until(lambda: room.told)
        assert "carried out" in str(room.told[0])
        assert session.number in [row.id for row in room.controller.runs()]
        await room.controller.stop(session)
        await until(lambda: not session.going)

    play(scene)


def test_a_duplicate_starts_from_the_same_plan_in_a_folder_of_its_own(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        store = room.studio.store
        plan = Plan(
            idea="Chess",
            name="Old name",
            out="/somewhere",
            permission="ask",
            roles={"Programmer": "coder:7b"},
            max_tokens=90_000,
            max_minutes=0.5,
            num_ctx=16_384,
            think=False,
            model="m",
        )
        project = store.create_project("New name", "/somewhere")
        run = store.create_run(project, idea="Chess", workflow="chatdev", model="m", settings=plan.to_json())
        room.window.projects.duplicated.emit(run)
        made = room.dialog.plan()
        assert (made.name, made.out, made.idea) == ("New name", "", "Chess")
        assert (made.roles, made.permission) == (plan.roles, "ask")
        assert (made.max_tokens, made.max_minutes) == (90_000, 0.5)
        assert (made.num_ctx, made.think, made.model) == (16_384, False, "m")
        room.dialog.reject()

    play(scene)


def test_a_folder_is_opened_for_an_incremental_project(play: Play, tmp_path: Path) -> None:
    async def scene(room: ShelfRoom) -> None:
        folder = tmp_path / "my program"
        folder.mkdir()
        picker = room.shelf.open_folder()
        picker.fileSelected.emit(str(folder))
        picker.reject()
        plan = room.dialog.plan()
        assert (plan.out, plan.existing, plan.name) == (str(folder), True, "my program")
        assert "change" in room.dialog._asked.text()
        room.dialog.reject()
        room.window.commands.open.trigger()
        assert isinstance(QApplication.activeModalWidget(), QFileDialog)
        QApplication.activeModalWidget().reject()

    play(scene)


def test_how_the_last_run_was_carried_out_is_remembered(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        room.talk.ask()
        assert room.dialog.plan() == Plan(idea="", options=room.dialog.plan().options)
        room.dialog.reject()
        plan = Plan(
            idea="Chess", name="N", out="/x", permission="never", roles={"Programmer": "p"}, model="m"
        )
        room.talk._last.remember(plan)
        room.talk.ask()
        again = room.dialog.plan()
        assert (again.permission, again.roles, again.model) == ("never", {"Programmer": "p"}, "m")
        assert (again.idea, again.name, again.out) == ("", "", "")
        room.dialog.reject()
        for damaged in ("", "{", "3", '"options": 3}', '"options": {"review_rounds": "x"}}'):
            room.settings.set_text(LAST_PLAN, f'{{"idea": "", {damaged}' if damaged else damaged)
            room.talk.ask()
            assert room.dialog.plan().permission == "auto"
            room.dialog.reject()

    play(scene)


def test_several_runs_are_deleted_and_come_back_together(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        view = room.window.projects
        await room.controller.open(1)
        view.deleted.emit([3, 1])
        await until(lambda: room.names() == ["Todo list"] and not view.undo_bar.isHidden())
        assert view.undo_bar.text.text() == "Deleted 2 runs"
        view.undo_bar.button.click()
        await until(lambda: len(room.names()) == 3 and room.controller.current is not None)
        assert room.controller.current.number == 1

    play(scene)


def test_a_message_of_a_run_that_is_gone_is_told(play: Play) -> None:
    async def scene(room: ShelfRoom) -> None:
        await room.controller.open(2)
        room.studio.store.delete_run(1)
        room.window.projects.found.emit(1, 5)
        await until(lambda: room.told)
        await asyncio.sleep(0)
        assert isinstance(room.told[0], RunNotFound)
        assert room.window.pages.currentWidget() is room.window.page
        await until(lambda: 1 not in [row.id for row in room.controller.runs()])

    play(scene)


def test_del_deletes_and_ctrl_z_brings_back(play: Play, qtbot: QtBot) -> None:
    async def scene(room: ShelfRoom) -> None:
        room.window.activateWindow()
        await until(room.window.isActiveWindow)
        tree = room.window.projects.list
        tree.setFocus()
        room.window.projects.mark(3)
        qtbot.keyClick(tree, Qt.Key.Key_Delete)
        await until(lambda: "Tetris" not in room.names() and room.window.commands.undo.isEnabled())
        qtbot.keyClick(tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: "Tetris" in room.names())

    play(scene)
