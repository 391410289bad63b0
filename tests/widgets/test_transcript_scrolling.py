"""The transcript while one scrolls: following the end, staying in place, laying out what is seen alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agents.events import (
    TextStreamed,
)
from app.views.transcript import TranscriptView
from app.views.transcript_row import TEXT_X
from tests.support.story import Story
from tests.support.transcript import Counting, long_story, opened, receive, shown, top_row


@pytest.fixture
def view(qtbot: QtBot) -> Counting:
    return opened(qtbot)


# --- following the end -----------------------------------------------------------------------------


def test_a_run_opens_at_its_end(view: Counting) -> None:
    shown(view, long_story())
    bar = view.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    assert view.follows


def test_it_follows_the_end_while_text_streams(view: Counting) -> None:
    story = long_story()
    state = shown(view, story)
    since = len(story.events)
    story.stream(story.begin("a", "b", "talk"), "A long reply. " * 300)
    receive(state, story, since)
    view.refresh()
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_what_is_being_read_does_not_move(view: Counting) -> None:
    story = long_story()
    state = shown(view, story)
    since = len(story.events)
    message = story.begin("a", "b", "talk")
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    assert not view.follows
    before = top_row(view)
    story.stream(message, "A long reply. " * 300)
    story.say("b", "a", "talk", "And another one.")
    receive(state, story, since)
    view.refresh()
    assert top_row(view) == before
    assert not view.follows


def test_a_message_that_grows_above_does_not_push(view: Counting) -> None:
    story = Story()
    message = story.begin("a", "b", "talk")
    for number in range(40):
        story.say("b", "a", "talk", f"Message {number}. " * 20)
    state = shown(view, story)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    before = top_row(view)
    state.receive(story.events[0])
    since = len(story.events)
    story.tell(TextStreamed(message=message, text="It grows.\n\n" * 200))
    receive(state, story, since)
    view.refresh()
    assert top_row(view) == before


def test_scrolling_up_step_by_step_shows_every_row_once(view: Counting) -> None:
    """Estimates are corrected on the way, but no step jumps."""
    shown(view, long_story(200))
    bar = view.verticalScrollBar()
    row, offset = top_row(view)
    for _ in range(400):
        bar.setValue(bar.value() - 20)
        if bar.value() == 0:
            break
        after, after_offset = top_row(view)
        assert row - after in (0, 1)
        if after == row:
            assert offset - after_offset == pytest.approx(20, abs=1)
        row, offset = after, after_offset


def test_back_at_the_end_it_follows_again(view: Counting) -> None:
    shown(view, long_story())
    view.verticalScrollBar().setValue(0)
    assert not view.follows
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.follows


# --- cost ------------------------------------------------------------------------------------------


def test_nothing_new_paints_nothing_and_much_new_paints_once(view: Counting) -> None:
    story = long_story()
    state = shown(view, story)
    view.paintings = 0
    view.refresh()
    QGuiApplication.processEvents()
    assert view.paintings == 0
    since = len(story.events)
    story.stream(story.begin("a", "b", "talk"), "word " * 200)
    receive(state, story, since)
    view.refresh()
    QGuiApplication.processEvents()
    assert view.paintings == 1


def test_only_what_is_seen_is_laid_out(view: Counting) -> None:
    shown(view, long_story(2000))
    assert len(view._rows) < 40


def test_of_a_very_long_message_only_what_is_seen_is_laid_out(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "A paragraph of a few words.\n\n" * 4000)
    shown(view, story)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    (row,) = view._rows.values()
    laid = [segment for segment in row._segments if segment._document is not None]
    assert len(row._segments) > 50
    assert len(laid) < 20


@pytest.mark.parametrize("key", [Qt.Key.Key_PageUp, Qt.Key.Key_Up, Qt.Key.Key_Home])
def test_the_keyboard_scrolls(view: Counting, key: Qt.Key) -> None:
    shown(view, long_story())
    before = view.verticalScrollBar().value()
    QTest.keyClick(view, key)
    assert view.verticalScrollBar().value() < before
    if key == Qt.Key.Key_Home:
        assert view.verticalScrollBar().value() == 0


def test_another_theme_and_another_width_keep_the_place(view: Counting) -> None:
    shown(view, long_story())
    view.verticalScrollBar().setValue(700)
    row, _ = top_row(view)
    view._themes.choose("dark")
    assert top_row(view)[0] == row
    view.resize(420, 400)
    QTest.qWait(200)  # the estimates follow when the resizing is over
    assert top_row(view)[0] == row
    view._themes.choose("light")


def blank(view: TranscriptView) -> bool:
    """Whether nothing but the background stands where text should be."""
    picture = view.viewport().grab().toImage()
    text = ((x, y) for x in range(int(TEXT_X), picture.width()) for y in range(picture.height()))
    return len({picture.pixel(x, y) for x, y in text}) == 1


@pytest.mark.parametrize("part", [0.3, 0.55, 0.7, 0.8, 0.9, 0.97])
def test_after_a_long_jump_another_theme_leaves_the_text_where_it_is(view: Counting, part: float) -> None:
    story = Story()
    story.phase("talk", "Talk", "a", "b")
    for _ in range(4):  # a paragraph's space and a blank line make the estimates wrong, in both directions
        story.say("a", "b", "talk", "A paragraph of a few words.\n\n" * 1500)
        story.say("b", "a", "talk", "- " + "word\n- " * 1500 + "end\n\n" + "wide WORDS " * 4000)
    shown(view, story)
    bar = view.verticalScrollBar()
    bar.setValue(int(bar.maximum() * part))
    assert not blank(view)
    before = view._value()
    view._themes.choose("dark")
    assert view._value() == before
    assert not blank(view)
    view._rows.clear()  # as if other rows had been read meanwhile
    view._settle(view._anchor())
    assert not blank(view)


def test_reading_a_very_long_message_backwards_does_not_jump(view: Counting) -> None:
    story = Story()
    paragraphs = [f"Paragraph {at}. " + "Some words, `code` and more. " * (at % 23) for at in range(900)]
    story.say("a", "b", "talk", "\n\n".join(paragraphs))
    shown(view, story)
    bar = view.verticalScrollBar()
    (row,) = view._rows.values()

    def seen() -> tuple[int, str, float]:
        """The segment at the lower edge of the page, and how far down it is there."""
        number, inner = row._segment_at(QPointF(TEXT_X + 1, bar.value() + 399.0))
        return number, row._segments[number].text[:20], inner.y()

    before = seen()
    for _ in range(60):
        bar.setValue(bar.value() - 37)
        after = seen()
        if after[0] == before[0]:
            assert before[2] - after[2] == pytest.approx(37, abs=1)
        before = after
