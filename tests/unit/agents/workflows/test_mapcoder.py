"""MapCoder: the order of its calls, what each sees, and how the search ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, WRONG, module, solve, without_examples

RECALLED = {
    "problems": [
        {"problem": f"Problem {name}", "solution": f"By the way {name}."} for name in ("A", "B", "C", "D")
    ]
}
CONFIDENCE = {"A": 20, "B": 90, "C": 50}


def team(codes: Callable[[str], str]) -> Callable[[ChatCall], object]:
    """Each recalled problem leads to a plan that names it; `codes` gives the code for a prompt."""

    def reply(call: ChatCall) -> object:
        asked = call.messages[-1]["content"]
        match call.title:
            case "RecalledProblems":
                return RECALLED
            case "SolutionPlan":
                name = asked.partition("A problem like it: Problem ")[2][0]
                return {"steps": [f"Go the way {name}."]}
            case "PlanConfidence":
                name = asked.partition("Go the way ")[2][0]
                return {"reason": "It may work.", "confidence": CONFIDENCE[name]}
            case _:
                return module(codes(asked))

    return reply


def test_plans_are_tried_in_falling_order_of_confidence(tmp_path: Path) -> None:
    solved = solve(tmp_path, "mapcoder", team(lambda asked: RIGHT if "way C" in asked else WRONG), repairs=1)
    assert solved.passed
    assert solved.order == [
        "Retrieval Agent: RecalledProblems",
        *["Planning Agent: SolutionPlan", "Planning Agent: PlanConfidence"] * 3,
        *("Coding Agent", "Debugging Agent", "Coding Agent"),
    ]
    first, repair, second = solved.asked[-3:]
    assert "Go the way B." in first
    assert "Go the way B." in repair
    assert "double(0) gives 2\nexpected: 0" in repair
    assert "return number + 2" in repair
    assert "Go the way C." in second
    assert "way B" not in second
    assert all("Problem D" not in asked for asked in solved.asked[1:])  # three are wanted


def test_the_last_repair_is_tried_too(tmp_path: Path) -> None:
    repaired = [WRONG, WRONG, RIGHT]
    solved = solve(tmp_path, "mapcoder", team(lambda asked: repaired.pop(0)), repairs=2, recalled=1)
    assert solved.passed
    assert solved.order.count("Debugging Agent") == 2


def test_the_worst_case_is_bounded_and_the_best_is_the_answer(tmp_path: Path) -> None:
    solved = solve(tmp_path, "mapcoder", team(lambda asked: WRONG), recalled=2, repairs=2)
    assert not solved.passed
    assert len(solved.calls) == 1 + 2 * 2 + 2 * (1 + 2)
    assert "No plan led to code" in solved.notices


def test_without_examples_the_most_confident_plan_is_the_answer(tmp_path: Path) -> None:
    solved = solve(tmp_path, "mapcoder", team(lambda asked: RIGHT), without_examples())
    assert solved.code == RIGHT
    assert solved.order.count("Coding Agent") == 1
    assert "Debugging Agent" not in solved.order
