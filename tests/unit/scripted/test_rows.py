"""A benchmark's rows say honestly whether a limit is kept, and every module with rows can be chosen."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import tests.benchmarks
from tests.benchmarks.__main__ import PREFIX, names
from tests.benchmarks.bench_cached import row
from tests.benchmarks.machine.reckoning import Reckoned
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


def test_every_benchmark_can_be_begun() -> None:
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    modules = [f"tests.benchmarks.{name}" for name in found if name.startswith(PREFIX)]
    begun = "import sys\nfrom importlib import import_module\n[import_module(name) for name in sys.argv[1:]]"
    done = subprocess.run(
        [sys.executable, "-c", begun, *modules], capture_output=True, text=True, timeout=120, check=False
    )
    assert not done.returncode, done.stderr


def test_what_was_cached_stands_beside_what_bounds_it_and_is_missed_all_the_same() -> None:
    cached = row("a run", Reckoned(prompt_tokens=1000, cached_tokens=250, sent_before=300, found_tokens=285))
    assert (cached.measured, cached.met) == ("25 %", False)
    assert cached.beside == "of 1,000, 30% were sent to their role before, 95% of these found"
