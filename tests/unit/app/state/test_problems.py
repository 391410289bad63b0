from __future__ import annotations

from agents.events import ErrorRaised, MessageCut, NoticeGiven, Stamped
from app.state.all import RunState


def test_errors_and_warnings_are_gathered_and_nothing_else() -> None:
    state = RunState()
    events = [
        NoticeGiven(text="All is well."),
        NoticeGiven(text="A reply was cut off.", level="warning", agent="ceo"),
        MessageCut(message="ceo#1", text="half", reason="stopped"),
        MessageCut(message="ceo#2", text="half", reason="The connection broke."),
        ErrorRaised(text="Nothing answers.", hint="Start it.", detail="errno 111"),
    ]
    for seq, event in enumerate(events, 1):
        state.receive(Stamped(1, seq, float(seq), event))
    found = [(one.gravity, one.text, one.agent, one.seq) for one in state.problems.problems]
    assert found == [
        ("warning", "A reply was cut off.", "ceo", 2),
        ("warning", "The connection broke.", "ceo", 4),
        ("error", "Nothing answers.", "", 5),
    ]
    assert state.problems.problems[-1].hint == "Start it."
