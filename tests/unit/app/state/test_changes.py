from __future__ import annotations

from app.state.changes import REMEMBERED, ChangeLog


def test_the_latest_change_of_a_key_counts() -> None:
    log: ChangeLog[str] = ChangeLog()
    log.touch("a")
    log.touch("b")
    seen = log.revision
    assert log.since(seen) == []
    log.touch("a")
    assert log.since(seen) == ["a"]
    assert log.since(0) == ["a", "b"]


def test_it_says_when_it_cannot_know() -> None:
    log: ChangeLog[int] = ChangeLog()
    for key in range(REMEMBERED + 10):
        log.touch(key)
    assert log.since(0) is None
    assert log.since(log.revision - 2) == [REMEMBERED + 9, REMEMBERED + 8]


def test_one_busy_key_forgets_nothing() -> None:
    log: ChangeLog[int] = ChangeLog()
    log.touch(1)
    for _ in range(3 * REMEMBERED):
        log.touch(2)
    assert log.since(0) == [2, 1]
