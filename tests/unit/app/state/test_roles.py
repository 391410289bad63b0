from __future__ import annotations

from agents.events import RoleTaken, Stamped
from app.state.all import RunState
from app.state.entries import RemarkEntry


def test_a_role_is_taken_and_given_back() -> None:
    state = RunState()
    events = [
        RoleTaken(agent="ceo", taken=True),
        RoleTaken(agent="ceo/cto", taken=True, phase="review"),
        RoleTaken(agent="ceo", taken=False),
    ]
    for seq, event in enumerate(events, 1):
        state.receive(Stamped(1, seq, float(seq), event))
    assert state.roles.taken == {"ceo/cto": "review"}
    said = [entry for entry in state.transcript.entries if isinstance(entry, RemarkEntry)]
    assert [entry.to for entry in said] == ["ceo", "ceo/cto", "ceo"]
    assert state.transcript.seqs == [1, 2, 3]
