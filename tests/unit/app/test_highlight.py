from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pygments.styles.default import DefaultStyle

from app.highlight import LARGEST, highlighted, utf16_length

SOURCE = 'import sys\n\n\nclass Board:\n    """A board 🎲 of stones."""\n    size = 15\n'


def test_spans_lie_on_their_lines() -> None:
    lines = highlighted("board.py", SOURCE, DefaultStyle)
    assert len(lines) == SOURCE.count("\n") + 1
    for text, spans in zip(SOURCE.split("\n"), lines, strict=True):
        assert all(span.start >= 0 and span.start + span.length <= utf16_length(text) for span in spans)


def test_a_character_beyond_the_basic_plane_counts_twice() -> None:
    (spans,) = highlighted("a.py", "'🎲' + 1", DefaultStyle)
    assert spans[-1].start == len("'xx' + ")


def test_a_keyword_has_a_colour() -> None:
    assert highlighted("a.py", "import sys", DefaultStyle)[0][0].length == len("import")


def test_very_long_texts_stay_plain() -> None:
    assert highlighted("a.py", "x" * (LARGEST + 1), DefaultStyle) == []


@given(st.text(max_size=60), st.sampled_from(["a.py", "a.json", "README", "a.unknown", "a.html", "Makefile"]))
def test_any_text_of_any_file(text: str, path: str) -> None:
    plain = text.replace("\r", "\n")
    assert len(highlighted(path, plain, DefaultStyle)) == plain.count("\n") + 1
