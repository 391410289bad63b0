from __future__ import annotations

import pytest

from app.state.speed import Speed


@pytest.mark.parametrize("rate", [5.0, 31.0, 100.0])
def test_a_steady_stream_is_measured(rate: float) -> None:
    speed = Speed()
    at = 100.0
    for _ in range(int(rate * 4)):
        at += 1 / rate
        speed.add("word", at)
    assert speed.rate(at) == pytest.approx(rate, rel=0.15)


def test_several_tokens_in_a_piece_count() -> None:
    speed = Speed()
    at = 100.0
    for _ in range(120):
        at += 1 / 30
        speed.add("word" * 4, at)
    assert speed.rate(at) == pytest.approx(120, rel=0.15)


def test_no_figure_at_once_and_none_after_silence() -> None:
    speed = Speed()
    assert speed.rate(100.0) == 0.0
    speed.add("x", 100.0)
    assert speed.rate(100.05) == 0.0
    assert speed.rate(160.0) == pytest.approx(0.0, abs=1e-6)
