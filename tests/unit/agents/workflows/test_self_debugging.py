"""Self-debugging: what each kind of feedback carries, and when it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.solving import RIGHT, WORSE, WRONG, in_turn, module, solve, without_examples


def test_code_that_holds_at_once_costs_one_call(tmp_path: Path) -> None:
    solved = solve(tmp_path, "self_debugging", in_turn(module(RIGHT)))
    assert solved.passed
    assert solved.order == ["Programmer"]


@pytest.mark.parametrize(
    ("feedback", "calls", "said"),
    [
        ("simple", 2, "The code above is wrong."),
        ("unit_test", 2, "double(0) gives 2\nexpected: 0"),
        ("explanation", 3, "double(0) gives 2\nexpected: 0"),
        ("trace", 3, "where that account shows it to be wrong"),
    ],
)
def test_each_kind_of_feedback_mends_it(tmp_path: Path, feedback: str, calls: int, said: str) -> None:
    middle = ["It adds two."] if calls == 3 else []
    solved = solve(
        tmp_path, "self_debugging", in_turn(module(WRONG), *middle, module(RIGHT)), feedback=feedback
    )
    assert solved.passed
    assert len(solved.calls) == calls
    assert said in solved.asked[-1]
    if feedback == "simple":
        assert "expected" not in str(solved.calls[-1].messages)
    if feedback == "trace":
        assert "double(0) gives 2" in solved.asked[1]
    whole = [message["content"] for message in solved.calls[-1].messages]
    assert any("return number + 2" in content for content in whole)  # its own code is in view


def test_without_examples_it_judges_its_own_explanation(tmp_path: Path) -> None:
    verdicts = [{"reason": "It adds.", "correct": False}, {"reason": "It doubles.", "correct": True}]
    reply = in_turn(module(WRONG), "It adds two.", verdicts[0], module(RIGHT), "It doubles.", verdicts[1])
    solved = solve(tmp_path, "self_debugging", reply, without_examples())
    assert solved.passed
    assert solved.code == RIGHT
    assert solved.order[2] == "Programmer: SelfJudgement"
    assert len(solved.calls) == 6


def test_the_same_code_twice_ends_it(tmp_path: Path) -> None:
    solved = solve(tmp_path, "self_debugging", in_turn(module(WRONG)))
    assert not solved.passed
    assert len(solved.calls) == 2


def test_the_bound_ends_it_and_says_so(tmp_path: Path) -> None:
    reply = in_turn(module(WRONG), module(WORSE), module(WRONG), module(WORSE), module(WRONG))
    solved = solve(tmp_path, "self_debugging", reply, turns=3)
    assert not solved.passed
    assert len(solved.calls) == 4
    assert "Debugging ended at its bound of 3 turns." in solved.notices


def test_a_program_that_never_ends_is_reported_as_such(tmp_path: Path) -> None:
    endless = "def double(number):\n    while not number:\n        pass\n    return 2 * number\n"
    solved = solve(tmp_path, "self_debugging", in_turn(module(endless), module(RIGHT)))
    assert solved.passed
    assert "does not end within" in solved.asked[1]
