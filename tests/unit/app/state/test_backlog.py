from __future__ import annotations

from agents.events import BacklogChanged, BacklogItem, Stamped
from app.state.backlog import BacklogState


def test_the_latest_backlog_counts() -> None:
    state = BacklogState()
    first, second = BacklogItem(item="1", title="a", state="done"), BacklogItem(item="2", title="b")
    state.receive(Stamped(1, 1, 1.0, BacklogChanged(items=(first,))))
    state.receive(Stamped(1, 2, 2.0, BacklogChanged(items=(first, second))))
    assert state.items == (first, second)
    assert state.done == 1
    assert [(burn.left, burn.total) for burn in state.burned] == [(0, 1), (1, 2)]
    assert state.column("done") == [first]
    assert state.column("backlog") == [second]
