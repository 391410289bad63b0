"""The list of projects over a real store: search, rename, duplicate, delete and undo, export, import."""

from __future__ import annotations

import asyncio
import time
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from dulwich.repo import Repo
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from agents.errors import RunNotFound
from agents.models.demo import demo_plan
from agents.plan import Plan
from agents.studio import Studio
from app.background import Background
from app.controller import Controller
from app.dialogs.company_field import Companies
from app.dialogs.new_project import NewProjectDialog
from app.project_talk import LAST_PLAN, ProjectTalk
from app.qtmodels.runs import HIT_ROLE
from app.settings import WindowSettings
from app.shelf import Shelf
from app.theme import ThemeSource
from app.views.projects import EXPORTS
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.past import remember
from tests.support.qtloop import drive, until
from tests.support.story import gomoku

NO_COMPANIES = Companies(lambda: [], lambda name: (), lambda name, over, kept: None)


class Room:
    """A window with three stored runs; what the desk otherwise does with them is done here in short."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.settings = WindowSettings(home)
        self.background = Background()
        source = ThemeSource("light", reduce_motion=True)
        self.window = MainWindow(source, self.settings)
        self.window.furnish(RunPage(source, self.background))
        qtbot.addWidget(self.window, before_close_func=lambda _: self.window.let_go())
        self.studio = Studio.open(home)
        self.controller = Controller(self.studio, self.background, self.window)
        self.told: list[BaseException] = []
        self.talk = ProjectTalk(self.window, self.controller, self.settings, self.background, NO_COMPANIES)
        self.controller.listed.connect(self.list_runs)
        self.controller.shown.connect(self.show)
        self.window.projects.chosen.connect(lambda run: self.background.start(self.controller.open(run)))
        self.shelf = self.new_shelf()
        self.window.show()

    def new_shelf(self) -> Shelf:
        return Shelf(
            self.window, self.controller, self.settings, self.background, self.talk, self.told.append
        )

    def list_runs(self) -> None:
        self.window.projects.show_runs(self.controller.runs())

    def show(self, session: object) -> None:
        current = self.controller.current
        if current is not None:
            self.window.page.show_state(current.state, self.studio.store.blob)
        self.window.pages.setCurrentWidget(self.window.page if current else self.window.welcome)
        self.window.projects.mark(current.number if current else 0)

    @property
    def dialog(self) -> NewProjectDialog:
        assert self.talk.dialog is not None
        return self.talk.dialog

    def names(self) -> list[str]:
        return [row.project_name for row in self.controller.runs()]

    async def close(self) -> None:
        self.background.cancel()
        await self.background.ended()
        await self.studio.close()


Play = Callable[[Callable[[Room], Awaitable[None]]], None]


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Carries a scene out in a room with three stored runs."""
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    def carry_out(scene: Callable[[Room], Awaitable[None]]) -> None:
        async def whole() -> None:
            room = Room(qtbot, tmp_path / "home")
            try:
                await remember(room.studio.store)
                room.list_runs()
                await scene(room)
            finally:
                await room.close()

        drive(whole())

    return carry_out


@pytest.fixture
def shown_in_file_manager(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was asked to be shown outside; nothing is."""
    opened: list[Path] = []

    def note(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return opened


def test_a_message_is_searched_for_and_opened_in_its_place(play: Play) -> None:
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
        session = await room.controller.start(demo_plan())
        room.window.projects.deleted.emit([session.number])
        await until(lambda: room.told)
        assert "carried out" in str(room.told[0])
        assert session.number in [row.id for row in room.controller.runs()]
        await room.controller.stop(session)
        await until(lambda: not session.going)

    play(scene)


def test_a_duplicate_starts_from_the_same_plan_in_a_folder_of_its_own(play: Play) -> None:
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
        room.talk.ask()
        assert room.dialog.plan() == Plan(idea="", options=room.dialog.plan().options)
        room.dialog.reject()
        plan = Plan(
            idea="Chess", name="N", out="/x", permission="never", roles={"Programmer": "p"}, model="m"
        )
        room.talk._remember(plan)
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


def test_the_folder_is_shown_or_missed(play: Play, tmp_path: Path, shown_in_file_manager: list[Path]) -> None:
    async def scene(room: Room) -> None:
        room.window.projects.folder_opened.emit(1)
        assert "not there any more" in str(room.told[0])
        project = room.studio.store.create_project("Here", str(tmp_path))
        run = room.studio.store.create_run(project, idea="i", workflow="w", model="m", settings="{}")
        room.window.projects.folder_opened.emit(run)
        assert shown_in_file_manager == [tmp_path]

    play(scene)


@pytest.mark.parametrize("kind", list(EXPORTS))
def test_a_run_is_exported_and_shown(
    play: Play, tmp_path: Path, kind: str, shown_in_file_manager: list[Path]
) -> None:
    async def scene(room: Room) -> None:
        bar = room.window.projects.export_bar
        to = tmp_path / "out" / "gomoku"
        row = room.studio.store.run(1)
        picker = room.shelf.exports.ask([row], kind)
        assert picker.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        picker.fileSelected.emit(str(to))
        picker.reject()
        await until(lambda: bar.button.text() == "Show")
        assert room.told == []
        assert not bar.progress.isVisible()
        bar.button.click()
        assert shown_in_file_manager == [to if to.is_dir() else to.parent]
        assert room.settings.text("export_folder") == str(to.parent)
        check(kind, to)

    play(scene)


def test_several_runs_are_exported_into_one_folder(
    play: Play, tmp_path: Path, shown_in_file_manager: list[Path]
) -> None:
    async def scene(room: Room) -> None:
        bar, folder = room.window.projects.export_bar, tmp_path / "out"
        folder.mkdir()
        rows = [room.studio.store.run(number) for number in (3, 1, 1)]
        picker = room.shelf.exports.ask(rows, "transcript")
        assert picker.fileMode() == QFileDialog.FileMode.Directory
        picker.fileSelected.emit(str(folder))
        picker.reject()
        await until(lambda: bar.text.text() == "3 runs exported")
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["Gomoku game 1.md", "Gomoku game.md", "Tetris.md"]
        bar.button.click()
        assert shown_in_file_manager == [folder]

    play(scene)


def test_several_runs_are_deleted_and_come_back_together(play: Play) -> None:
    async def scene(room: Room) -> None:
        view = room.window.projects
        await room.controller.open(1)
        view.deleted.emit([3, 1])
        await until(lambda: room.names() == ["Todo list"] and not view.undo_bar.isHidden())
        assert view.undo_bar.text.text() == "Deleted 2 runs"
        view.undo_bar.button.click()
        await until(lambda: len(room.names()) == 3 and room.controller.current is not None)
        assert room.controller.current.number == 1

    play(scene)


def check(kind: str, to: Path) -> None:
    if kind == "folder":
        assert any(to.rglob("*.py"))
    elif kind == "zip":
        assert zipfile.ZipFile(to).namelist()
    elif kind == "git":
        with Repo(str(to)) as repository:
            assert len(list(repository.get_walker())) == 1
    elif kind == "transcript":
        assert to.read_text(encoding="utf-8").startswith("# Gomoku")
    else:
        assert '"kind"' in to.read_text(encoding="utf-8").splitlines()[0]


def test_an_existing_file_is_replaced_and_a_full_folder_refused(play: Play, tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        bar, row = room.window.projects.export_bar, room.studio.store.run(1)
        (tmp_path / "gomoku.md").write_text("old")
        room.shelf.exports.begin(row, "transcript", tmp_path / "gomoku.md")
        await until(lambda: bar.button.text() == "Show")
        assert (tmp_path / "gomoku.md").read_text(encoding="utf-8").startswith("# Gomoku")
        assert not (tmp_path / ".gomoku.md.new").exists()
        room.shelf.exports.begin(row, "git", tmp_path)
        await until(lambda: room.told)
        assert "not empty" in str(room.told[0])
        assert bar.isHidden()

    play(scene)


def test_an_export_is_cancelled(play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import exporting

    def endless(store: object, run: int, to: Path, progress: Callable[[int, int], None]) -> None:
        for done in range(2_000):
            progress(done, 4_000)
            time.sleep(0.005)

    async def scene(room: Room) -> None:
        bar, row = room.window.projects.export_bar, room.studio.store.run(1)
        room.shelf.exports.begin(row, "zip", tmp_path / "gomoku.zip")
        await until(lambda: bar.progress.value() > 0)
        bar.button.click()
        await until(lambda: "cancelled" in bar.text.text())
        assert bar.button.isHidden()

    kind = exporting.ExportKind("t", ".zip", endless)
    monkeypatch.setitem(exporting.KINDS, "zip", kind)
    play(scene)


def test_a_message_of_a_run_that_is_gone_is_told(play: Play) -> None:
    async def scene(room: Room) -> None:
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
    async def scene(room: Room) -> None:
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
