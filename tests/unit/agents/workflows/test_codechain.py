"""CodeChain: modular samples, the functions nearest the centres, and the rounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.workflows.codechain import modules_of, representatives
from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, WRONG, module, solve, without_examples

MODULAR = "def twice(number):\n    return 2 * number\n\n\ndef double(number):\n    return twice(number)\n"
SUM = "def plus(a, b):\n    return a + b\n\n\ndef double(number):\n    return plus(number, number)\n"
BROKEN = "def less(a):\n    return a - 1\n\n\ndef double(number):\n    return less(number)\n"


def by_round(*rounds: list[str]) -> Callable[[ChatCall], object]:
    """The samples of each round, by the seed's order; the last round again and again."""
    waiting = [list(codes) for codes in rounds]

    def reply(call: ChatCall) -> object:
        while len(waiting) > 1 and not waiting[0]:
            waiting.pop(0)
        return module(waiting[0].pop(0) if len(waiting) > 1 or len(waiting[0]) > 1 else waiting[0][0])

    return reply


def test_functions_of_samples_that_hold_are_shown_to_the_next_round(tmp_path: Path) -> None:
    solved = solve(tmp_path, "codechain", by_round([MODULAR, BROKEN, SUM], [MODULAR]), samples=3, rounds=2)
    assert solved.passed
    assert len(solved.calls) == 6  # the second round holds wholly, so there is no third
    assert {call.options["temperature"] for call in solved.calls} == {0.6}
    assert len({call.options["seed"] for call in solved.calls[:3]}) == 3
    revision = solved.asked[-1]
    assert "def twice(number):" in revision
    assert "def plus(a, b):" in revision
    assert "def less" not in revision
    assert "def double" not in revision


def test_where_none_holds_the_functions_of_all_are_used(tmp_path: Path) -> None:
    solved = solve(tmp_path, "codechain", by_round([BROKEN, WRONG], [RIGHT]), samples=2, rounds=1)
    assert solved.passed
    assert "def less(a):" in solved.asked[-1]


def test_rounds_are_bounded_and_the_best_is_the_answer(tmp_path: Path) -> None:
    solved = solve(tmp_path, "codechain", by_round([WRONG]), samples=2, rounds=2)
    assert not solved.passed
    assert len(solved.calls) == 6


def test_samples_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    silent: list[object] = []

    def reply(call: ChatCall) -> object:
        silent.append(call.options["seed"])
        return "I cannot." if call.options["seed"] == silent[0] else module(RIGHT)

    solved = solve(tmp_path, "codechain", reply, without_examples(), samples=3, rounds=0)
    assert solved.code == RIGHT
    assert "1 of 3 solutions could not be read and are left out." in solved.notices


def test_the_nearest_to_each_centre_is_taken() -> None:
    texts = ["a", "b", "far", "farther"]
    vectors = [[0.0, 0.0], [0.1, 0.0], [9.0, 9.0], [9.5, 9.0]]
    found = representatives(texts, vectors, 2, 7)
    assert len(found) == 2
    assert {text in ("a", "b") for text in found} == {True, False}
    assert representatives(["x", "y"], [[1.0], [1.0]], 5, 1) == ["x"]


@pytest.mark.parametrize(
    ("code", "found"), [(MODULAR, ["def twice"]), (RIGHT, ["def double"]), ("def broken(:", [])]
)
def test_the_functions_of_a_solution(code: str, found: list[str]) -> None:
    assert [text.partition("(")[0] for text in modules_of(code, "double")] == found
