"""JSON from outside: one kind of error, whatever is wrong."""

from __future__ import annotations

import json

import pytest

from agents.jsontext import DEEPEST, read_json


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 300 + "]" * 300, '[{"a":' * 150])
def test_nesting_without_end_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested too deeply|Expecting"):
        read_json(text)


def test_what_people_write_is_read() -> None:
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert json.dumps(read_json(deep)) == deep
    assert read_json("[" + "[],{}," * 1000 + "1]")[-1] == 1
    assert read_json('{"a": "x\ny"}', strict=False) == {"a": "x\ny"}


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="digits"):
        read_json("9" * 5000)
