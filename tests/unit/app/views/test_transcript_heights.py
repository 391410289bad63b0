from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from app.views.transcript_heights import CHUNK, Heights

ROWS = st.lists(st.integers(1, 900).map(float), max_size=3 * CHUNK)


@given(ROWS, st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 500)), max_size=20))
def test_sums_are_those_of_a_plain_list(rows: list[float], changes: list[tuple[int, int]]) -> None:
    heights = Heights(rows[: len(rows) // 2])
    for height in rows[len(rows) // 2 :]:
        heights.append(height)
    for row, height in changes:
        if rows:
            rows[row % len(rows)] = float(height)
            heights.set(row % len(rows), float(height))
    assert len(heights) == len(rows)
    assert heights.total == sum(rows)
    tops = [0.0, *accumulate(rows)]
    for row in range(0, len(rows) + 1, max(1, len(rows) // 7)):
        assert heights.top(row) == tops[row]


@given(ROWS.filter(bool), st.floats(0, 1, exclude_max=True))
def test_a_place_lies_in_its_row(rows: list[float], share: float) -> None:
    heights = Heights(rows)
    y = float(int(heights.total * share))
    row = heights.at(y)
    assert heights.top(row) <= y < heights.top(row + 1)


def test_outside() -> None:
    assert Heights().at(10.0) == 0
    assert Heights().total == 0
    heights = Heights([5.0, 5.0])
    assert heights.at(1000.0) == 1
