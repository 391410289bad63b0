from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.models.demo import demo_plan
from app.dialogs.error import ErrorDialog
from app.dialogs.frame import DialogFrame
from app.dialogs.new_project import NewProjectDialog
from app.window import USUAL_SIZE
from app.wiring import Application
from tests.support.qtloop import drive, until
from tests.support.room import shown


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")


def test_closing_the_window_stops_the_run_and_keeps_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    hook = sys.excepthook

    async def play() -> None:
        application = Application(qapp, tmp_path)
        qtbot.addWidget(application.window, before_close_func=lambda _: application.window.let_go())
        task = asyncio.create_task(application.run(demo_plan()))
        await until(lambda: application.studio is not None and application.studio.live)
        number = application.studio.live[0].number
        application.window.close()
        assert await task == 0
        assert not application.window.isVisible()
        from agents.store.store import Store

        store = Store.open(tmp_path / "troupe.db")
        row = store.run(number)
        store.close()
        assert (row.state, row.driven) == ("stopped", False)

    drive(play())
    assert sys.excepthook is hook


def test_what_is_clicked_before_everything_is_loaded_is_done_then(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        application = Application(qapp, tmp_path)
        window = application.window
        qtbot.addWidget(window, before_close_func=lambda _: window.let_go())
        task = asyncio.create_task(application.run(None))
        await until(window.isVisible)
        assert application.studio is None
        assert [action.isEnabled() for action in (window.commands.run, window.commands.stop)] == [True, False]
        assert window.projects._stack.empty.isHidden(), "nobody knows yet that there are no projects"
        window.welcome.new.click()
        await until(lambda: shown(NewProjectDialog))
        shown(NewProjectDialog)[0].close()
        assert not window.projects._stack.empty.isHidden()
        window.welcome.new.click()
        await until(lambda: len(shown(NewProjectDialog)) == 1)
        shown(NewProjectDialog)[0].close()
        window.close()
        assert await task == 0

    drive(play())


def test_a_damaged_database_is_told_and_ends_the_program(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "troupe.db").write_bytes(b"no database at all" * 100)

    async def play() -> int:
        application = Application(qapp, tmp_path)
        qtbot.addWidget(application.window, before_close_func=lambda _: application.window.let_go())
        task = asyncio.create_task(application.run(None))
        await until(lambda: isinstance(QApplication.activeModalWidget(), ErrorDialog))
        QApplication.activeModalWidget().close()
        return await task

    assert drive(play()) == 1


def test_a_fault_in_a_slot_or_a_task_shows_one_report(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken() -> None:
        raise ValueError("in a task")

    async def play() -> None:
        application = Application(qapp, tmp_path)
        qtbot.addWidget(application.window, before_close_func=lambda _: application.window.let_go())
        task = asyncio.create_task(application.run(None))
        await until(lambda: application.studio is not None)
        application.background.start(broken())
        await until(lambda: isinstance(QApplication.activeModalWidget(), ErrorDialog))
        dialog = QApplication.activeModalWidget()
        assert "ValueError: in a task" in dialog.detail.toPlainText()
        sys.excepthook(KeyError, KeyError("a second one"), None)
        assert QApplication.activeModalWidget() is dialog
        dialog.close()
        await asyncio.sleep(0.05)
        application.window.close()
        assert await task == 0

    drive(play())
    assert "in a task" in capsys.readouterr().err


def test_a_window_of_its_own_process(tmp_path: Path) -> None:
    code = (
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from pathlib import Path\n"
        "from app.wiring import open_window\n"
        "app = QApplication([])\n"
        "QTimer.singleShot(1500, lambda: [w.close() for w in app.topLevelWidgets()])\n"
        f"raise SystemExit(open_window(Path({str(tmp_path)!r})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (
        done.returncode,
        done.stderr.replace("This plugin does not support propagateSizeHints()\n", ""),
    ) == (0, "")


def test_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    code = "import sys, app.wiring; print({'ollama', 'sqlite_utils', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_first_paint_waits_for_nothing_heavy() -> None:
    program = "import sys, app.__main__, app.wiring; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"click", "pydantic", "ollama", "httpx", "sqlite_utils", "sqlite3", "markdown_it", "jinja2"}
    heavy |= {"agents.events", "agents.studio", "agents.cli.main", "app.state.all", "app.desk"}
    assert not heavy & set(done.stdout.split())


def test_the_window_and_its_dialogs_are_no_larger_than_the_screen(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    room = qapp.primaryScreen().availableSize()
    assert room.width() < USUAL_SIZE[0], "the screen of the tests is small"
    window = Application(qapp, tmp_path).window
    qtbot.addWidget(window, before_close_func=lambda _: window.let_go())
    assert window.width() <= room.width()
    assert window.height() < room.height()
    dialog = DialogFrame("Wide", window)
    dialog.begin_with(3000, 2000)
    assert dialog.width() <= room.width()
    assert dialog.height() < room.height()
