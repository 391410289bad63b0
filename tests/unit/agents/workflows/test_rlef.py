"""RLEF's loop: public tests in the prompts, hidden ones only at the end, and the reward."""

from __future__ import annotations

from pathlib import Path

from agents.events import AnswerJudged
from agents.workflows.rlef import reward
from tests.support.solving import RIGHT, WORSE, WRONG, in_turn, module, solve

HIDDEN = ("assert double(21) == 42", "assert double(-3) == -6")
CHEAT = "def double(number):\n    return {2: 4, 0: 0}.get(number)\n"


def test_public_failures_are_told_and_the_hidden_tests_judge(tmp_path: Path) -> None:
    solved = solve(tmp_path, "rlef", in_turn(module(WRONG), module(RIGHT)), tests=HIDDEN)
    assert solved.passed
    assert len(solved.calls) == 2
    assert "double(0) gives 2\nexpected: 0" in solved.asked[1]
    assert not any("21" in message["content"] for call in solved.calls for message in call.messages)
    assert "Reward: +1 after 2 turns, 0 without valid code." in solved.notices


def test_code_that_only_knows_the_examples_is_found_out(tmp_path: Path) -> None:
    solved = solve(tmp_path, "rlef", in_turn(module(CHEAT)), tests=HIDDEN)
    assert not solved.passed
    assert len(solved.calls) == 1
    [judged] = solved.told.recorder.of(AnswerJudged)
    assert (judged.passed, judged.summary) == (False, "0 of 2 cases hold.")
    assert "Reward: -1 after 1 turns" in solved.notices


def test_the_bound_ends_it_and_invalid_turns_cost(tmp_path: Path) -> None:
    broken = "def double(number:\n"
    solved = solve(tmp_path, "rlef", in_turn(module(broken), module(WORSE), module(WRONG)), tests=HIDDEN)
    assert not solved.passed
    assert len(solved.calls) == 3
    assert "Reward: -1.2 after 3 turns, 1 without valid code." in solved.notices
    assert (reward(True, 0), reward(True, 2), reward(False, 1)) == (1.0, 0.6, -1.2)
