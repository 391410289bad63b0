from __future__ import annotations

from agents.events import Event, NoticeGiven, RunContinued, RunEnded, RunPaused, RunStarted, Stamped
from app.state.run import RunSummary

START = RunStarted(
    project="P", idea="An idea", workflow="w", title="W", model="m", sandbox="s", folder="f", demo=True
)


def summary(*told: tuple[float, Event]) -> RunSummary:
    made = RunSummary()
    for seq, (at, event) in enumerate(told, 1):
        made.receive(Stamped(7, seq, at, event))
    return made


def test_a_started_run() -> None:
    run = summary((100.0, START))
    assert (run.number, run.project, run.idea, run.demo) == (7, "P", "An idea", True)
    assert run.begun
    assert not run.over
    assert run.active_seconds(130.0) == 30.0


def test_pauses_do_not_count() -> None:
    run = summary((100.0, START), (110.0, RunPaused(reason="lunch")), (500.0, RunContinued()))
    assert run.state == "running"
    assert run.active_seconds(505.0) == 15.0


def test_a_paused_run_tells_why() -> None:
    run = summary((100.0, START), (110.0, RunPaused(reason="lunch")))
    assert (run.state, run.pause_reason) == ("paused", "lunch")
    assert run.active_seconds(999.0) == 10.0


def test_after_a_crash_only_the_time_until_the_last_event_counts() -> None:
    run = summary((100.0, START), (120.0, NoticeGiven(text="x")), (9000.0, RunContinued()))
    assert run.active_seconds(9001.0) == 21.0


def test_without_a_clock_the_last_event_counts() -> None:
    assert summary((100.0, START), (120.0, NoticeGiven(text="x"))).active_seconds() == 20.0


def test_the_end_and_a_continuation() -> None:
    told = [(100.0, START), (160.0, RunEnded(state="failed", summary="no"))]
    run = summary(*told)
    assert run.over
    assert (run.ended, run.summary, run.active_seconds()) == (160.0, "no", 60.0)
    run = summary(*told, (200.0, RunContinued(finished_steps=3)))
    assert not run.over
    assert (run.ended, run.summary) == (0.0, "")
