from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import EndlessReply
from agents.models._guard import EndlessGuard, repeated_unit


def fed(text: str, num_ctx: int = 32_768, piece: int = 5) -> int:
    """How many characters passed; `EndlessReply` where they are ended."""
    guard, passed = EndlessGuard("m", num_ctx), 0
    for start in range(0, len(text), piece):
        guard.watch(text[start : start + piece])
        passed += len(text[start : start + piece])
    return passed


@given(
    unit=st.text("ab\n ", min_size=1, max_size=60),
    start=st.text(max_size=20),
    end=st.integers(0, 59),
)
def test_a_repetition_is_found_however_it_ends(unit: str, start: str, end: int) -> None:
    text = (start + unit * 5000 + unit[:end])[-4000:]
    found = repeated_unit(text)
    assert found
    assert len(found) <= len(unit)
    assert (found * 4000)[-4000:] == text


@given(st.integers())
def test_no_repetition_is_found_where_there_is_none(seed: int) -> None:
    chosen = random.Random(seed)
    text = "".join(chosen.choice("ab") for _ in range(4000))
    assert repeated_unit(text) == ""


@pytest.mark.parametrize("unit", ["x", "ha ", "I will now write the code.\n", "line one\nline two\n" * 10])
def test_a_loop_is_ended(unit: str) -> None:
    with pytest.raises(EndlessReply, match="repeating the same text"):
        fed("A good beginning.\n" + unit * (6000 // len(unit)))


def test_white_space_without_end_is_ended_sooner() -> None:
    with pytest.raises(EndlessReply, match="white space"):
        fed("{" + " \n" * 1000)


def test_a_reply_of_more_than_the_whole_context_is_ended() -> None:
    numbered = "".join(f"step {number}\n" for number in range(5000))
    with pytest.raises(EndlessReply, match="characters"):
        fed(numbered, num_ctx=4096)
    fed(numbered, num_ctx=32_768)


def test_honest_replies_pass() -> None:
    program = "".join(f"    values[{number}] = compute({number * 7 % 13})\n" for number in range(400))
    level = ("#" * 78 + "\n") * 30
    zeros = "GRID = [" + "0, " * 1000 + "]\n"
    honest = program + level + zeros + program
    assert fed(honest) == len(honest)
