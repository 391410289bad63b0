from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.state.worktime import WorkTime


def test_pauses_do_not_count() -> None:
    work = WorkTime()
    work.begin(100.0)
    assert work.until(110.0) == 10.0
    work.halt(120.0)
    work.halt(150.0)
    assert work.until(500.0) == 20.0
    work.begin(500.0)
    assert work.until(505.0) == 25.0


@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=20))
def test_it_is_the_sum_of_every_other_stretch(stretches: list[float]) -> None:
    work, at, expected = WorkTime(), 1000.0, 0.0
    for number, seconds in enumerate(stretches):
        (work.halt if number % 2 else work.begin)(at)
        expected += 0.0 if number % 2 else seconds
        at += seconds
    assert abs(work.until(at) - expected) < 1e-6
