"""Two runs and a bench before one queue, disturbed; `python -m tests.campaigns.queue` does it at length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.queue import stressed
from tests.support.sandboxes import isolated_or_skipped


@pytest.mark.parametrize(("granted", "hosts"), [(1, 1), (3, 1)])
def test_nobody_waits_for_ever_and_no_place_is_lost(granted: int, hosts: int, tmp_path: Path) -> None:
    isolated_or_skipped()
    told = stressed(tmp_path, granted, acts=15, seed=granted + hosts, hosts=hosts)
    assert told.broken == {}
    assert told.ended >= 3
