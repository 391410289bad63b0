from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fuzzy import best, match

OFFICER = "Chief Product Officer"
NAMES = ["Branch from here …", "Abort the run", "Run", "gomoku/board.py", OFFICER, "Run again"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("run", "Run"),
        ("bfh", "Branch from here …"),
        ("board", "gomoku/board.py"),
        ("cpo", "Chief Product Officer"),
        ("again run", "Run again"),
        ("abrt", "Abort the run"),
    ],
)
def test_what_is_meant_comes_first(query: str, first: str) -> None:
    assert best(query, NAMES, str, 10)[0] == first


def test_the_places_of_the_letters_are_told() -> None:
    hit = match("cpo", "Chief Product Officer")
    assert hit is not None
    assert hit.places == (0, 6, 14)
    assert match("zz", "Abort") is None


def test_an_empty_query_keeps_the_order() -> None:
    assert best("", NAMES, str, 3) == NAMES[:3]


@given(st.text(max_size=30), st.data())
def test_letters_taken_from_a_text_are_found_in_it(text: str, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, max(0, len(text) - 1)), max_size=6)) if text else set()
    query = "".join(text[place] for place in sorted(places))
    hit = match(query, text)
    if text.isascii():
        assert hit is not None
    if hit is not None:
        assert all(0 <= place < len(text) for place in hit.places)
        assert list(hit.places) == sorted(set(hit.places))
