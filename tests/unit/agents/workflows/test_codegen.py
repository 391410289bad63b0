"""CodeGen's multi-turn synthesis: each turn continues the program; scripts are judged by what they print."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.contracts import Task
from agents.workflows.codegen import continued
from tests.support.ollama.scripted import ChatCall
from tests.support.solving import RIGHT, in_turn, module, solve

SCRIPT = Task(
    "1. Put 3 into a.\n2. Print its double.",
    entry_point="program",
    turns=("Put 3 into a variable named a.", "Print the double of a."),
    script=True,
)


def test_each_turn_continues_the_program_and_the_script_is_judged_by_its_print(tmp_path: Path) -> None:
    solved = solve(
        tmp_path,
        "codegen",
        in_turn(module("a = 3\n"), module("print(2 * a)\n")),
        SCRIPT,
        tests=("assert program() == '6'",),
    )
    assert solved.passed
    assert solved.code == "a = 3\n\nprint(2 * a)\n"
    first, second = solved.asked
    assert "Put 3 into a variable named a." in first
    assert "Print the double" not in first
    assert "```python\na = 3\n```" in solved.calls[1].messages[2]["content"]  # the talk goes on
    assert "Print the double of a." in second


def test_a_single_turn_has_all_of_them_in_one_prompt(tmp_path: Path) -> None:
    solved = solve(
        tmp_path,
        "codegen",
        in_turn(module("a = 3\nprint(a)\n")),
        SCRIPT,
        tests=("assert program() == '6'",),
        single=True,
    )
    assert not solved.passed
    assert len(solved.calls) == 1
    assert "1. Put 3 into a variable named a.\n2. Print the double of a." in solved.asked[0]


def test_a_task_without_turns_is_split_first(tmp_path: Path) -> None:
    helper = "def twice(number):\n    return 2 * number\n"
    rest = "def double(number):\n    return twice(number)\n"
    codes = [helper, rest]

    def reply(call: ChatCall) -> object:
        return {"turns": ["Write twice.", "Write double."]} if call.title else module(codes.pop(0))

    solved = solve(tmp_path, "codegen", reply)
    assert solved.passed
    assert solved.order == ["Task Lead: TaskTurns", "Programmer", "Programmer"]
    assert solved.code == f"{helper}\n{rest}"


@pytest.mark.parametrize(
    ("program", "piece", "whole"),
    [
        ("", "a = 1\n", "a = 1\n"),
        ("a = 1\n", "b = 2\n", "a = 1\n\nb = 2\n"),
        ("a = 1\n", "a = 1\nb = 2\n", "a = 1\nb = 2\n"),
        (RIGHT, RIGHT.replace("2", "3"), RIGHT.replace("2", "3")),
        ("print(1)\n", "print(2)\n", "print(1)\n\nprint(2)\n"),
        ("def broken(:\n", "x = 1\n", "def broken(:\n\nx = 1\n"),
    ],
)
def test_a_piece_continues_or_takes_the_place(program: str, piece: str, whole: str) -> None:
    assert continued(program, piece) == whole
