from __future__ import annotations

import json

import pytest

from app.state.typed import TypedWords, is_typed, words_so_far

REPLY = {
    "summary": 'It says "no" to 10 €.\n\nTwice.',
    "sure": True,
    "rounds": 3,
    "files": ["a.py", "b.py"],
    "points": [{"question": "Why?", "choices": []}, {"question": "How 🎲?", "choices": ["so"]}],
    "note": "",
}
WORDS = 'It says "no" to 10 €.\n\nTwice.\n- a.py\n- b.py\n\nWhy?\n\nHow 🎲?\n- so'


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_its_words_only_grow_whatever_pieces_it_comes_in(size: int, escaped: bool) -> None:
    text = json.dumps(REPLY, ensure_ascii=escaped, indent=1)
    typed, words = TypedWords(), ""
    for start in range(0, len(text), size):
        words += typed.take(text[start : start + size])
    assert words == WORDS


def test_what_is_cut_is_read_as_far_as_it_came() -> None:
    assert words_so_far('{"message": "Let us beg') == "Let us beg"
    assert words_so_far('{"message": "\\u00') == ""
    assert words_so_far("Plain words {") == "Plain words {"


@pytest.mark.parametrize("text", ["{{{]]]}}", '{"a" "b": "c"}', '{"a": "\\uzzzz\\ud83d"}', '}"'])
def test_what_is_no_json_harms_nothing(text: str) -> None:
    assert isinstance(TypedWords().take(text), str)


def test_a_reply_is_known_by_its_first_sign() -> None:
    assert is_typed(' \n{"')
    assert not is_typed("```json")
