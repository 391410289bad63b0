"""Text from outside as a person may read it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.visible import has_hidden, one_line, shown_lines, visible, visible_markdown

TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\x1b[2J\x07", "⟨U+001B⟩[2J⟨U+0007⟩"),
        ("\ufeffx\u200b\u2060", "⟨U+FEFF⟩x⟨U+200B⟩⟨U+2060⟩"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\u2028\x85", "⟨U+2028⟩⟨U+0085⟩"),
    ],
)
def test_what_hides_is_shown_as_its_number(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert has_hidden(text)


@pytest.mark.parametrize(
    "text", ["plain\n\ttext\r\n", "größe 主 é", "👨\u200d👩\u200d👧", "نامه\u200cای", "→ ⟨x⟩"]
)
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text
    assert not has_hidden(text)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(TURNING + "\x00\x1b\u200b\ufeffa\n"))))
def test_nothing_turns_or_controls_and_nothing_is_lost(text: str) -> None:
    shown = visible(text)
    assert not any(char in TURNING or unicodedata.category(char) == "Cs" for char in shown)
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n\t\r" for char in shown)
    assert shown.count("\n") == text.count("\n")
    assert re.sub(r"⟨U\+([0-9A-F]+)⟩", lambda found: chr(int(found[1], 16)), shown) == text
    assert len(one_line(text)) <= 200
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a&#8238;b", "a⟨U+202E⟩b"),
        ("&#x202e;&rlm;&shy;", "⟨U+202E⟩⟨U+200F⟩⟨U+00AD⟩"),
        ("&#0;&#xD800;", "⟨U+0000⟩⟨U+D800⟩"),
        ("&amp;&#65;&nothing;&#99999999;", "&amp;&#65;&nothing;&#99999999;"),
    ],
)
def test_markdown_cannot_spell_what_hides(text: str, shown: str) -> None:
    assert visible_markdown(text) == shown


def test_a_line_without_end_is_cut_and_the_lines_stay_as_many() -> None:
    text = f"first\n{'x' * 10_000_000}\nlast"
    shown = shown_lines(text, 1000)
    assert [line[:5] for line in shown.split("\n")] == ["first", "xxxxx", "last"]
    assert len(shown) < 1100
    assert "9,999,000" in shown
