"""Finding one's way in the conversation: the filter row and the find bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.state.all import RunState
from app.state.filters import Wanted
from app.theme import ThemeSource
from app.views.conversation import Conversation
from tests.support.story import Story, gomoku


@pytest.fixture
def talk(qtbot: QtBot) -> Conversation:
    made = Conversation(ThemeSource("light"), clock=lambda: 0.0)
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def shown(talk: Conversation, story: Story) -> RunState:
    state = RunState.replayed(story.events)
    talk.show_state(state)
    QGuiApplication.processEvents()
    return state


def settled(talk: Conversation, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not talk.transcript.searching)


def long_story(messages: int) -> Story:
    story = Story()
    story.phase("talk", "Talk", "a", "b")
    for number in range(messages):
        story.say("a", "b", "talk", f"Message {number}. " + ("needle " if number % 10 == 0 else ""))
    return story


# --- where it is read -------------------------------------------------------------------------------


def test_another_run_is_shown_from_its_end_and_the_former_one_where_it_was_read(talk: Conversation) -> None:
    first, second = (RunState.replayed(long_story(60).events) for _ in range(2))
    first.run.number, second.run.number = 1, 2
    talk.show_state(first)
    bar = talk.transcript.verticalScrollBar()
    talk.transcript.scroll_to_entry(20)
    bar.setValue(bar.value() + 9)
    read = talk.transcript.place
    assert read is not None
    talk.show_state(second)
    assert talk.transcript.follows
    talk.show_state(None)
    talk.show_state(first)
    assert talk.transcript.place == pytest.approx(read, abs=1.0)
    assert not talk.transcript.follows
    talk.transcript.scroll_to_end()
    talk.show_state(second)
    talk.show_state(first)
    assert talk.transcript.follows


# --- the filter ------------------------------------------------------------------------------------


def test_the_filter_offers_agents_and_phases_and_says_what_is_shown(talk: Conversation) -> None:
    shown(talk, gomoku())
    row = talk.filters
    assert row.agent.count() == 9
    assert [row.phase.itemText(at) for at in range(row.phase.count())] == [
        "All phases",
        "Demand analysis",
        "Language",
        "Coding",
        "Review",
    ]
    assert row.clear.isHidden()
    row.kind.setCurrentIndex(row.kind.findData("programs"))
    row.kind.activated.emit(row.kind.currentIndex())
    assert talk.transcript.wanted == Wanted(kind="programs")
    assert len(talk.transcript._heights) == 2
    talk.grab()
    row.clear.click()
    assert talk.transcript.wanted.everything
    assert row.kind.currentData() == ""


def test_a_filter_set_elsewhere_is_shown_and_goes_with_the_run(talk: Conversation) -> None:
    shown(talk, gomoku())
    talk.transcript.set_filter("ceo/cto")
    assert talk.filters.agent.currentData() == "ceo/cto"
    talk.show_state(RunState.replayed(gomoku().events))  # the same run, shown anew
    assert talk.transcript.wanted.agent == "ceo/cto"
    talk.show_state(None)
    assert talk.transcript.wanted.everything
    assert talk.filters.agent.currentData() == ""


def test_new_agents_and_phases_are_offered_and_the_choice_stays(talk: Conversation) -> None:
    events = gomoku().events
    state = RunState.replayed(events[:10])
    talk.show_state(state)
    talk.transcript.set_filter("ceo")
    for stamped in events[10:]:
        state.receive(stamped)
    talk.refresh()
    assert talk.filters.phase.count() == 5
    assert talk.filters.agent.currentData() == "ceo"


# --- finding ---------------------------------------------------------------------------------------


def test_all_entries_are_searched_and_walked_through(talk: Conversation, qtbot: QtBot) -> None:
    shown(talk, long_story(400))
    talk.transcript.verticalScrollBar().setValue(0)
    talk.open_find()
    QTest.keyClicks(talk.find_bar.words, "Needle")
    settled(talk, qtbot)
    assert talk.transcript.found == (1, 40)
    assert talk.find_bar.count.text() == "1 of 40"
    QTest.keyClick(talk.find_bar.words, Qt.Key.Key_Return)
    QTest.keyClick(talk.find_bar.words, Qt.Key.Key_Return)
    assert talk.transcript.found == (3, 40)
    QTest.keyClick(talk.find_bar.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert talk.transcript.found == (2, 40)
    talk.find_bar.back.click()
    talk.find_bar.back.click()
    assert talk.find_bar.count.text() == "40 of 40"
    assert talk.transcript.current == 391
    row = talk.transcript._row_of(391)
    assert row is not None
    top = talk.transcript._heights.top(row) - talk.transcript.verticalScrollBar().value()
    assert 0 <= top < talk.transcript.viewport().height()
    talk.grab()


def test_esc_ends_it(talk: Conversation, qtbot: QtBot) -> None:
    shown(talk, long_story(20))
    talk.open_find()
    talk.find_bar.words.setText("needle")
    settled(talk, qtbot)
    QTest.keyClick(talk.find_bar.words, Qt.Key.Key_Escape)
    assert talk.find_bar.isHidden()
    assert talk.transcript.found == (0, 0)
    assert talk.transcript._found_in(1) is None


def test_what_is_not_there_is_said(talk: Conversation, qtbot: QtBot) -> None:
    shown(talk, long_story(20))
    talk.open_find()
    talk.find_bar.words.setText("haystack")
    settled(talk, qtbot)
    assert talk.find_bar.count.text() == "not found"
    assert not talk.find_bar.forward.isEnabled()
    talk.find_bar.words.clear()
    assert talk.find_bar.count.text() == ""


def test_a_place_deep_in_a_long_message_is_brought_into_view(talk: Conversation, qtbot: QtBot) -> None:
    story = Story()
    story.say("a", "b", "talk", "A paragraph.\n\n" * 800 + "The needle.\n\n" + "A paragraph.\n\n" * 800)
    shown(talk, story)
    talk.open_find()
    talk.find_bar.words.setText("needle")
    settled(talk, qtbot)
    view = talk.transcript
    found = view._found_in(0)
    assert found is not None
    y = view._rows[0].top_of_found(found) - view.verticalScrollBar().value()
    assert 0 < y < view.viewport().height()


def test_lines_that_nobody_said_are_searched_too(talk: Conversation, qtbot: QtBot) -> None:
    shown(talk, gomoku())
    talk.open_find()
    talk.find_bar.words.setText("test_diagonal")
    settled(talk, qtbot)
    assert talk.transcript.found == (1, 1)
    talk.grab()


def test_what_is_written_while_it_is_looked_for_counts(talk: Conversation, qtbot: QtBot) -> None:
    story = long_story(20)
    state = shown(talk, story)
    talk.open_find()
    talk.find_bar.words.setText("needle")
    settled(talk, qtbot)
    number = talk.transcript.found[0]
    since = len(story.events)
    story.say("a", "b", "talk", "One more needle.")
    for stamped in story.events[since:]:
        state.receive(stamped)
    talk.refresh()
    assert talk.transcript.found == (number, 3)


def test_only_what_is_shown_is_searched(talk: Conversation, qtbot: QtBot) -> None:
    shown(talk, gomoku())
    talk.open_find()
    talk.find_bar.words.setText("board")
    settled(talk, qtbot)
    _, everywhere = talk.transcript.found
    talk.transcript.show_wanted(Wanted(phase="demand"))
    settled(talk, qtbot)
    _, there = talk.transcript.found
    assert 0 < there < everywhere


def test_letters_of_two_code_units_do_not_shift_the_mark(talk: Conversation, qtbot: QtBot) -> None:
    story = Story()
    story.say("a", "b", "talk", "🙂🙂 needle")
    shown(talk, story)
    (row,) = talk.transcript._rows.values()
    talk.transcript.look_for("needle")
    settled(talk, qtbot)
    assert row._segments[0].places(talk.transcript._finder.pattern) == ((5, 11),)
    talk.grab()


# --- the way back to the end -----------------------------------------------------------------------


def test_a_button_leads_back_to_the_end_while_it_is_far_away(talk: Conversation, qtbot: QtBot) -> None:
    story = long_story(100)
    state = shown(talk, story)
    view, back = talk.transcript, talk.to_end
    assert back.isHidden()
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() - 20)
    assert back.isHidden(), "the end is still in sight"
    bar.setValue(0)
    assert back.isVisible()
    story.say("b", "a", "talk", "Something new.")
    state.receive(story.events[-1])
    talk.refresh()
    assert bar.value() == 0, "nobody is torn away from what they read"
    assert view.viewport().geometry().contains(back.geometry())
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert view.follows
    assert bar.value() == bar.maximum()
    assert back.isHidden()
    story.say("a", "b", "talk", "And more. " * 200)
    state.receive(story.events[-1])
    talk.refresh()
    assert bar.value() == bar.maximum()
    assert back.isHidden()
