"""The replay's clock and cursor: every place in it is the fold of the events up to there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from agents.errors import Bug
from agents.events import (
    MessageCompleted,
    MessageCut,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunEnded,
    RunPaused,
    Stamped,
)
from app.replay import CHECKPOINTS, PAUSE_SECONDS, TYPED_UPTO, Recording, Replay
from app.state.all import RunState
from app.state.entries import MessageEntry
from tests.support.story import Story, gomoku


def stored(story: Story) -> list[Stamped]:
    return [stamped for stamped in story.events if stamped.seq]


def finished() -> list[Stamped]:
    story = gomoku()
    message = next(iter(RunState.replayed(story.events).hierarchy.talks))
    text = "The diagonal begins at the last stone."
    story.tell(MessageCut(message=message, text=text, reason="stopped"))
    story.tell(RunEnded(state="stopped", summary="Enough."))
    return stored(story)


EVENTS = finished()


@pytest.fixture
def replay(qtbot: QtBot) -> Replay:
    return Replay(Recording(EVENTS))


def message_of(replay: Replay) -> MessageEntry:
    entry = replay.state.transcript.entries[-1]
    assert isinstance(entry, MessageEntry)
    return entry


def begin_of_coding(replay: Replay) -> MessageCompleted:
    """Put the replay right behind the beginning of the programmer's first message, which it gives."""
    said = next(
        stamped
        for stamped in EVENTS
        if isinstance(stamped.event, MessageCompleted) and stamped.event.message == "ceo/cto/programmer#1"
    )
    assert isinstance(said.event, MessageCompleted)
    replay.go_to(EVENTS.index(said))
    return said.event


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("go"), st.integers(-3, len(EVENTS) + 3)),
            st.tuples(st.just("step"), st.integers(0, 1)),
            st.tuples(st.just("advance"), st.integers(0, 20)),
            st.tuples(st.just("speed"), st.sampled_from([1, 5, 50])),
        ),
        max_size=12,
    ),
    st.integers(1, len(EVENTS)),
)
def test_any_place_is_the_fold_up_to_it(qtbot: QtBot, moves: list[tuple[str, int]], last: int) -> None:
    replay = Replay(Recording(EVENTS))
    for move, value in moves:
        match move:
            case "go":
                replay.go_to(value)
            case "step":
                replay.step(forward=bool(value))
            case "advance":
                replay.advance(value / 4)
            case _:
                replay.set_speed(value)
    replay.go_to(last)
    assert replay.position == last
    assert replay.state.seq == EVENTS[last - 1].seq
    assert replay.state == RunState.replayed(EVENTS[:last])


@pytest.mark.parametrize("speed", [1, TYPED_UPTO, 50])
def test_played_to_its_end_it_is_the_stored_run(replay: Replay, speed: int) -> None:
    replay.set_speed(speed)
    for _ in range(10_000):
        if replay.at_end:
            break
        replay.advance(0.033 * speed)
    assert replay.at_end
    assert replay.state == RunState.replayed(EVENTS)


def test_it_plays_by_itself_and_stops_at_the_end(qtbot: QtBot, replay: Replay) -> None:
    replay.go_to(len(EVENTS) - 5)
    replay.set_speed(50)
    with qtbot.waitSignal(replay.grown, timeout=3000):
        replay.play()
    assert replay.playing
    qtbot.waitUntil(lambda: not replay.playing, timeout=10_000)
    assert replay.at_end
    replay.play()
    assert replay.position == 1
    replay.pause()
    assert not replay.playing


def test_a_message_is_typed_while_it_took_to_be_written(replay: Replay) -> None:
    said = begin_of_coding(replay)
    replay.set_speed(2)
    lengths = []
    for _ in range(400):
        replay.advance(0.1)
        if message_of(replay).state == "complete":
            break
        entry = message_of(replay)
        assert said.text.startswith(entry.text)
        assert said.thinking.startswith(entry.thinking)
        lengths.append(len(entry.thinking) + len(entry.text))
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 20
    assert message_of(replay).text == said.text


def test_a_message_appears_whole_when_it_goes_fast(replay: Replay) -> None:
    said = begin_of_coding(replay)
    replay.set_speed(10)
    while message_of(replay).live:
        assert message_of(replay).text == message_of(replay).thinking == ""
        replay.advance(0.1)
    assert message_of(replay).text == said.text


def test_typing_goes_on_where_one_jumps_to(replay: Replay) -> None:
    begin_of_coding(replay)
    replay.advance(3.0)
    half = len(message_of(replay).text) + len(message_of(replay).thinking)
    assert half > 0
    replay.go_to(replay.position)  # a half typed message is begun anew
    assert message_of(replay).text == message_of(replay).thinking == ""
    replay.advance(3.0)
    assert len(message_of(replay).text) + len(message_of(replay).thinking) == half


def test_steps_go_from_message_to_message(replay: Replay) -> None:
    seen = []
    for _ in range(len(EVENTS)):
        replay.step(forward=True)
        seen.append(replay.state.figures.total.messages)
        if replay.at_end:
            break
    assert seen == [1, 2, 3, 4, 5, 6, 6, 6]  # the last two: the message that was cut, and the end
    replay.step(forward=False)
    replay.step(forward=False)
    assert replay.state.figures.total.messages == 6
    for _ in range(10):
        replay.step(forward=False)
    assert replay.position == 1


def test_long_pauses_are_shortened_and_work_is_not() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    story.tell(MessageCompleted(message=message, speaker="a", to="b", phase="p", text="slow"), seconds=300)
    story.tell(QuestionAsked(question="a?1", agent="a", phase="p", text="?"), seconds=1)
    story.tell(QuestionAnswered(question="a?1", answer="!", by="user"), seconds=3600)
    story.begin("a", "b", "p")
    story.tell(RunPaused(), seconds=5)
    story.tell(RunContinued(), seconds=9000)
    moments = Recording(stored(story)).moments
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert gaps == pytest.approx([300, 1, PAUSE_SECONDS, 0.4, 5, PAUSE_SECONDS])


def test_the_time_of_the_run_goes_with_the_clock(replay: Replay) -> None:
    replay.go_to(20)
    assert replay.now() == EVENTS[19].at
    replay.advance(0.1)
    assert EVENTS[19].at <= replay.now() <= EVENTS[20].at + 0.1
    replay.go_to(len(EVENTS))
    assert replay.now() == EVENTS[-1].at


def test_a_place_is_found_by_the_number_of_its_event() -> None:
    recording = Recording(EVENTS)
    assert recording.position_of(EVENTS[11].seq) == 12
    assert recording.position_of(0) == 1
    assert recording.position_of(10**9) == len(EVENTS)


@pytest.mark.parametrize("closest", [3, 20])
def test_a_place_far_in_is_reached_from_a_checkpoint(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, closest: int
) -> None:
    monkeypatch.setattr("app.replay.CLOSEST", closest)
    replay = Replay(Recording(EVENTS))
    kept = [position for position, _ in replay.recording.checkpoints]
    assert kept == list(range(closest, len(EVENTS) + 1, closest))
    for position in (len(EVENTS), 5, 21, 40, 39, 6, 7, len(EVENTS) - 1, 1):
        replay.go_to(position)
        assert replay.state == RunState.replayed(EVENTS[:position])
    assert replay.recording.checkpoints[0][1] == RunState.replayed(EVENTS[:closest])


def test_the_checkpoints_of_a_long_run_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.replay.CLOSEST", 1)
    assert len(Recording(EVENTS).checkpoints) <= CHECKPOINTS


def test_a_run_without_events_cannot_be_replayed() -> None:
    with pytest.raises(Bug):
        Recording([])
