"""A typed reply that is ended while it comes: never one that would have been read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.errors import ReplyDoesNotFit
from agents.replies import Settling, read_value


class Verdict(BaseModel):
    """A reply's form."""

    findings: list[str]
    passed: bool = False


def fits(text: str) -> bool:
    try:
        read_value(text, Verdict)
    except ReplyDoesNotFit:
        return False
    return True


def read_along(text: str, size: int = 3, fitting: Callable[[str], bool] = fits) -> tuple[str, int, Settling]:
    """What is said first, after how many characters."""
    settling = Settling(fitting)
    for at in range(0, len(text), size):
        if verdict := settling.take(text[at : at + size]):
            return verdict, at + size, settling
    return "", len(text), settling


VALUE = '{"findings": ["a \\"quoted\\" {brace", "b\\\\"], "passed": true}'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("rest", ["\n\nThis means that all is well.", '\n{"findings": []}', "\n" * 80])
def test_what_follows_a_complete_object_is_not_wanted(size: int, rest: str) -> None:
    verdict, at, settling = read_along(f"  {VALUE}{rest * 3}", size)
    assert verdict == "complete"
    assert at <= len(VALUE) + 80 + size or size == 1000
    assert settling.value.strip() == VALUE


@pytest.mark.parametrize("end", ["", "\n", "\n\n  "])
def test_a_reply_that_ends_with_its_object_ends_by_itself(end: str) -> None:
    assert read_along(VALUE + end)[0] == ""


def test_an_object_that_does_not_fit_may_be_followed_by_one_that_does() -> None:
    text = f'{{"example": 1}}\n{VALUE}\nmore'
    assert read_along(text)[0] == ""


@pytest.mark.parametrize(
    "start", ["Here it is:\n", "```json\n", "<think>hm</think>", "[", "{findings}: ", "{\n  findings: "]
)
def test_a_reply_that_begins_otherwise_is_left_alone(start: str) -> None:
    assert read_along(f'{start}{VALUE}\n```\nand {{"findings": no}}' + "x" * 2000)[0] == ""


@pytest.mark.parametrize(
    "broken",
    [
        '{"findings": ["he said "no" to it"], ',
        '{"findings": [one, two], ',
        '{"findings": ["a"] "passed": true, ',
        '{"findings": ["\\d+"], ',
    ],
)
def test_an_object_that_nothing_can_mend_is_ended(broken: str) -> None:
    text = broken + '"more": "and so on"' * 500
    verdict, at, _ = read_along(text)
    assert verdict == "broken"
    assert at < len(broken) + 600
    assert not fits(text)


@pytest.mark.parametrize("kept", ['{"findings": ["a",], "passed": true,}', '{"findings": ["a\nb"]}', "{}"])
def test_what_is_read_in_spite_of_mistakes_is_not_broken(kept: str) -> None:
    assert read_along(kept + " " * 300 + "x", 1)[0] in ("", "complete")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=8), JSON, min_size=1, max_size=5),
    st.integers(1, 40),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_no_beginning_of_valid_json_is_broken(
    value: dict[str, object], size: int, indent: int | None, plain: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=plain)
    padded = text.replace(": ", ": " + " " * 300, 1)
    for written in (text, padded):
        verdict, _, settling = read_along(f"{written}\nmore", size, lambda _: True)
        assert verdict == "complete"
        assert settling.value == written


@given(st.text(alphabet='{}[]",:\\ \nabtrufn01.-e', max_size=400), st.integers(1, 9))
def test_what_can_be_read_is_never_ended_as_broken(tail: str, size: int) -> None:
    text = f'{{"findings": ["a"], "passed": {tail}'
    verdict, at, settling = read_along(text, size)
    if verdict == "broken":
        assert not fits(text)
    if verdict == "complete":
        assert fits(settling.value)
        assert at <= len(text) + size
