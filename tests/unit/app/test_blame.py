from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.blame import LARGEST, blamed
from app.diffing import lines_of

TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=6).map("\n".join), max_size=5)


def test_each_line_is_its_authors() -> None:
    assert blamed(["a\nb\n", "a\nx\nb\n", "a\nx\nc\n"]) == [0, 1, 2]


def test_a_deleted_file_begins_anew() -> None:
    assert blamed(["a\n", "", "a\n"]) == [2]


def test_nothing_and_too_much() -> None:
    assert blamed([]) == []
    assert blamed(["x\n" * (LARGEST + 1)]) == []


@given(TEXTS)
def test_a_line_was_in_the_version_that_it_is_ascribed_to(texts: list[str]) -> None:
    origins = blamed(texts)
    last = lines_of(texts[-1]) if texts else []
    assert len(origins) == len(last)
    for line, origin in zip(last, origins, strict=True):
        assert line in lines_of(texts[origin])
