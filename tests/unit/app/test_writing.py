from __future__ import annotations

from app.writing import SECONDS, Writing


def test_the_beginning_is_told_and_each_minute_of_going_on() -> None:
    now = 5.0
    writing = Writing(lambda: now)
    assert writing.due("a question")
    assert not writing.due("a question")
    assert writing.due("another")
    now += SECONDS - 1
    assert not writing.due("a question")
    now += 1
    assert writing.due("a question")
