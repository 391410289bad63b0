"""Cutting loses nothing, and a growing text is cut like a whole one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.views.transcript_split import LONGEST, Part, Splitter, split

LINES = st.sampled_from(
    ["text\n", "\n", "```python a.py\n", "```\n", "~~~\n", "x = 1\n", "word " * 300, "y" * 3000 + "\n", "end"]
)
TEXTS = st.lists(LINES, max_size=40).map("".join)


def raw(parts: list[Part]) -> str:
    return "".join(part.raw for part in parts)


@given(TEXTS)
@settings(deadline=None)
def test_nothing_is_lost(text: str) -> None:
    assert raw(split(text)) == text


@given(TEXTS, st.integers(1, 500))
@settings(deadline=None)
def test_growing_loses_nothing_and_closed_parts_stay(text: str, step: int) -> None:
    splitter = Splitter()
    for end in range(0, len(text), step):
        before = [part for part in splitter.closed if part.last]
        rest = splitter.update(text[:end])
        assert raw(splitter.closed) + (rest.raw if rest else "") == text[:end]
        assert splitter.closed[: len(before)] == before or any(not part.last for part in splitter.closed)
    assert splitter.update(text, complete=True) is None
    assert raw(splitter.closed) == text


@given(TEXTS)
@settings(deadline=None)
def test_no_part_is_too_long(text: str) -> None:
    assert all(len(part.raw) <= 3 * LONGEST for part in split(text))


def test_prose_and_code() -> None:
    parts = split("Hello\n```python a.py\nx = 1\n```\nbye")
    assert [(part.kind, part.text, part.info) for part in parts] == [
        ("prose", "Hello", ""),
        ("code", "x = 1", "python a.py"),
        ("prose", "bye", ""),
    ]


def test_a_fence_without_an_end_is_code_all_the_same() -> None:
    (part,) = split("```\nx = 1\n")
    assert (part.kind, part.text, part.last) == ("code", "x = 1", True)


def test_a_longer_fence_may_hold_a_shorter_one() -> None:
    (part,) = split("````md\n```\ninner\n```\n````\n")
    assert part.text == "```\ninner\n```"


def test_long_code_comes_in_several_parts_of_one_stretch() -> None:
    parts = split("```py\n" + "line = 1\n" * 2000 + "```\nend\n")
    code = [part for part in parts if part.kind == "code"]
    assert len(code) > 2
    assert [part.first for part in code] == [True] + [False] * (len(code) - 1)
    assert [part.last for part in code] == [False] * (len(code) - 1) + [True]
    assert "\n".join(part.text for part in code) == "\n".join(["line = 1"] * 2000)


def test_one_endless_line_is_cut_too() -> None:
    splitter = Splitter()
    rest = splitter.update("word " * 20_000)
    assert len(splitter.closed) > 10
    assert rest is not None
    assert len(rest.raw) <= 2 * LONGEST
