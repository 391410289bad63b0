"""Self-planning: a plan, then the code from it; no feedback."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ReplyDoesNotFit
from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, WRONG, module, solve

PLAN = {"steps": ["Multiply the number by two.", " ", "Return it."]}


def replies(code: str) -> object:
    return lambda call: PLAN if call.title else module(code)


def test_the_coder_gets_the_task_and_the_plan(tmp_path: Path) -> None:
    solved = solve(tmp_path, "self_planning", replies(RIGHT))
    assert solved.passed
    assert solved.code == RIGHT
    assert solved.order == ["Planner: SolutionPlan", "Coder"]
    assert "double(2)" in solved.asked[0]
    assert "1. Multiply the number by two.\n2. Return it." in solved.asked[1]
    assert "double(2)" in solved.asked[1]


def test_a_wrong_answer_is_kept_and_not_mended(tmp_path: Path) -> None:
    solved = solve(tmp_path, "self_planning", replies(WRONG))
    assert not solved.passed
    assert solved.code == WRONG
    assert len(solved.calls) == 2


def test_a_plan_that_cannot_be_read_is_asked_again_and_then_named(tmp_path: Path) -> None:
    asked: list[ChatCall] = []

    def reply(call: ChatCall) -> object:
        asked.append(call)
        return "First I double it."

    with pytest.raises(ReplyDoesNotFit, match="SolutionPlan"):
        solve(tmp_path, "self_planning", reply)
    assert len(asked) == 3
