"""The simulated model through the whole engine: it repairs only what a prompt really tells it."""

from __future__ import annotations

import asyncio

import pytest

from agents.bench import Problem
from agents.bench.results import Cell
from agents.contracts import Task
from tests.benchmarks.bench_methods import Setting, lift, solved
from tests.benchmarks.simulated import Known, Skill
from tests.benchmarks.simulated.knowledge import find_out
from tests.support.sandboxes import isolated_or_skipped

STARTER = 'def double(number: int) -> int:\n    """Double a number."""'
EXAMPLES = ("assert double(2) == 4", "assert double(0) == 0", "assert double(-3) == -6")
TASK = Task("Double a number.", entry_point="double", starter=STARTER, examples=EXAMPLES)
PROBLEM = Problem("double", TASK, ("assert double(11) == 22\nassert double(0) == 0",))
CANNOT = Skill(right=0.0, repairs=1.0, explained=1.0, tests=1.0, spread=0.0)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    isolated_or_skipped()
    found = find_out(PROBLEM, f"{STARTER}\n    return 2 * number\n", tmp_path_factory.mktemp("known"))
    assert found is not None
    return found


def test_what_it_knows_is_true(known: Known) -> None:
    assert len(known.programs) == 4
    assert known.programs[0] == "def double(number: int) -> int:\n    return 2 * number\n"
    holds = len(known.examples) + len(known.right)
    assert not any(known.told[0][:holds])
    assert all(known.told[0][holds:])
    assert all(any(told) for told in known.told[1:])


@pytest.mark.parametrize(
    ("method", "options", "passed"),
    [
        ("direct", {}, False),
        ("self_debugging", {"feedback": "simple", "turns": 2}, False),
        ("self_debugging", {"feedback": "unit_test", "turns": 2}, True),
        ("self_debugging", {"feedback": "trace", "turns": 2}, True),
        ("agentcoder", {}, True),
        ("mapcoder", {"recalled": 1, "repairs": 1}, True),
        ("rlef", {}, True),
        ("selfevolve", {}, True),
        ("self_collaboration", {"tester": "runs"}, True),
    ],
)
def test_a_repair_needs_the_values_of_a_real_failure(
    known: Known, method: str, options: dict[str, object], passed: bool
) -> None:
    setting = Setting(method, method, options)
    [cell] = asyncio.run(solved(setting, [PROBLEM], [known], CANNOT, seed=1, jobs=1))
    assert not cell.error
    assert cell.passed is passed


def test_the_lift_is_over_the_same_problems() -> None:
    base = [Cell(str(place), "direct", 0, passed=place < 5) for place in range(10)]
    better = [Cell(str(place), "other", 0, passed=place < 8) for place in range(10)]
    more, low, high = lift(better, base, resampled=500)
    assert more == pytest.approx(0.3)
    assert 0 < low < more < high
    assert lift(base, base, resampled=100) == (0.0, 0.0, 0.0)
