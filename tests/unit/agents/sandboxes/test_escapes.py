from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sandboxes._escapes import Tamer, tamed

OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hover everything", "over everything"),
        ("\x1b]0;a title\x07after", "after"),
        ("\x1b]8;;http://evil.example\x1b\\a link\x1b]8;;\x1b\\", "a link"),
        ("\x1b]52;c;cm0gLXJmIH4=\x07the clipboard", "the clipboard"),
        ('\x1bP$q"p\x1b\\answer back', "answer back"),
        ("\x1b[6n\x1b[c\x1b(B\x1bcreset", "reset"),
        ("\x9b31mred\x9d0;t\x9cx", "redx"),
        ("bell\x07 back\x08\x08 null\x00 delete\x7f", "bell␇ back␈␈ null␀ delete␡"),
        ("lone \x1b", "lone ␛"),
        ("50%\r100%\r\nend\r", "50%\n100%\nend\n"),
        ("if user \u202e}nimda", "if user <U+202E>}nimda"),
        ("\x85 next line", "<U+0085> next line"),
        ("grüße 你好 👍🏽", "grüße 你好 👍🏽"),
    ],
)
def test_what_a_terminal_would_obey_is_not_shown(printed: str, shown: str) -> None:
    assert tamed(printed) == shown
    tamer = Tamer()
    assert "".join(tamer.feed(character) for character in printed) + tamer.feed("", final=True) == shown


PIECES = st.sampled_from(list("\x1b[]3;m\x07\\\r\nPa \x9b\x9d\x9c"))


@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40))
def test_pieces_of_any_size_come_to_the_same_and_nothing_is_obeyed(pieces: list[str]) -> None:
    tamer = Tamer()
    shown = "".join(map(tamer.feed, pieces)) + tamer.feed("", final=True)
    assert shown == tamed("".join(pieces))
    assert not OBEYED.search(shown)


def test_what_is_shown_stays_as_it_is() -> None:
    once = tamed("a\x1b[1mb\x00c\u202ed\r\ne")
    assert tamed(once) == once


@pytest.mark.parametrize("evil", ["\x1b]", "\x90", "\x1b[", "\x1b[0", "\x1b ", "\r", "\x1b]0;" + "x" * 1000])
def test_output_made_to_be_slow_is_not(evil: str) -> None:
    text = (evil * 200_000)[:200_000]
    started = time.process_time()
    tamer = Tamer()
    for start in range(0, len(text), 65536):
        tamer.feed(text[start : start + 65536])
    tamer.feed("", final=True)
    assert time.process_time() - started < 5  # quadratic, it would be minutes


def test_a_sequence_without_end_is_not_held_back_for_ever() -> None:
    tamer = Tamer()
    shown = tamer.feed("\x1b]0;" + "x" * 10_000) + tamer.feed("y" * 10_000)
    assert len(shown) > 10_000
