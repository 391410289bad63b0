"""The transcript as a reader meets it: following, staying, folding, filtering, copying."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QPaintEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agents.events import (
    ErrorRaised,
    FiguresReported,
    QuestionAsked,
    RunEnded,
    RunPaused,
    TextStreamed,
)
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.link_menu import may_open
from app.views.transcript import TranscriptView, cost
from app.views.transcript_content import content, duration, tokens
from app.views.transcript_documents import Look, lexer_for, prose
from app.views.transcript_row import BADGE, TEXT_X
from tests.support.story import Story, gomoku


class Counting(TranscriptView):
    """Counts its paintings."""

    paintings = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self.paintings += 1
        super().paintEvent(event)


@pytest.fixture
def view(qtbot: QtBot) -> Counting:
    made = Counting(ThemeSource("light"), clock=lambda: 0.0)
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    return made


def long_story(messages: int = 60) -> Story:
    story = Story()
    story.phase("talk", "Talk", "a", "b")
    for number in range(messages):
        speaker, to = ("a", "b") if number % 2 else ("b", "a")
        story.say(speaker, to, "talk", f"Message {number}. " + "It has a few words more. " * (number % 9))
    return story


def shown(view: TranscriptView, story: Story) -> RunState:
    state = RunState.replayed(story.events)
    view.show_state(state)
    QGuiApplication.processEvents()
    return state


def receive(state: RunState, story: Story, since: int) -> None:
    for stamped in story.events[since:]:
        state.receive(stamped)


def top_row(view: TranscriptView) -> tuple[int, float]:
    value = float(view.verticalScrollBar().value())
    row = view._heights.at(value)
    return row, value - view._heights.top(row)


def y_of(view: TranscriptView, index: int) -> int:
    return int(view._heights.top(index) - view.verticalScrollBar().value())


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


# --- what the rows say -----------------------------------------------------------------------------


def test_every_kind_of_row_can_be_painted(view: Counting) -> None:
    story = gomoku()
    story.tell(
        RunPaused(reason="lunch"),
        ErrorRaised(text="The server went away.", hint="Start it.", detail="Traceback\n  line"),
        RunEnded(state="failed", summary="It failed."),
        FiguresReported(
            files=3,
            lines=90,
            versions=2,
            utterances=9,
            reflections=1,
            model_calls=9,
            prompt_tokens=12_345,
            output_tokens=678,
            seconds=83.0,
            completeness=1.0,
            executability=0.0,
        ),
    )
    state = shown(view, story)
    view.resize(640, 4000)
    QGuiApplication.processEvents()
    assert len(view._rows) == len(state.transcript.entries)
    for entry in state.transcript.entries:
        assert content(entry, state).title or content(entry, state).body


def test_html_is_shown_and_pictures_are_not_loaded(view: Counting) -> None:
    document = prose(
        "<b>bold</b> ![cat](http://127.0.0.1:9/cat.png) <script>x</script>", Look(ThemeSource().theme)
    )
    assert "<b>bold</b>" in document.toPlainText()
    assert "<script>" in document.toPlainText()
    assert "\ufffc" not in document.toPlainText()


def test_only_pages_of_the_web_can_be_opened() -> None:
    assert may_open("https://example.org/a")
    assert not any(
        may_open(link) for link in ("file:///etc/passwd", "main.py", "ssh://x", "javascript:x", "")
    )


def test_markdown_is_rendered_once_it_is_complete(view: Counting) -> None:
    story = Story()
    message = story.begin("a", "b", "talk")
    story.stream(message, "Some **bold")
    shown(view, story)
    (row,) = view._rows.values()
    assert row._segments[0].text == "Some **bold"
    story.events.clear()
    story.say("a", "b", "talk", "Some **bold** words")
    shown(view, story)
    (row,) = view._rows.values()
    assert row._segments[0].text == "Some bold words"


def test_code_is_coloured_by_its_fence(view: Counting) -> None:
    assert lexer_for("python app/main.py") is not None
    assert lexer_for("main.py") is not None
    assert lexer_for("nothing-known") is None
    assert lexer_for("") is None


def test_words_for_numbers() -> None:
    assert [duration(seconds) for seconds in (0.84, 9.96, 42, 59.6, 192, 3727)] == [
        "0.8 s",
        "10 s",
        "42 s",
        "1:00",
        "3:12",
        "1:02:07",
    ]
    assert [tokens(number) for number in (950, 6_100, 42_000)] == ["950", "6.1k", "42k"]


def test_the_cost_of_a_message() -> None:
    story = Story()
    story.say("a", "b", "talk", "word " * 40)
    entry = RunState.replayed(story.events).transcript.entries[0]
    assert "31 tok/s" in cost(entry)  # type: ignore[arg-type]


def test_empty_it_says_what_will_be_there(view: Counting) -> None:
    view.show_state(None)
    view.grab()
    assert view.verticalScrollBar().maximum() == 0
    view.show_state(RunState())
    view.grab()


# --- what the user can do --------------------------------------------------------------------------


def test_thinking_unfolds_with_a_click(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "The reply.", thinking="First this, then that. " * 10)
    shown(view, story)
    (row,) = view._rows.values()
    folded = row.height
    where = QPoint(TEXT_X + 40, int(row._fold_top) + 6)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert row.unfolded
    assert row.height > folded
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert (row.unfolded, row.height) == (False, folded)


def test_thinking_unfolds_with_the_keyboard(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "The reply.", thinking="First this.")
    shown(view, story)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(view, Qt.Key.Key_Space)
    (row,) = view._rows.values()
    assert row.unfolded


def test_a_filter_shows_one_agent(view: Counting) -> None:
    state = shown(view, gomoku())
    view.set_filter("ceo/cto/tester")
    assert view.wanted.agent == "ceo/cto/tester"
    assert len(view._heights) == 2  # the command and its tests
    since = len(state.transcript.entries)
    view.set_filter(None)
    assert len(view._heights) == since


def test_new_rows_pass_the_filter(view: Counting) -> None:
    story = long_story(4)
    state = shown(view, story)
    view.set_filter("c")
    assert len(view._heights) == 0
    view.grab()
    since = len(story.events)
    story.say("a", "b", "talk", "Not for c.")
    story.say("a", "c", "talk", "For c.")
    receive(state, story, since)
    view.refresh()
    assert len(view._heights) == 1


def test_going_to_a_phase(view: Counting) -> None:
    state = shown(view, gomoku())
    view.scroll_to_phase("coding")
    assert top_row(view) == (state.transcript.phases["coding"], 0.0)
    view.scroll_to_phase("nowhere")
    assert top_row(view) == (state.transcript.phases["coding"], 0.0)


def test_going_to_a_message(view: Counting) -> None:
    state = shown(view, long_story())
    view.scroll_to_seq(10)
    row, offset = top_row(view)
    entry = state.transcript.entries[row]
    assert entry.seq >= 10  # type: ignore[union-attr]
    assert offset == 0


def test_clicking_a_phase_tells(view: Counting, qtbot: QtBot) -> None:
    state = shown(view, gomoku())
    view.scroll_to_phase("coding")
    where = QPoint(30, y_of(view, state.transcript.phases["coding"]) + 20)
    with qtbot.waitSignal(view.phase_clicked) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args == ["coding"]


def test_clicking_files_and_programs_tells(view: Counting, qtbot: QtBot) -> None:
    state = shown(view, gomoku())
    view.resize(640, 3000)
    QGuiApplication.processEvents()
    names = [type(entry).__name__ for entry in state.transcript.entries]
    with qtbot.waitSignal(view.version_clicked) as told:
        where = QPoint(TEXT_X + 20, y_of(view, names.index("FilesEntry")) + 10)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args == [1]
    with qtbot.waitSignal(view.command_clicked) as told:
        where = QPoint(TEXT_X + 20, y_of(view, names.index("CommandEntry")) + 10)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args == ["ceo/cto/tester$1"]


def test_text_is_selected_and_copied(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "Hello **wide** world")
    shown(view, story)
    (row,) = view._rows.values()
    y = int(row._body_top) + 8
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(TEXT_X + 1, y))
    QTest.mouseMove(port, QPoint(TEXT_X + 400, y))
    view._extend(QPointF(TEXT_X + 400, y))  # offscreen, a moved mouse has no button
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(TEXT_X + 400, y))
    assert view.selected_text() == "Hello wide world"
    view.grab()
    view.copy()
    assert QGuiApplication.clipboard().text() == "Hello wide world"


def test_the_menu_copies_the_whole_message(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "Hello **wide** world")
    shown(view, story)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(BADGE, 20))
    menu = view.menu()
    actions = {action.text(): action for action in menu.actions()}
    assert {"Copy message", "Show only this agent", "Go to the end"} <= set(actions)
    actions["Copy message"].trigger()
    assert QGuiApplication.clipboard().text() == "Hello **wide** world"
    actions["Show only this agent"].trigger()
    assert view.wanted.agent == "a"


def test_the_menu_copies_the_code_under_the_mouse_or_all_of_it(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "One:\n\n```python\nprint(1)\n```\n\nTwo:\n\n```\nprint(2)\n```\n")
    shown(view, story)
    view._current = 0
    (row,) = view._rows.values()
    kinds = [segment.part.kind for segment in row._segments]
    for pointed, copied in (((kinds.index("code"), 0), "print(1)"), (None, "print(1)\n\nprint(2)")):
        view._pointed = pointed
        actions = {action.text(): action for action in view.menu().actions()}
        actions["Copy code"].trigger()
        assert QGuiApplication.clipboard().text() == copied


def test_a_long_stretch_of_code_is_copied_whole(view: Counting) -> None:
    lines = "\n".join(f"line_{number} = {number}" for number in range(900))
    story = Story()
    story.say("a", "b", "talk", f"Code:\n\n```python\n{lines}\n```\n")
    shown(view, story)
    (row,) = view._rows.values()
    assert len(row._segments) > 3
    assert row.code_at((2, 0)) == lines
    assert row.code_at((0, 0)) == ""


def test_enter_opens_the_request_of_a_message(view: Counting, qtbot: QtBot) -> None:
    story = Story()
    story.say("a", "b", "talk", "The reply.", thinking="First this.")
    shown(view, story)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    with qtbot.waitSignal(view.exchange_wanted) as told:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [0]
    actions = {action.text(): action for action in view.menu().actions()}
    assert actions["Request and reply …"].isEnabled()
    actions["Fold or unfold the thinking"].trigger()
    (row,) = view._rows.values()
    assert row.unfolded


def test_speaking_for_an_agent_is_a_row_too(view: Counting) -> None:
    story = Story()
    story.tell(QuestionAsked(question="a?1", agent="a", phase="talk", text="Your prompt", purpose="play"))
    shown(view, story)
    view.grab()
    assert "lets you speak" in content_text(view)


def content_text(view: TranscriptView) -> str:
    (row,) = view._rows.values()
    return "".join(piece.text for piece in row.content.title)


@pytest.mark.parametrize("key", [Qt.Key.Key_PageUp, Qt.Key.Key_Up, Qt.Key.Key_Home])
def test_the_keyboard_scrolls(view: Counting, key: Qt.Key) -> None:
    shown(view, long_story())
    before = view.verticalScrollBar().value()
    QTest.keyClick(view, key)
    assert view.verticalScrollBar().value() < before
    if key == Qt.Key.Key_Home:
        assert view.verticalScrollBar().value() == 0


def test_screen_readers_hear_what_was_said_last(view: Counting) -> None:
    story = long_story(3)
    state = shown(view, story)
    since = len(story.events)
    story.say("a", "b", "talk", "The last word.")
    receive(state, story, since)
    view.refresh()
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Conversation"
    assert "The last word." in interface.text(QAccessible.Text.Description)


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


def test_another_theme_keeps_thoughts_unfolded(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "Yes.", thinking="Should I?")
    shown(view, story)
    (row,) = view._rows.values()
    view._toggle(row)
    view._themes.choose("dark")
    (row,) = view._rows.values()
    assert row.unfolded


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
