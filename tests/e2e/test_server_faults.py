"""A part of `python -m tests.campaigns.faults`, which prints every fault at every call of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.faults import down_at_start
from tests.support.faulty import course

CODING = 4


@pytest.mark.parametrize(
    ("fault", "at"),
    [
        ("down", 2), ("cut", CODING), ("no_done", 1), ("garbage", 6), ("busy", 3), ("hang", CODING),
        ("empty", CODING), ("truncated", CODING), ("endless", 7), ("reload", 5), ("slow", 2),
    ],
)  # fmt: skip
def test_a_run_goes_on_after_a_fault(tmp_path: Path, fault: str, at: int) -> None:
    told = course(tmp_path, fault, at)
    assert told.wrong == []
    assert told.continued


@pytest.mark.parametrize(
    ("fault", "at"),
    [("down", 2), ("http_error", CODING), ("deleted", 6), ("invalid_json", 3), ("endless", CODING)],
)
def test_a_fault_that_stays_ends_the_run_which_can_be_continued(tmp_path: Path, fault: str, at: int) -> None:
    told = course(tmp_path, fault, at, always=True)
    assert told.wrong == []
    assert not told.continued
    assert told.said


def test_a_server_that_is_away_when_a_run_is_begun(tmp_path: Path) -> None:
    assert down_at_start(tmp_path) == "."
