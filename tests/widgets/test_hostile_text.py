"""The window's views, given text that nobody means well with; more of it by `tests.campaigns.fuzz`."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from tests.support.fuzzing_views import VIEWS


@pytest.mark.parametrize("view", VIEWS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.one_of(st.randoms(), st.builds(Random, st.integers(0, 2**32))))
def test_nothing_is_lost_and_nothing_escapes(qtbot: QtBot, view: str, random: Random) -> None:
    VIEWS[view](random)
