"""What leaves the list of projects: folders shown outside, and runs exported in each form."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.repo import Repo
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.views.projects import EXPORTS
from tests.support.qtloop import until
from tests.support.shelf import Play, ShelfRoom, player


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return player(qtbot, tmp_path / "home", monkeypatch)


@pytest.fixture
def shown_in_file_manager(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was asked to be shown outside; nothing is."""
    opened: list[Path] = []

    def note(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return opened


def test_the_folder_is_shown_or_missed(play: Play, tmp_path: Path, shown_in_file_manager: list[Path]) -> None:
    async def scene(room: ShelfRoom) -> None:
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
    async def scene(room: ShelfRoom) -> None:
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
    async def scene(room: ShelfRoom) -> None:
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
    async def scene(room: ShelfRoom) -> None:
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

    async def scene(room: ShelfRoom) -> None:
        bar, row = room.window.projects.export_bar, room.studio.store.run(1)
        room.shelf.exports.begin(row, "zip", tmp_path / "gomoku.zip")
        await until(lambda: bar.progress.value() > 0)
        bar.button.click()
        await until(lambda: "cancelled" in bar.text.text())
        assert bar.button.isHidden()

    kind = exporting.ExportKind("t", ".zip", endless)
    monkeypatch.setitem(exporting.KINDS, "zip", kind)
    play(scene)
