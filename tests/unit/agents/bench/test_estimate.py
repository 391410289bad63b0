"""pass@k and confidence intervals."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bench import interval, pass_at


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_choices_with_a_right_answer(counts: tuple[int, int, int]) -> None:
    samples, right, k = counts
    answers = [place < right for place in range(samples)]
    choices = [any(choice) for choice in combinations(answers, k)]
    assert pass_at(samples, right, k) == pytest.approx(fmean(choices))


@pytest.mark.parametrize("counts", [(3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        pass_at(*counts)


def test_intervals_hold_the_mean_and_shrink_with_more_values() -> None:
    few, many = interval([1.0, 0.0, 1.0]), interval([1.0, 0.0, 1.0] * 50)
    assert few[0] < many[0] < 2 / 3 < many[1] < few[1]
    assert interval([]) == (0.0, 1.0)
    assert interval([0.0] * 164)[0] == 0.0
    assert interval([0.5, 0.5]) == (0.5, 0.5)
    low, high = interval([0.2, 0.8, 0.5])
    assert low < 0.5 < high


def test_one_problem_with_mixed_answers_says_nothing() -> None:
    assert interval([0.5]) == (0.0, 1.0)
