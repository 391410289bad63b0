from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clarifying.inputs import arguments_in, call_of, parameters

VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner),
        st.dictionaries(st.text(), inner, max_size=4),
        st.sets(st.integers(), max_size=4),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("f(1, 'a')", [(1, "a")]),
        ("`f([1, (2,)], {3})`", [([1, (2,)], {3})]),
        ("assert f(-1.5) == 2", [(-1.5,)]),
        ("assert sorted(f(1)) == [f(2)]", [(1,), (2,)]),
        ("f()", [()]),
        ("f(x)", []),
        ("f(1", []),
        ("g(1)", []),
        ("f(key=1)", []),
        ("f(1)(2)", [(1,)]),
        ("", []),
    ],
)
def test_literal_calls_are_read(call: str, arguments: list[tuple[Any, ...]]) -> None:
    assert sorted(map(repr, arguments_in([call], "f"))) == sorted(map(repr, arguments))


def test_the_same_input_is_one() -> None:
    assert arguments_in(["f(1)", "f( 1 )", "f(2)"], "f") == [(1,), (2,)]


@given(st.lists(VALUES, max_size=3).map(tuple))
def test_what_is_written_is_read_again(arguments: tuple[Any, ...]) -> None:
    call = call_of("f", arguments)
    ast.parse(call)
    assert arguments_in([call], "f") == [arguments] or "set()" in call


@pytest.mark.parametrize(
    ("starter", "count"),
    [
        ("def f(a, b=2): ...", 2),
        ("def f(): ...", 0),
        ("def f(*args): ...", None),
        ("def g(a): ...", None),
        ("", None),
        ("def f(:", None),
    ],
)
def test_parameters_are_counted(starter: str, count: int | None) -> None:
    assert parameters(starter, "f") == count
