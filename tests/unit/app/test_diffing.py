from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.diffing import (
    FILLER,
    LARGEST,
    LONGEST_LINE,
    changed_words,
    changes,
    compared,
    lines_of,
    row_kind,
    side_by_side,
)

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


@given(TEXTS, TEXTS)
def test_side_by_side_has_every_line_of_both_texts_once_in_order(before: str, after: str) -> None:
    rows = side_by_side(before, after) or []
    assert [left.text for left, _ in rows if left is not FILLER] == before.splitlines()
    assert [right.text for _, right in rows if right is not FILLER] == after.splitlines()
    assert all(left is not FILLER or right is not FILLER for left, right in rows)
    assert all(left.text == right.text for left, right in rows if left.kind == "same")


@given(st.text(max_size=30), st.text(max_size=30))
def test_without_the_changed_words_two_lines_are_the_same(old: str, new: str) -> None:
    words = changed_words(old, new)
    if words == ((), ()):
        return
    rest = [
        "".join(char for place, char in enumerate(text) if not any(s <= place < s + n for s, n in stretches))
        for text, stretches in zip((old, new), words, strict=True)
    ]
    assert rest[0] == rest[1]


def test_the_words_that_changed() -> None:
    assert changed_words("size = 15", "size = 19") == (((7, 2),), ((7, 2),))
    assert changed_words("import os", "while True:") == ((), ()), "another line, not a changed one"
    assert changed_words("x" * (LONGEST_LINE + 1), "x") == ((), ())
    rows = side_by_side("a = 1\n", "a = 2\nb = 3\n") or []
    assert [row_kind(row) for row in rows] == ["removed", "added"]
    assert rows[0][0].words == ((4, 1),)


def test_the_beginnings_of_changes() -> None:
    assert changes(["same", "removed", "added", "same", "added", "hunk", "added"]) == [1, 4, 6]
    assert changes([]) == []


def test_equal_texts_have_no_lines() -> None:
    assert compared("a\nb", "a\nb") == []


def test_only_line_feeds_end_a_line() -> None:
    assert lines_of("a\x0cb\nc") == ["a\x0cb", "c"]
    assert lines_of("") == []
    assert lines_of("\n") == [""]


def test_very_long_texts_are_not_compared() -> None:
    assert compared("x\n" * LARGEST, "y\n") is None
    assert side_by_side("x\n" * LARGEST, "y\n") is None
