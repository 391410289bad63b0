"""Self-collaboration: what goes over the blackboard, and when the rounds end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, WORSE, WRONG, module, solve, without_examples

ANALYSIS = {"subtasks": ["Multiply by two."], "plan": "One multiplication."}


def team(
    codes: list[str], reports: list[list[str]], checks: list[str] | None = None
) -> Callable[[ChatCall], object]:
    """The Coder gives these versions and the Tester these findings, the last of each again and again."""

    def reply(call: ChatCall) -> object:
        match call.title:
            case "TaskAnalysis":
                return ANALYSIS
            case "TestReport":
                return {"findings": reports.pop(0) if len(reports) > 1 else reports[0]}
            case "TestChecks":
                return {"checks": checks}
            case _:
                return module(codes.pop(0) if len(codes) > 1 else codes[0])

    return reply


def test_the_report_goes_back_to_the_coder_until_the_tester_is_content(tmp_path: Path) -> None:
    solved = solve(tmp_path, "self_collaboration", team([WRONG, RIGHT], [["double(0) must be 0"], []]))
    assert solved.passed
    assert solved.order == [
        *("Analyst: TaskAnalysis", "Coder", "Tester: TestReport"),
        *("Coder", "Tester: TestReport"),
    ]
    coding, reasoning, mending = solved.asked[1], solved.asked[2], solved.asked[3]
    assert "One multiplication." in coding
    assert "return number + 2" in reasoning
    assert "One multiplication." not in reasoning  # the Tester judges by the task alone
    assert "double(0) must be 0" in mending
    assert "double(0) gives 2\nexpected: 0" in mending  # what was really run is told, too
    assert "return number + 2" in mending
    begins = coding.partition("Analysis:")[0]
    assert mending.startswith(begins)  # what never changes stands first


def test_checks_are_written_once_and_really_run(tmp_path: Path) -> None:
    checks = ["assert double(3) == 6", "double(4)", "assert triple(1) == 3", "assert double(-1) == -2"]
    solved = solve(
        tmp_path,
        "self_collaboration",
        team([WRONG, RIGHT], [[]], checks),
        without_examples(),
        tester="runs",
    )
    assert solved.passed
    assert solved.order.count("Tester: TestChecks") == 1
    assert "double(3) gives 5\nexpected: 6" in solved.asked[3]
    assert "2 of 4 checks are no assertion about double; left out." in solved.notices
    assert "return number + 2" not in solved.asked[2]  # the checks come from the task, not from the code


def test_the_bound_ends_it(tmp_path: Path) -> None:
    codes = [WRONG, WORSE, WRONG, WORSE, WRONG]
    solved = solve(tmp_path, "self_collaboration", team(codes, [["It is wrong."]]), rounds=3)
    assert not solved.passed
    assert solved.order.count("Coder") == 3
    assert solved.order.count("Tester: TestReport") == 3
    assert "The rounds ended at their bound of 3." in solved.notices


def test_the_same_code_again_ends_it(tmp_path: Path) -> None:
    solved = solve(tmp_path, "self_collaboration", team([WRONG], [["It is wrong."]]))
    assert not solved.passed
    assert solved.order.count("Coder") == 2
    assert "same code again" in solved.notices


def test_a_wrong_check_does_not_cost_a_right_program(tmp_path: Path) -> None:
    checks = ["assert double(3) == 6", "assert double(5) == 11"]
    codes = [RIGHT, WRONG, WORSE, WRONG]
    solved = solve(tmp_path, "self_collaboration", team(codes, [[]], checks), tester="runs")
    assert "double(5) gives 10\nexpected: 11" in solved.asked[3]
    assert solved.passed
    assert solved.code.strip() == RIGHT.strip()
