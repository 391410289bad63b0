"""The board of a sprint and its burn-down, and that it is there only for runs that have a backlog."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agents.events import BacklogChanged, BacklogItem
from app.background import Background
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.board import BoardView, ItemCard
from app.views.run_page import RunPage
from tests.support.qtloop import drive
from tests.support.story import Story, gomoku


def backlog(done: int, sprint: int, total: int) -> BacklogChanged:
    def state(number: int) -> Literal["backlog", "sprint", "done"]:
        return "done" if number < done else "sprint" if number < done + sprint else "backlog"

    return BacklogChanged(
        items=tuple(
            BacklogItem(item=f"B{at}", title=f"Item {at}", criteria=("It works",), state=state(at))
            for at in range(total)
        )
    )


def sprint() -> Story:
    story = gomoku()
    for done in range(5):
        story.tell(backlog(done, 2, 6), seconds=30)
    return story


@pytest.fixture
def board(qtbot: QtBot) -> BoardView:
    made = BoardView(ThemeSource("light"))
    qtbot.addWidget(made)
    made.resize(640, 600)
    made.show()
    return made


def titles(board: BoardView, state: str) -> list[str]:
    cards = board.columns[state].findChildren(ItemCard)
    return [card.accessibleName() for card in cards if not card.isHidden()]


def test_items_stand_in_their_columns_with_their_criteria(board: BoardView) -> None:
    board.show_state(RunState.replayed(sprint().events))
    assert board.wanted
    assert titles(board, "done") == ["Item 0", "Item 1", "Item 2", "Item 3"]
    assert titles(board, "sprint") == ["Item 4", "Item 5"]
    assert titles(board, "backlog") == []
    assert board.columns["done"].head.text() == "Done  4"
    card = board.columns["done"].findChildren(ItemCard)[0]
    assert [label.text() for label in card.findChildren(QLabel)] == ["Item 0", "✓", "It works"]
    assert board.line.text() == "2 items left of 6"
    board.grab()


def test_the_burn_down_falls_with_the_items(board: BoardView) -> None:
    board.show_state(RunState.replayed(sprint().events))
    points = board.burndown.points()
    assert len(points) == 5
    heights = [point.y() for point in points]
    assert heights == sorted(heights)
    assert board.burndown.accessibleDescription() == "2 items left of 6"


def test_it_follows_the_run(board: BoardView) -> None:
    story = sprint()
    state = RunState.replayed(story.events)
    board.show_state(state)
    since = len(story.events)
    story.tell(backlog(6, 0, 6))
    for stamped in story.events[since:]:
        state.receive(stamped)
    board.refresh()
    QGuiApplication.processEvents()
    assert len(titles(board, "done")) == 6
    assert titles(board, "sprint") == []


def test_without_a_backlog_it_says_so_and_has_no_tab(board: BoardView, qtbot: QtBot) -> None:
    board.show_state(RunState.replayed(gomoku().events))
    assert not board.wanted
    assert board.burndown.points() == []
    board.grab()

    async def scene() -> None:
        background = Background()
        page = RunPage(ThemeSource("light"), background)
        qtbot.addWidget(page)
        at = page.middle.indexOf(page.board)
        for story, seen in ((gomoku(), False), (sprint(), True), (gomoku(), False)):
            page.show_state(RunState.replayed(story.events), None)
            assert page.middle.isTabVisible(at) == seen
        background.cancel()
        await background.ended()

    drive(scene())
