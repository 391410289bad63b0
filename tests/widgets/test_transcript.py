"""The transcript as a reader meets it: what rows say, folding, filtering, going places, copying."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from agents.events import (
    ErrorRaised,
    FiguresReported,
    QuestionAsked,
    RunEnded,
    RunPaused,
)
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.link_menu import may_open
from app.views.transcript import TranscriptView, cost
from app.views.transcript_content import content, duration, tokens
from app.views.transcript_documents import Look, lexer_for, prose
from app.views.transcript_row import BADGE, TEXT_X
from tests.support.story import Story, gomoku
from tests.support.transcript import Counting, long_story, opened, receive, shown, top_row, y_of


@pytest.fixture
def view(qtbot: QtBot) -> Counting:
    return opened(qtbot)


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


def test_another_theme_keeps_thoughts_unfolded(view: Counting) -> None:
    story = Story()
    story.say("a", "b", "talk", "Yes.", thinking="Should I?")
    shown(view, story)
    (row,) = view._rows.values()
    view._toggle(row)
    view._themes.choose("dark")
    (row,) = view._rows.values()
    assert row.unfolded


def test_what_had_no_room_in_its_line_is_told_by_a_tip(view: TranscriptView) -> None:
    story = Story()
    story.tell(
        FiguresReported(
            files=3,
            lines=90,
            versions=2,
            utterances=9,
            reflections=1,
            model_calls=9,
            prompt_tokens=12_345,
            output_tokens=678,
            seconds=61.0,
            completeness=1.0,
            executability=1.0,
        )
    )
    view.resize(340, 300)
    shown(view, story)
    view.viewport().grab()
    heights = [view._rows[0]._look.line * (line + 0.5) for line in range(4)]
    assert not any(view._rows[0].cut_at(QPointF(TEXT_X + 5, view._rows[0]._lines_top + y)) for y in heights)
    view.resize(240, 300)
    QGuiApplication.processEvents()
    view.viewport().grab()
    row = view._rows[0]
    told = row.cut_at(QPointF(TEXT_X + 5, row._lines_top + row._look.line * 3.5))
    assert told == "completeness 1.00, executability 1.00"
    place = next(y for y in range(300) if view._row_at(QPointF(0, y)))
    over = QPoint(TEXT_X + 5, place + int(row._lines_top + row._look.line * 3.5))
    tip = QHelpEvent(QEvent.Type.ToolTip, over, QPoint())
    QApplication.sendEvent(view.viewport(), tip)
    assert QToolTip.text() == told
    view.resize(900, 300)
    QGuiApplication.processEvents()
    view.viewport().grab()
    assert not view._rows[0].cut_at(QPointF(TEXT_X + 5, row._lines_top + row._look.line * 3.5))
