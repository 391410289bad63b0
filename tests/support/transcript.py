"""The transcript of a story in a small window."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QPaintEvent
from pytestqt.qtbot import QtBot

from app.state.all import RunState
from app.theme import ThemeSource
from app.views.transcript import TranscriptView
from tests.support.story import Story


class Counting(TranscriptView):
    """Counts its paintings."""

    paintings = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self.paintings += 1
        super().paintEvent(event)


def opened(qtbot: QtBot) -> Counting:
    """An empty transcript on the screen, by a clock that stands still."""
    made = Counting(ThemeSource("light"), clock=lambda: 0.0)
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    return made


def long_story(messages: int = 60) -> Story:
    """A talk of so many messages of different lengths."""
    story = Story()
    story.phase("talk", "Talk", "a", "b")
    for number in range(messages):
        speaker, to = ("a", "b") if number % 2 else ("b", "a")
        story.say(speaker, to, "talk", f"Message {number}. " + "It has a few words more. " * (number % 9))
    return story


def shown(view: TranscriptView, story: Story) -> RunState:
    """The state of a story, once `view` shows it."""
    state = RunState.replayed(story.events)
    view.show_state(state)
    QGuiApplication.processEvents()
    return state


def receive(state: RunState, story: Story, since: int) -> None:
    """Let `state` hear the events of a story behind the first `since`."""
    for stamped in story.events[since:]:
        state.receive(stamped)


def top_row(view: TranscriptView) -> tuple[int, float]:
    """The row at the upper edge of the page, and how many pixels of it are above."""
    value = float(view.verticalScrollBar().value())
    row = view._heights.at(value)
    return row, value - view._heights.top(row)


def y_of(view: TranscriptView, index: int) -> int:
    """Where a row begins, in pixels from the upper edge of the page."""
    return int(view._heights.top(index) - view.verticalScrollBar().value())
