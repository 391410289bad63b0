from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.state.pull import PullState


def test_bytes_of_all_files_count() -> None:
    pull = PullState()
    pull.receive("pulling manifest", 0, 0, 0.0)
    assert (pull.fraction, pull.speed, pull.seconds_left) == (0.0, 0.0, None)
    pull.receive("pulling a", 1000, 0, 1.0)
    pull.receive("pulling a", 1000, 400, 2.0)
    pull.receive("pulling b", 500, 0, 2.5)
    pull.receive("pulling b", 500, 200, 3.0)
    assert (pull.completed, pull.total, pull.fraction) == (600, 1500, 0.4)
    assert pull.speed == 300.0
    assert pull.seconds_left == 3.0
    pull.receive("verifying sha256 digest", 0, 0, 4.0)
    assert pull.status == "verifying sha256 digest"
    assert pull.completed == 600


def test_what_was_there_already_is_no_speed() -> None:
    pull = PullState()
    pull.receive("pulling a", 1000, 900, 0.0)
    pull.receive("pulling a", 1000, 950, 1.0)
    assert pull.speed == 50.0


def test_a_break_is_no_slowness() -> None:
    pull = PullState()
    pull.receive("pulling a", 1000, 0, 0.0)
    pull.receive("pulling a", 1000, 100, 1.0)
    pull.begin()
    assert pull.speed == 0.0
    assert pull.completed == 100
    pull.receive("pulling a", 1000, 100, 600.0)
    pull.receive("pulling a", 1000, 300, 601.0)
    assert pull.speed == 200.0


def test_only_the_last_seconds_count() -> None:
    pull = PullState()
    for second in range(20):
        pull.receive("pulling a", 10_000, second * 10 if second < 10 else second * 100, float(second))
    assert pull.speed == 100.0


line = st.tuples(
    st.sampled_from(["pulling a", "pulling b", "verifying"]),
    st.integers(0, 10**12),
    st.integers(-1, 10**13),
    st.floats(0, 10),
)


@given(st.lists(line))
def test_whatever_a_server_says_the_figures_make_sense(lines: list[tuple[str, int, int, float]]) -> None:
    pull, now = PullState(), 0.0
    for status, total, completed, step in lines:
        now += step
        pull.receive(status, total, completed, now)
        assert 0 <= pull.completed <= pull.total or pull.total == 0
        assert 0.0 <= pull.fraction <= 1.0
        assert pull.speed >= 0
        assert pull.seconds_left is None or pull.seconds_left >= 0
