from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.diffing import LARGEST, compared

TEXTS = st.lists(st.sampled_from(["a", "b", "", "+", "-", "@@ -1 +1 @@", "--- x"]), max_size=12).map(
    "\n".join
)


@given(TEXTS, TEXTS)
def test_numbers_point_at_the_lines(before: str, after: str) -> None:
    old, new = before.splitlines(), after.splitlines()
    for line in compared(before, after) or []:
        if line.kind in ("removed", "same"):
            assert old[line.old - 1] == line.text
        if line.kind in ("added", "same"):
            assert new[line.new - 1] == line.text


@given(TEXTS, TEXTS)
def test_counts_balance(before: str, after: str) -> None:
    lines = compared(before, after) or []
    added = sum(line.kind == "added" for line in lines)
    removed = sum(line.kind == "removed" for line in lines)
    assert added - removed == len(after.splitlines()) - len(before.splitlines())


def test_equal_texts_have_no_lines() -> None:
    assert compared("a\nb", "a\nb") == []


def test_very_long_texts_are_not_compared() -> None:
    assert compared("x\n" * LARGEST, "y\n") is None
