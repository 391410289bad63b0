from __future__ import annotations

from agents.events import CommandFinished, CommandOutput, CommandStarted, Event, RunEnded, Stamped
from app.state.console import SHOWN, ConsoleState

STARTED = CommandStarted(command="a$1", agent="a", phase="p", title="Tests", argv=("x",), sandbox="s")


def folded(*events: Event) -> ConsoleState:
    state = ConsoleState()
    for seq, event in enumerate(events, 1):
        state.receive(Stamped(1, seq, float(seq), event))
    return state


def test_output_streams_and_the_end_repeats_it_whole() -> None:
    pieces = (CommandOutput(command="a$1", text="one\n"), CommandOutput(command="a$1", text="two\n"))
    record = folded(STARTED, *pieces).commands["a$1"]
    assert (record.output, record.state) == ("one\ntwo\n", "running")
    finished = CommandFinished(
        command="a$1", exit_code=1, passed=False, verdict="failed", output="whole", seconds=2.0
    )
    record = folded(STARTED, *pieces, finished).commands["a$1"]
    assert (record.output, record.state, record.exit_code) == ("whole", "failed", 1)


def test_output_is_bounded() -> None:
    piece = CommandOutput(command="a$1", text="x" * (SHOWN // 2 + 1))
    assert len(folded(STARTED, piece, piece, piece).commands["a$1"].output) == SHOWN


def test_what_never_finished_was_interrupted() -> None:
    state = folded(STARTED, RunEnded(state="stopped", summary=""))
    assert state.commands["a$1"].state == "interrupted"
    late = CommandOutput(command="a$1", text="late")
    assert folded(STARTED, RunEnded(state="stopped", summary=""), late).commands["a$1"].output == ""


def test_changes_are_named() -> None:
    state = folded(STARTED)
    seen = state.changes.revision
    state.receive(Stamped(1, 0, 9.0, CommandOutput(command="a$1", text="x")))
    assert state.changes.since(seen) == ["a$1"]
