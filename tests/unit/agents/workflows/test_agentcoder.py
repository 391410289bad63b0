"""AgentCoder: who sees what, when it ends, and what becomes of a wrong test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, WORSE, WRONG, module, solve, without_examples

TRIPLE = "def double(number):\n    return 3 * number\n"
GOOD = {"basic": ["assert double(3) == 6"], "edge": ["assert double(-1) == -2"], "large": []}


def team(codes: list[str], design: object = GOOD) -> Callable[[ChatCall], object]:
    def reply(call: ChatCall) -> object:
        if call.title == "TestDesign":
            return design
        return module(codes.pop(0) if len(codes) > 1 else codes[0])

    return reply


def test_the_designer_never_sees_code_and_the_programmer_hears_what_failed(tmp_path: Path) -> None:
    solved = solve(tmp_path, "agentcoder", team([WRONG, RIGHT]))
    assert solved.passed
    assert solved.code == RIGHT
    assert solved.order == ["Test Designer: TestDesign", "Programmer", "Programmer"]
    designer = "\n".join(message["content"] for message in solved.calls[0].messages)
    assert "return number" not in designer
    assert "double(2)" in designer
    assert "double(3)" not in solved.asked[1]  # the tests are not told beforehand
    assert "double(0) gives 2\nexpected: 0" in solved.asked[2]
    assert "double(3) gives 5\nexpected: 6" in solved.asked[2]


def test_it_works_without_examples(tmp_path: Path) -> None:
    solved = solve(tmp_path, "agentcoder", team([WRONG, RIGHT]), without_examples())
    assert solved.code == RIGHT
    assert "double(3) gives 5" in solved.asked[2]


def test_an_assertion_that_every_candidate_fails_is_set_aside_and_said_so(tmp_path: Path) -> None:
    design = {"basic": ["assert double(3) == 7"], "edge": [], "large": []}
    solved = solve(tmp_path, "agentcoder", team([WRONG, WORSE, RIGHT], design))
    assert solved.passed
    assert solved.code == RIGHT
    assert "Set aside, since all 3 candidates fail it: assert double(3) == 7" in solved.notices


def test_the_bound_ends_it_with_the_best_candidate(tmp_path: Path) -> None:
    solved = solve(tmp_path, "agentcoder", team([TRIPLE, WRONG, TRIPLE]), rounds=3)
    assert not solved.passed
    assert len(solved.calls) == 4
    assert "bound of 3" in solved.notices


def test_tests_that_cannot_be_used_are_left_out(tmp_path: Path) -> None:
    design = {"basic": ["double(2) is 4", "assert double(5) == 10"], "edge": [], "large": ["print(1)"]}
    solved = solve(tmp_path, "agentcoder", team([RIGHT], design))
    assert solved.passed
    assert "2 of 3 checks are no assertion about double; left out." in solved.notices
