"""SelfEvolve: what is known before the code is written, and the repairs after it."""

from __future__ import annotations

from pathlib import Path

from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, WRONG, in_turn, module, solve

TRIAL = "import math\n\n\ndef double(number):\n    return math.prod([2, number]) + math.nothing(1)\n"


def test_a_trial_and_the_interpreters_documentation_stand_before_the_code(tmp_path: Path) -> None:
    solved = solve(tmp_path, "selfevolve", in_turn(module(TRIAL), module(RIGHT)))
    assert solved.passed
    assert solved.order == ["Scholar", "Programmer"]
    knowledge = solved.asked[1]
    assert "math.prod([2, number])" in knowledge
    assert "math.prod(iterable, /, *, start=1)" in knowledge  # looked up, not made up
    assert "Calculate the product" in knowledge
    assert "math.nothing\n" not in knowledge


def test_an_outline_is_the_simple_knowledge(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> object:
        return {"steps": ["Multiply by two."]} if call.title else module(RIGHT)

    solved = solve(tmp_path, "selfevolve", reply, knowledge="simple")
    assert solved.order == ["Scholar: SolutionPlan", "Programmer"]
    assert "1. Multiply by two." in solved.asked[1]


def test_repairs_see_the_examples_of_the_prompt_and_are_bounded(tmp_path: Path) -> None:
    wrongs = [WRONG.replace("+ 2", f"+ {n}") for n in (2, 3, 5, 6)]
    solved = solve(
        tmp_path,
        "selfevolve",
        in_turn(module(WRONG), *map(module, wrongs)),
        tests=("assert double(21) == 42",),
    )
    assert not solved.passed
    assert len(solved.calls) == 2 + 3
    assert "double(0) gives 2\nexpected: 0" in solved.asked[2]
    assert not any("21" in asked for asked in solved.asked)


def test_the_same_code_again_ends_it(tmp_path: Path) -> None:
    solved = solve(tmp_path, "selfevolve", in_turn(module(WRONG)))
    assert not solved.passed
    assert len(solved.calls) == 3
