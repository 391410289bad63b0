from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.terminal import neutralised


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\n", "plain\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("10 %\r20 %\r30 %\n", "30 %\n"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("ab\b\bxy", "xy"),
        ("\x1b[2J\x1b[1;1Hclean", "clean"),
        ("a\u202eb", "ab"),
        ("tab\tkept", "tab\tkept"),
        ("\x1b", ""),
        ("\x1b[", ""),
    ],
)
def test_says_what_a_terminal_would_show(printed: str, shown: str) -> None:
    assert neutralised(printed) == shown


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b\x9b[]\r\b\n\x07;m0"))))
def test_nothing_but_text_is_left(printed: str) -> None:
    shown = neutralised(printed)
    assert not any(unicodedata.category(character) == "Cc" for character in shown if character not in "\n\t")


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cf", "Zl", "Zp"))))
def test_plain_text_stays(printed: str) -> None:
    assert neutralised(printed) == printed


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("x" * 1_000_000, "x" * 1_000_000),
        ("x" * 500_000 + "\b" * 499_999, "x"),
        ("\r" * 500_000 + "y" + "\r" * 500_000, "y"),
        ("\x9d" * 500_000, ""),
        ("\x1b[" * 300_000, ""),
    ],
)
def test_a_line_of_a_megabyte_takes_no_minutes(output: str, shown: str) -> None:
    assert neutralised(output) == shown
