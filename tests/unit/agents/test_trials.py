from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trials import Failed, NotRun, Observation, Passed, Raised, TimedOut, Trials, alike, in_words


def value(text: object) -> Observation:
    return Observation("f()", "value", text if isinstance(text, str) else repr(text))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (0.1 + 0.2, 0.3, True),
        ([0.1 + 0.2, (1, {"k": 1e20})], [0.3, (1, {"k": 1e20 + 1e5})], True),
        (10**30, 10**30 + 1, False),
        (1_000_000, 1_000_001, False),
        ([1], (1,), False),
        ({1, 2}, {2, 1}, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ("'1'", 1, False),
        (None, False, False),
        (1e400, 1e300, False),
        ("<object object>", "<object object>", True),
        ("nan", "nan", True),
    ],
)
def test_values_are_compared_as_behaviour(one: object, other: object, same: bool) -> None:
    assert alike(value(one), value(other)) is same
    assert alike(value(other), value(one)) is same


def test_of_exceptions_the_type_counts_and_a_timeout_is_a_behaviour() -> None:
    error, other = Observation("f()", "error", "ValueError"), Observation("f()", "error", "KeyError")
    endless = Observation("f()", "timeout", "timeout")
    assert alike(error, error)
    assert not alike(error, other)
    assert alike(endless, endless)
    assert not alike(endless, value("timeout"))
    assert [str(seen) for seen in (error, endless, value(3))] == ["raises ValueError", "does not end", "3"]


@given(st.recursive(st.one_of(st.integers(), st.booleans(), st.text()), st.lists))
def test_a_value_is_like_itself(data: object) -> None:
    assert alike(value(data), value(data))


def test_a_trial_in_figures_and_words() -> None:
    cases = (
        Passed("assert f(1) == 1"),
        Failed("assert f(2) == 2", "f(2)", "3", "2"),
        Raised("assert f(3) == 3", "ValueError", "no", "line 2: raise ValueError('no')"),
        TimedOut("assert f(4) == 4", 5.0),
        NotRun("assert f(5) == 5", "You did not allow it."),
    )
    trials = Trials(cases)
    assert not trials.passed
    assert trials.rate == pytest.approx(0.2)
    assert trials.summary == "1 of 5 cases holds."
    assert "f(2) gives 3\nexpected: 2" in trials.report
    assert "raises ValueError: no\nat line 2: raise ValueError('no')" in trials.report
    assert "does not end within 5 s." in trials.report
    assert in_words(cases[0]) == "assert f(1) == 1\nholds."
    assert not Trials(()).passed
    assert Trials(cases[:1]).passed
