"""Counting and walking through what was found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.state.find import Finder, Place


def finder(words: str, *texts: str) -> Finder:
    made = Finder(words)
    for index, text in enumerate(texts):
        made.take(index, text)
    return made


def test_case_does_not_matter_and_signs_are_themselves() -> None:
    found = finder("a.b", "A.B a.b", "axb", "(a.b)")
    assert found.total == 3
    assert [found.has(index) for index in range(3)] == [True, False, True]


def test_walking_goes_around_both_ends() -> None:
    found = finder("x", "x x", "none", "x")
    assert [found.step(1) for _ in range(4)] == [Place(0, 0), Place(0, 1), Place(2, 0), Place(0, 0)]
    assert [found.step(-1) for _ in range(3)] == [Place(2, 0), Place(0, 1), Place(0, 0)]
    assert found.number == 1


def test_from_an_entry_on() -> None:
    found = finder("x", "x", "", "x")
    assert found.from_entry(1) == Place(2, 0)
    assert found.from_entry(3) == Place(0, 0)
    assert finder("x", "").from_entry(0) is None


def test_a_text_that_changes() -> None:
    found = finder("x", "x x x")
    found.current = Place(0, 2)
    found.take(0, "x")
    assert (found.number, found.total) == (1, 1)
    found.take(0, "")
    assert (found.current, found.number, found.total) == (None, 0, 0)
    assert found.step(1) is None


def test_nothing_is_found_by_nothing() -> None:
    assert finder("", "abc").total == 0


@given(st.lists(st.text("ab", max_size=6), max_size=12), st.integers(1, 40))
def test_every_place_is_visited_once_in_a_round(texts: list[str], start: int) -> None:
    found = finder("a", *texts)
    total = sum(text.count("a") for text in texts)
    assert found.total == total
    for _ in range(start):
        found.step(1)
    visited = [found.step(1) for _ in range(total)]
    assert len(set(visited)) == total
    numbers = set()
    for _ in range(total):
        found.step(-1)
        numbers.add(found.number)
    assert numbers == set(range(1, total + 1))
