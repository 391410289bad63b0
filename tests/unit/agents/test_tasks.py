from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from agents.tasks import examples_in, load_task, read_task, with_docstring
from tests.support.humaneval import problems
from tests.support.trying import tried

STARTER = '''import math


def area(radius: float) -> float:
    """Return the area of a circle.

    >>> area(0)
    0.0
    >>> round(area(1), 2)
    3.14
    >>> area(-1)
    Traceback (most recent call last):
    ValueError: negative
    """
'''


def test_a_signature_with_a_docstring_is_a_task_with_its_doctests_as_examples() -> None:
    task = read_task(STARTER)
    assert task.is_function
    assert task.entry_point == "area"
    assert task.starter == STARTER
    assert task.idea.startswith("Return the area of a circle.")
    assert task.examples == ("assert area(0) == 0.0", "assert round(area(1), 2) == 3.14")


def test_assert_statements_below_a_function_are_examples_and_no_part_of_the_starter() -> None:
    asserts = "assert add(1, 2) == 3\nassert (\n    add(0, 0)\n    == 0\n)\n"
    task = read_task(f"def add(a, b):\n    '''Add.'''\n\n{asserts}")
    assert task.examples == ("assert add(1, 2) == 3", "assert add(0, 0) == 0")
    assert "assert" not in task.starter


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("add(1, 2) → 3", "assert add(1, 2) == 3"),
        ("- `add(1, 2)` -> `3`", "assert add(1, 2) == 3"),
        ("add([1], key='x') => [2, 'y']", "assert add([1], key='x') == [2, 'y']"),
        ("For example, add(1, 2) == 3", None),
        ("add(1, 2) ==> 3.", "assert add(1, 2) == 3"),
        ("add(1, 2) should return 3", "assert add(1, 2) == 3"),
        ("add('a -> b') -> 'c'", "assert add('a -> b') == 'c'"),
        ("add(a, b) -> c", None),
        ("def add(a, b) -> int:", None),
        ("add -> 3", None),
        ("  assert add(1, 2) == 3", "assert add(1, 2) == 3"),
        (">>> add(1, 2)\n3", "assert add(1, 2) == 3"),
        (">>> add(1, 2) # one\n3\n", "assert add(1, 2) == 3"),
    ],
)
def test_examples_in_the_ways_people_write_them(line: str, example: str | None) -> None:
    assert examples_in(f"Add two numbers.\n{line}\n") == ([example] if example else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Write a function add(a, b) that adds.", "add"),
        ("Write a function called `add` that adds.", "add"),
        ("Reverse a string.", "solution"),
        ("Add.\nassert sorted(plus(1)) == [2]\nassert plus(2) == 3", "plus"),
        ("Add:\n```python\ndef plus(a):\n    ...\n```\nplus(1) -> 2", "plus"),
    ],
)
def test_the_functions_name_is_found(text: str, name: str) -> None:
    assert read_task(text).entry_point == name


def test_a_name_that_is_given_counts(tmp_path: Path) -> None:
    assert read_task("Reverse a string.", entry_point="backwards").entry_point == "backwards"
    assert read_task("def a(): ...\ndef b(): ...\n", entry_point="a").entry_point == "a"
    assert read_task("def a(): ...\ndef b(): ...\n").entry_point == "b"


def test_files_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "task.py").write_text(STARTER)
    (tmp_path / "task.md").write_text(f"Circles:\n\n```python\n{STARTER}```\n")
    (tmp_path / "task.txt").write_text("area(0) -> 0.0")
    told = {"prompt": STARTER, "entry_point": "area", "test": "assert secret", "canonical_solution": "pass"}
    (tmp_path / "humaneval.json").write_text(json.dumps(told))
    (tmp_path / "own.json").write_text(
        json.dumps({"task": "Areas", "entry_point": "area", "examples": ["assert area(0) == 0"]})
    )
    tasks = {path.name: load_task(str(path)) for path in tmp_path.iterdir()}
    assert {task.entry_point for task in tasks.values()} == {"area"}
    assert tasks["task.md"].starter == STARTER
    assert tasks["own.json"].examples == ("assert area(0) == 0",)
    assert all("secret" not in repr(task) for task in tasks.values())


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", "  \n", "The task is empty."),
        ("broken.py", "def f(:\n", "error in its syntax"),
        ("nothing.py", "x = 1\n", "has no function"),
        ("bad.json", "{", "is no JSON"),
        ("list.json", "[1]", "holds no task"),
        ("name.json", '{"task": "x", "entry_point": 3}', "entry_point is no text"),
        ("examples.json", '{"task": "x", "examples": "f(1)"}', "examples is no list"),
        ("example.json", '{"task": "x", "examples": ["f(1) is 2"]}', "no assert statement"),
        ("picture.png", "x", "no file that a task is read from"),
        ("binary.txt", b"\xff\xfe\x00", "no text in UTF-8"),
        ("not_there.py", None, "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: str | bytes | None, told: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=told):
        load_task(str(path))


def test_a_folder_and_an_unknown_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_task(str(tmp_path))
    with pytest.raises(UsageError, match="no function area"):
        read_task("def f(): ...", entry_point="area", code=True)


@given(st.text())
def test_any_text_is_a_task_or_refused(text: str) -> None:
    try:
        task = read_task(text)
    except UsageError:
        return
    assert task.is_function
    for example in task.examples:
        ast.parse(example)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_a_docstring_that_is_replaced_leaves_valid_python_that_says_it(text: str) -> None:
    starter = with_docstring(STARTER, "area", text)
    function = ast.parse(starter).body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert " ".join((ast.get_docstring(function) or "").split()) == " ".join(text.split())


def test_all_of_humaneval_is_read_and_its_examples_hold_for_its_solutions(tmp_path: Path) -> None:
    wrong: list[str] = []
    with_examples = 0
    for number, problem in enumerate(problems()):
        task = read_task(problem.prompt, entry_point=problem.entry_point)
        assert (task.entry_point, task.starter.strip()) == (problem.entry_point, problem.prompt.strip())
        with_examples += bool(task.examples)
        if number % 8 == 0:  # each costs a run of the sandbox
            results = tried(tmp_path, problem.reference, task.entry_point, *task.examples)
            wrong += [result["name"] for result in results if result["kind"] != "passed"]
    assert with_examples >= 120
    assert not wrong


@pytest.mark.parametrize("name", ["count words", "2nd", "class", "a.b"])
def test_what_cannot_be_a_functions_name_is_refused_before_a_model_is_asked(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a function's name"):
        read_task("Count the words.", entry_point=name)


def test_examples_in_one_line_of_several_sentences_count() -> None:
    task = read_task("Add two numbers. add(1, 2) -> 3; add(2, 2) -> 4")
    assert task.entry_point == "add"
    assert task.examples == ("assert add(1, 2) == 3", "assert add(2, 2) == 4")
    named = read_task("Add two numbers. For example: add(1, 2) -> 3.", entry_point="add")
    assert named.examples == ("assert add(1, 2) == 3",)
    assert read_task("Write it. Take add(a, b) -> int for its form.").examples == ()
