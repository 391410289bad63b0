from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.support.artifacts import Desk, Play, Scene, carry_out
from tests.support.qtloop import drive, until

FILES = {"main_py": "import board, ai\n", "ai_py": "import board\n", "board_py": "import ai\n", "x_md": "#"}


@pytest.fixture
def play(qtbot: QtBot) -> Play:
    """Carries a scene out with the graph of `FILES` open."""

    def with_graph(scene: Scene) -> None:
        async def whole(desk: Desk) -> None:
            desk.commit(**FILES)
            desk.view.files.graph.click()
            await until(lambda: desk.view.graph.graph.rows)
            await scene(desk)

        carry_out(qtbot, whole)

    return with_graph


def test_cards_lines_and_words(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        view = desk.view.graph
        assert desk.view.middle.currentWidget() is view
        assert view._marked == desk.view.files.current(), "what was chosen before is marked"
        assert view.box("main.py").top() < view.box("board.py").top()
        assert "part of a circular import" in view.told("ai.py")
        assert view.told("main.py").startswith("main.py\nimports: ai.py, board.py\nimported by: nothing")
        assert "3 files, 4 imports, some in a circle" in view.accessibleDescription()
        assert view.rect().contains(view.box("board.py").toRect())
        assert view.file_at(QPointF(view.box("ai.py").center())) == "ai.py"
        view.mark("ai.py")
        view.grab()
        desk.commit(board_py="", new_py="import main\n")
        await until(lambda: "new.py" in view.graph.paths)
        assert not view.graph.circular

    play(scene)


def test_mouse_and_keys(play: Play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        view = desk.view.graph
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.box("board.py").center().toPoint())
        assert desk.view.files.current() == "board.py"
        assert desk.view.middle.currentWidget() is view
        qtbot.keyClick(view, Qt.Key.Key_Left)
        assert desk.view.files.current() == "ai.py"
        before = view.box("ai.py")
        qtbot.keyClick(view, Qt.Key.Key_Minus)
        assert view.box("ai.py").width() < before.width()
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
        qtbot.mouseMove(view, QPoint(40, 30))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(40, 30))
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
        assert view.box("ai.py") == before, "everything is in view again"
        qtbot.keyClick(view, Qt.Key.Key_Return)
        assert desk.view.middle.currentWidget() is desk.view.code
        assert desk.code.path == "ai.py"
        await asyncio.sleep(0.05)

    play(scene)


def test_without_python_it_says_so(qtbot: QtBot) -> None:
    async def scene() -> None:
        desk = Desk(qtbot)
        desk.view.files.graph.click()
        assert desk.view.graph.accessibleDescription() == "No imports yet"
        desk.view.grab()
        await asyncio.sleep(0.05)

    drive(scene())
