"""Problem sets in the forms in which they are published, and in a small form of one's own.

Read are, by what their lines hold:

- HumanEval: `task_id`, `prompt`, `entry_point`, `test`; the examples are the prompt's own doctests;
- MBPP: `task_id`, `text` or `prompt`, `test_list` (the first test is shown, as is usual; all judge), and
  where there is one `test_setup_code` or `test_imports`;
- MTPB: `id`, `prompts` with `{input}` templates, `inputs`, `outputs`: one problem for each input;
- QuixBugs: a folder with `python_programs` and `json_testcases`: each program is to be mended;
- one's own, a JSON object a line: `id`, `task`, and where wanted `entry_point`, `starter`, `examples` (assert
  statements that are shown), `tests` (Python texts that judge and are never shown).

Nothing else of a problem is read: reference solutions stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.contracts import Json, Task
from agents.errors import UsageError
from agents.jsontext import read_json
from agents.tasks import hidden_tests, read_task, task_from_starter

_FIELD = re.compile(r"\{\{|\}\}|\{(\w+)\}")
PRINTED = """\
import ast

def plain(value):
    return [plain(part) for part in value] if isinstance(value, (list, tuple)) else value

def holds(printed, expected):
    if printed in (str(expected), repr(expected)):
        return True
    try:
        return plain(ast.literal_eval(printed)) == plain(expected)
    except (ValueError, SyntaxError):
        return False

assert holds({name}(), {expected!r})
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A task with the hidden tests that judge its answer; `key` is its identity in its set."""

    key: str
    task: Task
    tests: tuple[str, ...]


def load_problems(path: Path, only: str = "", limit: int = 0) -> list[Problem]:
    """The problems of a file or folder, in their order: those whose key contains `only`, `limit` at the most.

    `UsageError` names the line and what is wrong with it, or says that there is no problem at all.
    """
    found = list(_quixbugs(path) if path.is_dir() else _lines(path))
    chosen = [problem for problem in found if only in problem.key]
    if not chosen:
        raise UsageError(
            f"There are no problems in {path}{f' with {only}' if only else ''}.",
            "Choose another text, or leave it out." if only else "Choose another file.",
        )
    keys = [problem.key for problem in chosen]
    if twice := next((key for key in keys if keys.count(key) > 1), ""):
        raise UsageError(f"{path} has two problems called {twice}.", "Give each an id of its own.")
    return chosen[:limit] if limit else chosen


def _lines(path: Path) -> Iterator[Problem]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The problems in {path} cannot be read: {_reason(error)}.", "Choose another file."
        ) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield from _read(read_json(line), number)
        except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
            told = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise UsageError(
                f"Line {number} of {path} is no problem: {told.rstrip('.')}.",
                "`troupe bench --help` names the forms that there are.",
            ) from error


def _read(data: Any, number: int) -> Iterator[Problem]:
    if not isinstance(data, dict):
        raise UsageError("It is no JSON object.")
    if "prompts" in data and "inputs" in data:
        yield from _mtpb(data)
    elif "prompt" in data and "entry_point" in data and "test" in data:
        task = task_from_starter(data["prompt"], data["entry_point"])
        yield Problem(str(data.get("task_id", number)), task, hidden_tests(data))
    elif "test_list" in data:
        yield _mbpp(data, number)
    else:
        yield _own(data, number)


def _mbpp(data: Json, number: int) -> Problem:
    if not data["test_list"]:
        raise UsageError("Its test_list is empty.")
    before = data.get("test_setup_code") or "\n".join(data.get("test_imports", []))
    tests = tuple(f"{before}\n{test}".strip() for test in data["test_list"])
    words = str(data.get("text") or data["prompt"])
    task = read_task(words, entry_point=_called(data["test_list"][0]), examples=data["test_list"][:1])
    return Problem(str(data.get("task_id", number)), task, tests)


def _called(test: str) -> str:
    """The function that a test is about: the first call that is none of Python's own."""
    return read_task("A function.", examples=[test]).entry_point


def _mtpb(data: Json) -> Iterator[Problem]:
    pairs = zip(data["inputs"], data["outputs"], strict=False)  # some have an output more
    for number, (given, expected) in enumerate(pairs, start=1):
        turns = tuple(_filled(prompt, given) for prompt in data["prompts"])
        told = "\n".join(f"{place}. {turn}" for place, turn in enumerate(turns, start=1))
        task = Task(told, entry_point="program", turns=turns, script=True)
        tests = (PRINTED.format(name="program", expected=expected),)
        yield Problem(f"MTPB/{data['id']}/{number}", task, tests)


def _filled(prompt: str, given: Json) -> str:
    """A template with its fields filled in: names alone, since `str.format` reaches into objects."""

    def meant(found: re.Match[str]) -> str:
        return str(given[found[1]]) if found[1] else found[0][0]

    return _FIELD.sub(meant, prompt)


def _own(data: Json, number: int) -> Problem:
    entry = str(data.get("entry_point", ""))
    examples = list(data.get("examples", []))
    if starter := str(data.get("starter", "")):
        task = task_from_starter(starter, entry, examples, str(data["task"]))
    else:
        task = read_task(str(data["task"]), entry_point=entry, examples=examples)
    return Problem(str(data.get("id", number)), task, hidden_tests({**data, "entry_point": task.entry_point}))


def _quixbugs(folder: Path) -> Iterator[Problem]:
    programs, cases = folder / "python_programs", folder / "json_testcases"
    if not programs.is_dir() or not cases.is_dir():
        raise UsageError(f"{folder} holds no problems.", "Name a JSON-lines file, or the folder of QuixBugs.")
    for path in sorted(programs.glob("*.py")):
        tests = cases / f"{path.stem}.json"
        if tests.is_file():
            yield _broken_program(path, tests)


def _broken_program(path: Path, cases: Path) -> Problem:
    code = _text_of(path)
    rows = [_row(line, cases) for line in _text_of(cases).splitlines() if line.strip()]
    told = "This program has a bug in one place. Mend it and keep the rest."
    task = Task(f"{told}\n\n```python\n{code.strip()}\n```", entry_point=path.stem)
    return Problem(f"QuixBugs/{path.stem}", task, tuple(_case(path.stem, *row) for row in rows))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The problems in {path} cannot be read: {_reason(error)}.", "Choose another folder."
        ) from error


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return str(error.strerror or error) if isinstance(error, OSError) else "it is no text in UTF-8"


def _row(line: str, path: Path) -> list[Any]:
    """What a program is given and what it should return."""
    try:
        row = read_json(line)
    except ValueError as error:
        raise UsageError(f"{path} has a line that is no JSON: {error}.", "Mend it, or remove it.") from error
    if not isinstance(row, list) or len(row) != 2:
        raise UsageError(
            f"{path} has a line that is no pair of arguments and result: {line.strip()[:80]}",
            "Mend it, or remove it.",
        )
    return row


def _case(name: str, given: Any, expected: Any) -> str:
    arguments = given if isinstance(given, list) else [given]
    call = f"{name}({', '.join(map(repr, arguments))})"
    # Some of these are generators; JSON has no tuples, so lists stand for them.
    return (
        "def plain(value):\n"
        "    many = isinstance(value, (list, tuple)) or hasattr(value, '__next__')\n"
        "    return [plain(part) for part in value] if many else value\n\n"
        f"assert plain({call}) == plain({expected!r})"
    )
