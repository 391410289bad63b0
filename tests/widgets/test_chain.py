"""The strip of phases: what it says, how it wraps, how it is reached."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from agents.events import PhaseEnded, RunEnded
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.chain import ChainView
from tests.support.story import START, Story, gomoku


@pytest.fixture
def view(qtbot: QtBot) -> ChainView:
    made = ChainView(ThemeSource("light"), clock=lambda: START + 1000)
    qtbot.addWidget(made)
    made.resize(900, 42)
    made.show()
    return made


def shown(view: ChainView, story: Story) -> RunState:
    state = RunState.replayed(story.events)
    view.show_state(state)
    return state


def test_phases_and_rounds(view: ChainView) -> None:
    shown(view, gomoku())
    assert view.phases == ["demand", "language", "coding", "review/2"]
    chip = view.chip("review/2")
    assert chip is not None
    assert (chip.title, chip.state) == ("Review 2/3", "running")
    assert chip.detail.startswith("Modification")
    view.grab()


def test_a_run_that_was_only_opened_does_not_tick(view: ChainView) -> None:
    state = shown(view, gomoku())
    chip = view.chip("review/2")
    assert chip is not None
    assert chip.detail.endswith(" s")  # until the last event, not until now
    assert not view._seconds.isActive()
    story = gomoku()
    since = len(story.events)
    story.tell(PhaseEnded(phase="review/2/modification"))
    for stamped in story.events[since:]:
        state.receive(stamped)
    view.refresh()
    assert view._seconds.isActive()


def test_a_narrow_strip_wraps_and_then_shortens_what_is_done(view: ChainView) -> None:
    shown(view, gomoku())
    one_row = view.sizeHint().height()
    view.resize(520, one_row)
    assert view.sizeHint().height() > one_row
    view.resize(180, one_row)
    done = [chip for chip in view._chips if chip.state == "done"]
    assert all(chip.short for chip in done)
    assert all(chip.where.right() <= 180 for chip in view._chips)
    view.grab()


@pytest.mark.parametrize("width", [600, 674, 900])
def test_the_names_of_a_finished_run_can_be_read(view: ChainView, width: int) -> None:
    story = Story()
    titles = ("Demand analysis", "Language", "Coding", "Code completion", "Review", "Test", "Environment")
    for number, title in enumerate((*titles, "Manual")):
        story.phase(f"p{number}", title, "ceo", "cto")
        story.tell(PhaseEnded(phase=f"p{number}"), seconds=40)
    shown(view, story)
    view.resize(width, 40)
    assert not any(chip.short for chip in view._chips)
    assert len({chip.where.top() for chip in view._chips}) <= 2
    assert all(len(chip.name) >= min(6, len(chip.title)) for chip in view._chips)
    assert all(chip.where.right() <= width for chip in view._chips)
    if width >= 900:
        assert all(chip.name == chip.title and chip.note == "40 s" for chip in view._chips)
    view.grab()


def test_no_name_is_cut_while_its_row_has_room_for_more(view: ChainView) -> None:
    story = Story()
    for number in range(8):
        story.phase(f"p{number}", "Environment document", "ceo", "cto")
        story.tell(PhaseEnded(phase=f"p{number}"), seconds=40)
    shown(view, story)
    for width in range(480, 900, 20):
        view.resize(width, 40)
        right = [0.0, 0.0]
        for chip in view._chips:
            right[chip.where.top() > view._chips[0].where.top()] = chip.where.right()
        letters = max(len(chip.name) for chip in view._chips)
        assert letters >= 20 or width - max(right) < 4 * 18, (width, letters, right)


def test_the_round_of_a_cycle_is_cut_last(view: ChainView) -> None:
    story = Story()
    for number in range(6):
        story.phase(f"p{number}", "Review of the whole program", "ceo", "cto", round=2, rounds=3)
        story.tell(PhaseEnded(phase=f"p{number}"), seconds=40)
    shown(view, story)
    view.resize(500, 40)
    assert all(chip.name.endswith("… 2/3") for chip in view._chips)
    assert all(chip.where.right() <= 500 for chip in view._chips)


def test_clicks_and_keys_tell_the_phase(view: ChainView, qtbot: QtBot) -> None:
    shown(view, gomoku())
    chip = view.chip("coding")
    assert chip is not None
    with qtbot.waitSignal(view.phase_clicked) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip.where.center().toPoint())
    assert told.args == ["coding"]
    QTest.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.phase_clicked) as told:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["review/2"]
    QTest.keyClick(view, Qt.Key.Key_Home)
    with qtbot.waitSignal(view.phase_clicked) as told:
        QTest.keyClick(view, Qt.Key.Key_Space)
    assert told.args == ["demand"]


def test_the_tooltip_tells_the_conclusion(view: ChainView) -> None:
    shown(view, gomoku())
    told = view.told("demand")
    assert "Chief Executive Officer → Chief Product Officer" in told
    assert told.endswith("A desktop application; black begins on 15 × 15.")
    assert "Modification: going on" in view.told("review/2")


def test_an_ended_run_is_interrupted(view: ChainView) -> None:
    story = gomoku()
    story.tell(RunEnded(state="stopped", summary=""))
    shown(view, story)
    chip = view.chip("review/2")
    assert chip is not None
    assert chip.state == "interrupted"
    view.grab()


def test_screen_readers_hear_the_chain(view: ChainView) -> None:
    shown(view, gomoku())
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Phases"
    assert "4 Review 2/3, going on" in interface.text(QAccessible.Text.Description)


def test_empty(view: ChainView) -> None:
    view.show_state(None)
    view.grab()
    assert view.phases == []
    QTest.keyClick(view, Qt.Key.Key_Return)


def test_the_menu_of_a_phase_has_every_round_and_what_lies_within(view: ChainView, qtbot: QtBot) -> None:
    shown(view, gomoku())
    menu = view.menu(view.phases.index("review/2"))
    titles = [action.text().partition("  ·  ")[0] for action in menu.actions()]
    assert titles[0] == "Review 1/3"
    assert "Review 2/3" in titles
    assert any(title.startswith("    ") for title in titles)
    with qtbot.waitSignal(view.phase_clicked) as told:
        menu.actions()[0].trigger()
    assert told.args == ["review/1"]


def test_the_menu_opens_with_the_keyboard(view: ChainView, qtbot: QtBot) -> None:
    shown(view, gomoku())
    QTest.keyClick(view, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in view.findChildren(QMenu)))
    [menu] = view.findChildren(QMenu)
    menu.close()
