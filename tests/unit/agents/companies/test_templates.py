from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.companies.templates import FIELDS, fields_in, fill


def test_fields_are_found_and_filled_in_and_braces_stay() -> None:
    template = "{{x}} {task} and {task}; {codes}"
    assert fields_in(template) == ["task", "task", "codes"]
    assert fill(template, {"task": "{ideas}"}) == "{x} {ideas} and {ideas}; "


@pytest.mark.parametrize(
    "wrong", ["{", "}", "{task", "{task.__class__}", "{task[0]}", "{0}", "{task!r}", "{task:>9}"]
)
def test_nothing_but_plain_fields(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"brace|field"):
        fields_in(wrong)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=20)), st.text(max_size=20))
def test_a_value_is_never_read_as_a_template(values: dict[str, str], text: str) -> None:
    quoted = text.replace("{", "{{").replace("}", "}}")
    template = quoted + "".join(f"{{{name}}}" for name in values)
    assert fill(template, values) == text + "".join(values.values())
