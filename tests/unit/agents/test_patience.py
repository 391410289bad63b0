"""How long a call waits for its server, and how often it is made again."""

from __future__ import annotations

import pytest

from agents.errors import (
    ContextTooSmall,
    ModelFailed,
    ModelNotFound,
    ReplyDoesNotFit,
    ServerBusy,
    ServerUnreachable,
    StreamCut,
    UserFacingError,
)
from agents.patience import Patience, Waiting


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_server_that_is_away_is_waited_for_with_growing_delays() -> None:
    clock = Clock()
    waiting = Waiting(Patience(server_seconds=30, first_delay=1, longest_delay=8), clock)
    delays = []
    while (delay := waiting.delay(ServerUnreachable("away"))) is not None:
        delays.append(delay)
        clock.now += delay
    assert delays == [1, 2, 4, 8, 8, 8]
    assert "30 seconds" in waiting.words(ServerBusy("busy"))


def test_a_server_that_answers_but_fails_is_asked_a_few_times() -> None:
    waiting = Waiting(Patience(again=3))
    answers = [waiting.delay(error) for error in (ModelFailed("a"), StreamCut("b"), ModelFailed("c"))]
    assert None not in answers
    assert waiting.delay(StreamCut("d")) is None


def test_an_outage_after_a_cut_is_waited_for_anew() -> None:
    clock = Clock()
    waiting = Waiting(Patience(server_seconds=10), clock)
    assert waiting.delay(ServerUnreachable("away")) is not None
    clock.now += 9
    assert waiting.delay(StreamCut("back, and cut")) is not None
    assert waiting.delay(ServerUnreachable("away again")) is not None
    clock.now += 9
    assert waiting.delay(ServerUnreachable("still")) is not None
    clock.now += 2
    assert waiting.delay(ServerUnreachable("still")) is None


@pytest.mark.parametrize("error", [ModelNotFound("m"), ContextTooSmall("c"), ReplyDoesNotFit("r")])
def test_what_waiting_does_not_mend_is_said_at_once(error: UserFacingError) -> None:
    assert Waiting(Patience()).delay(error) is None


@pytest.mark.parametrize(("given", "seconds"), [("5", 5.0), ("-1", 0.0), ("", 120.0), ("long", 120.0)])
def test_it_can_be_chosen(given: str, seconds: float) -> None:
    assert Patience.chosen({"TROUPE_PATIENCE": given}).server_seconds == seconds
