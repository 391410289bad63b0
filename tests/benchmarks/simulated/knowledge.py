"""What the simulated model knows of a problem: programs, assertions, and how each program does on each.

The first program is the reference, the others are changes of its syntax tree that really fail the hidden
tests. The assertions are the task's own examples and designed ones: inputs of the examples, mutated, with
what the reference gives for them, and the same with another value. All of it is found out once in the
sandbox and kept in a folder of the system's temporary files.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import random
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.bench import Problem
from agents.clarifying.inputs import arguments_in, call_of
from agents.clarifying.mutation import Arguments, literal, multiplied, mutated
from agents.trials import Failed, Passed, Raised, Tried, in_words
from tests.support.mutants import mutants
from tests.support.trying import behaviour, tried

VERSION = 4  # of what is kept
WRONG = 3  # wrong programs of a problem
TRIES = 8  # changes that are tried for them
DESIGNED = 10  # assertions of each kind
SECONDS = 1.0  # a case of a changed program


@dataclass(frozen=True)
class Known:
    """A problem as the model knows it.

    `programs` begin with the right one. `told[program][case]` is how a prompt tells that the case fails,
    empty where it holds; the cases are `examples`, then `right` and `wrong` designed assertions.
    """

    key: str
    starter: str
    entry_point: str
    programs: tuple[str, ...]
    examples: tuple[str, ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    told: tuple[tuple[str, ...], ...]

    @property
    def cases(self) -> tuple[str, ...]:
        """All assertions."""
        return (*self.examples, *self.right, *self.wrong)

    @property
    def subtle(self) -> float:
        """The share of wrong programs that keep all the examples."""
        held = [not any(told[: len(self.examples)]) for told in self.told[1:]]
        return sum(held) / len(held)


def known_problems(problems: Sequence[tuple[Problem, str]], jobs: int = 2) -> list[Known | None]:
    """What is known of each problem, given with its reference; None where nothing wrong is found."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda pair: _kept(*pair), problems))


def _kept(problem: Problem, reference: str) -> Known | None:
    """What was found out before, else now."""
    mark = hashlib.sha256(repr((VERSION, problem, reference)).encode()).hexdigest()[:20]
    place = Path(tempfile.gettempdir()) / "troupe-simulated" / f"{mark}.json"
    if place.is_file():
        return _read(json.loads(place.read_text("utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        known = find_out(problem, reference, Path(folder))
    place.parent.mkdir(exist_ok=True)
    part = place.with_suffix(".part")
    part.write_text(json.dumps(asdict(known) if known else None), "utf-8")
    part.replace(place)
    return known


def _read(data: Any) -> Known | None:
    if data is None:
        return None
    listed = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return Known(**{**listed, "told": tuple(map(tuple, data["told"]))})


def find_out(problem: Problem, reference: str, folder: Path) -> Known | None:
    """Try the reference and its changes on the problem's tests and on designed assertions."""
    task = problem.task
    chance = random.Random(problem.key)
    program = _plain(reference, task.entry_point)
    inputs = arguments_in([*task.examples, *problem.tests], task.entry_point)
    inputs = inputs or arguments_in(problem.tests, "candidate")
    right, wrong = _designed(folder, program, task.entry_point, inputs, chance)
    cases = (*task.examples, *right, *wrong)
    results = _results(folder, program, problem, cases, 5.0)
    if results is None or not isinstance(results[0], Passed):
        return None  # it is slow here, or judged by more than its values
    programs, told = [program], [_told(results[1:])]
    for mutant in itertools.islice(mutants(program, task.entry_point, chance), TRIES):
        results = _results(folder, mutant, problem, cases, SECONDS)
        if results is not None and not isinstance(results[0], Passed) and mutant not in programs:
            programs.append(mutant)
            told.append(_told(results[1:]))
        if len(programs) > WRONG:
            break
    if len(programs) == 1:
        return None
    return Known(
        problem.key, task.starter.strip(), task.entry_point, tuple(programs),
        task.examples, tuple(right), tuple(wrong), tuple(told),
    )  # fmt: skip


def _plain(reference: str, entry: str) -> str:
    """The module as a model writes it: without the docstring of the task."""
    tree = ast.parse(reference)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == entry and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree) + "\n"


def _designed(
    folder: Path, program: str, entry: str, inputs: list[Arguments], chance: random.Random
) -> tuple[list[str], list[str]]:
    """Assertions that are true of the program, and such that are not."""
    calls = [
        call_of(entry, arguments) for arguments in multiplied(inputs[:6], len(inputs[:6]) + DESIGNED, chance)
    ]
    right: list[str] = []
    wrong: list[str] = []
    for call, seen in zip(calls, behaviour(folder, program, entry, calls, seconds=2.0), strict=True):
        if seen.kind != "value" or len(call) + len(seen.text) > 300:
            continue
        try:
            value = ast.literal_eval(seen.text)
        except (ValueError, SyntaxError):
            continue
        right.append(_assertion(call, value))
        other = mutated(value, chance)
        if other != value:
            wrong.append(_assertion(call, other))
    return right[-DESIGNED:], wrong[-DESIGNED:]


def _assertion(call: str, value: object) -> str:
    return ast.unparse(ast.parse(f"assert {call} == {literal(value)}"))


def _results(
    folder: Path, program: str, problem: Problem, cases: Sequence[str], seconds: float
) -> list[Tried] | None:
    """How the program does on the hidden tests (the first), and on each case; None when one does not end."""
    entry = problem.task.entry_point
    hidden = "\n\n".join(problem.tests)
    results = tried(folder, program, entry, hidden, *cases, seconds=seconds)
    if len(results) != len(cases) + 1 or any(result["kind"] == "timeout" for result in results):
        return None
    return [_as_tried(case, result) for case, result in zip((hidden, *cases), results, strict=True)]


def _as_tried(case: str, result: dict[str, Any]) -> Tried:
    match result["kind"]:
        case "passed":
            return Passed(case)
        case "failed":
            return Failed(case, result["expression"], result["got"], result["expected"])
        case _:
            return Raised(case, result["type"], result["text"], result.get("line", ""))


def _told(results: Sequence[Tried]) -> tuple[str, ...]:
    return tuple("" if isinstance(result, Passed) else in_words(result) for result in results)
