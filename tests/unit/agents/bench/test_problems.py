"""Problem sets are read in each form; what judges never becomes part of what is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.bench import load_problems
from agents.errors import UsageError
from tests.campaigns.references import judged_humaneval, judged_quixbugs
from tests.support.humaneval import shared_data

MBPP = {
    "task_id": 11,
    "text": "Write a python function to remove first and last occurrence of a given character.",
    "code": "def remove_Occ(s, ch): SECRET",
    "test_list": ["assert remove_Occ('hello','l') == 'heo'", "assert remove_Occ('PHP','P') == 'H'"],
    "test_setup_code": "import math",
}
OWN = {
    "id": "twice",
    "task": "Double a number.",
    "entry_point": "double",
    "examples": ["assert double(2) == 4"],
    "tests": ["assert double(21) == 42"],
}


def lines(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(row) if isinstance(row, dict) else str(row) for row in rows))
    return path


def test_mbpp_shows_its_first_test_and_is_judged_by_all(tmp_path: Path) -> None:
    [problem] = load_problems(lines(tmp_path, MBPP))
    assert (problem.key, problem.task.entry_point) == ("11", "remove_Occ")
    assert problem.task.examples == (MBPP["test_list"][0],)
    assert problem.tests[1] == "import math\nassert remove_Occ('PHP','P') == 'H'"
    assert "SECRET" not in str(problem)


def test_ones_own_form(tmp_path: Path) -> None:
    starter = {"id": "s", "task": "Halve it.", "starter": "def half(n):\n    ...\n", "tests": []}
    first, second = load_problems(lines(tmp_path, OWN, "", starter))
    assert first.task.examples == ("assert double(2) == 4",)
    assert first.tests == ("assert double(21) == 42",)
    assert (second.task.entry_point, second.task.idea) == ("half", "Halve it.")
    assert [p.key for p in load_problems(lines(tmp_path, OWN, starter), only="wi")] == ["twice"]
    assert len(load_problems(lines(tmp_path, OWN, starter), limit=1)) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("no json", "Line 1"),
        ("[1]", "no JSON object"),
        ({"id": "x"}, "'task' is missing"),
        ({"task": ""}, "empty"),
        ({"task": "Double.", "tests": [1]}, "list of Python texts"),
        ({"prompt": "def f(:", "entry_point": "f", "test": ""}, "syntax"),
        ({**MBPP, "test_list": []}, "test_list is empty"),
        ({**MBPP, "test_list": ["assert f(\0)"]}, "no assert statement"),
        ({**OWN, "examples": ["assert \u2028f(1)"]}, "no assert statement"),
        ('{"a":' * 60_000, "nested too deeply"),
        ({"id": 1, "prompts": ["Take {b}."], "inputs": [{"a": 1}], "outputs": [1]}, "'b' is missing"),
    ],
)
def test_what_is_no_problem_is_named_with_its_line(tmp_path: Path, row: object, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        load_problems(lines(tmp_path, row))


def test_a_template_fills_in_names_and_nothing_else(tmp_path: Path) -> None:
    prompts = ["Take {a}, {{a}}, {a.__class__} and {a:>999999999}."]
    [problem] = load_problems(
        lines(tmp_path, {"id": 1, "prompts": prompts, "inputs": [{"a": 7}], "outputs": [7]})
    )
    assert problem.task.turns == ("Take 7, {a}, {a.__class__} and {a:>999999999}.",)


@pytest.mark.parametrize("row", ["{", "[1]", "[1, 2, 3]", '{"a": 1}', "[" * 100_000, b"\xff"])
def test_a_damaged_file_of_quixbugs_is_named(tmp_path: Path, row: str | bytes) -> None:
    for folder in ("python_programs", "json_testcases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "python_programs" / "gcd.py").write_text("def gcd(a, b): ...")
    (tmp_path / "json_testcases" / "gcd.json").write_bytes(row if isinstance(row, bytes) else row.encode())
    with pytest.raises(UsageError, match=r"gcd\.json"):
        load_problems(tmp_path)


def test_an_empty_set_and_two_of_a_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no problems"):
        load_problems(lines(tmp_path, ""))
    with pytest.raises(UsageError, match="two problems called twice"):
        load_problems(lines(tmp_path, OWN, OWN))
    with pytest.raises(UsageError, match="no problems"):
        load_problems(tmp_path)


@pytest.fixture
def data() -> Path:
    folder = shared_data()
    if folder is None:
        pytest.skip("needs shared/data beside the project, or TROUPE_SHARED")
    return folder


def test_all_of_humaneval_and_mtpb_is_read(data: Path) -> None:
    humaneval = load_problems(data / "humaneval" / "HumanEval.jsonl")
    assert len(humaneval) == 164
    assert all(len(problem.tests) == 1 and problem.task.entry_point for problem in humaneval)
    mtpb = load_problems(data / "mtpb" / "mtpb-first60.jsonl")
    assert len(mtpb) > 60
    assert all(problem.task.script and problem.task.turns for problem in mtpb)


def test_references_pass_and_wrong_programs_fail(data: Path, tmp_path: Path) -> None:
    """A part of it; `python -m tests.campaigns.references` has all."""
    assert judged_humaneval(data, tmp_path, step=40) == []
    assert judged_quixbugs(data, tmp_path, {"gcd", "lis", "flatten"}) == []
