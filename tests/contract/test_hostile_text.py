"""Everything that reads text from outside, given what nobody means well with.

The campaign `python -m tests.campaigns.fuzz` gives the same readers as many inputs as one likes.
"""

from __future__ import annotations

import warnings
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.fuzzing import TARGETS

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("reader", TARGETS)
@FEW
@given(random=st.one_of(st.randoms(), st.builds(Random, st.integers(0, 2**32))))
def test_nothing_is_lost_and_nothing_escapes(reader: str, random: Random) -> None:
    """Each reader's target asserts that nothing is lost, and lets out what is none of our errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's word on hostile code is no failure
        TARGETS[reader](random)
