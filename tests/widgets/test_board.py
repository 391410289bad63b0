"""The board of a sprint and its burn-down, and that it is there only for runs that have a backlog."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agents.events import BacklogChanged, BacklogEdited, BacklogItem, Stamped
from app.background import Background
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.board import BoardView
from app.views.board_cards import ItemCard
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


def open_cards(board: BoardView, state: str) -> list[ItemCard]:
    return board.columns[state].cards


def test_an_open_item_is_edited_moved_and_removed_by_keys(board: BoardView, qtbot: QtBot) -> None:
    board.show_state(RunState.replayed(story_with(backlog(1, 2, 6))))
    seen: list[tuple[str, str, str]] = []
    asked: list[BacklogItem | None] = []
    board.edited.connect(lambda what, item, before: seen.append((what, item.item, before)))
    board.asked_for.connect(asked.append)
    assert not board.add.isVisible()
    board.set_editable(True)
    card = open_cards(board, "backlog")[1]
    for key, modifier in (
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    ):
        qtbot.keyClick(card, key, modifier)
    assert seen == [("move", "B4", "B3"), ("move", "B4", ""), ("remove", "B4", "")]
    board.add.click()
    assert [item and item.item for item in asked] == ["B4", None]
    done = open_cards(board, "done")[0]
    assert [action.text() for action in done.menu().actions()] == ["Not done after all", "Remove"]
    done.menu().actions()[0].trigger()
    assert seen[-1] == ("reopen", "B0", "")


def test_a_dragged_item_is_dropped_before_the_one_under_the_mouse(board: BoardView) -> None:
    board.show_state(RunState.replayed(story_with(backlog(0, 1, 5))))
    board.set_editable(True)
    column = board.columns["backlog"]
    QGuiApplication.processEvents()
    seen: list[tuple[str, str]] = []
    board.edited.connect(lambda what, item, before: seen.append((item.item, before)))
    first = column.cards[0].geometry()
    column.dropped.emit("B4", column.item_at(first.top()))
    column.dropped.emit("B2", column.item_at(column.height()))
    column.dropped.emit("B1", column.item_at(first.top()))  # before itself: nothing moves
    assert seen == [("B4", "B1"), ("B2", "")]


def test_a_change_is_shown_at_once_and_marked_until_the_team_takes_it_up(board: BoardView) -> None:
    story = Story()
    story.tell(backlog(0, 1, 3))
    new = BacklogItem(item="u1", title="Offer a draw")
    story.tell(BacklogEdited(edit="e1", change="put", item=new))
    board.show_state(RunState.replayed(story.events))
    assert open_cards(board, "backlog")[-1].item == new
    assert "next planning" in open_cards(board, "backlog")[-1].findChildren(QLabel)[-1].text()
    story.tell(BacklogChanged(items=(*backlog(0, 1, 3).items, new), taken=("e1",)))
    board.show_state(RunState.replayed(story.events))
    assert [label.text() for label in open_cards(board, "backlog")[-1].findChildren(QLabel)] == [
        "Offer a draw"
    ]


def story_with(event: BacklogChanged) -> list[Stamped]:
    story = Story()
    story.tell(event)
    return story.events
