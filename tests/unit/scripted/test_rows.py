"""A benchmark's rows say honestly whether a limit is kept, and every module with rows can be chosen."""

from __future__ import annotations

import pytest

from tests.benchmarks.__main__ import names
from tests.benchmarks.rows import Row, shown


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a time", 2.0, 2.0, "ms"), True),
        (Row("a time", 2.1, 2.0, "ms"), False),
        (Row("a rate", 400.0, 400.0, "/s", at_least=True), True),
        (Row("a rate", 399.0, 400.0, "/s", at_least=True), False),
    ],
)
def test_a_limit_is_kept_or_missed(row: Row, met: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert row.met is met
    assert shown([row, Row("another", 0, 0, "")]) == (0 if met else 1)
    assert ("MISS" in capsys.readouterr().out) is not met


def test_a_row_tells_goal_figure_and_peer() -> None:
    row = Row("events stored", 101_582.1, 50_000, "/s", True, "plain sqlite3 300,000 /s")
    assert (row.goal, row.measured) == ("≥ 50,000 /s", "101,582 /s")
    assert str(row).endswith("| ok   | plain sqlite3 300,000 /s")


def test_the_benchmarks_of_our_own_cost_can_be_chosen() -> None:
    wanted = {"store", "orchestration", "resume", "kill", "sandbox", "pool", "cached", "prompts", "context"}
    assert {*wanted, "memory", "commands"} <= {*names()}
