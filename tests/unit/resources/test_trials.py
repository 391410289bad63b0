"""The runner of trials, in the real sandbox: what it tells, and what a program cannot make it tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.registry import sandboxes
from tests.support.trying import execution, observed, tried

KINDS = """
import os, sys

def f(x):
    print("about to", x)
    match x:
        case "divide": return 1 / 0
        case "hang":
            while True: pass
        case "leave": os._exit(0)
        case "exit": sys.exit(0)
        case "kill": os.kill(os.getppid(), 9)
        case "recurse": return f(x)
        case "memory": return [0] * 10**10
        case "set": return {3, 1, 2}
        case "iterator": return (n for n in range(3))
        case "closure": return lambda y: y + 1
        case "object": return Point(3)
        case "refuse": raise ValueError("not this")
        case "long": return "a" * 100_000
    return x + 1

class Point:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return self.x == other.x
"""


def test_each_case_is_told_by_its_kind_and_one_that_hangs_loses_no_other(tmp_path: Path) -> None:
    results = tried(
        tmp_path, KINDS, "f",
        "assert f(1) == 2", "assert f(1) == 3", "assert f('divide')", "assert f('hang')",
        "assert f('leave')", "assert f('exit')", "assert f('recurse')", "assert f('memory')",
        "assert f(1) == 2", "assert f('kill')", "assert f(1) == 2",
        seconds=0.7,
    )  # fmt: skip
    told = [(result["kind"], result.get("type", "")) for result in results]
    assert told == [
        ("passed", ""), ("failed", ""), ("raised", "ZeroDivisionError"), ("timeout", ""),
        ("raised", "Ended"), ("raised", "SystemExit"), ("raised", "RecursionError"),
        ("raised", "MemoryError"), ("passed", ""), ("raised", "Ended"), ("raised", "Ended"),
    ]  # fmt: skip
    failed, divided = results[1], results[2]
    assert (failed["expression"], failed["got"], failed["expected"]) == ("f(1)", "2", "3")
    assert divided["text"] == "division by zero"
    assert divided["line"] == 'line 7: case "divide": return 1 / 0'
    assert failed["printed"] == "about to 1\n"


def test_a_case_that_catches_everything_hides_no_end_of_its_program(tmp_path: Path) -> None:
    case = "try:\n    f('leave')\nexcept BaseException:\n    pass"
    [told] = tried(tmp_path, KINDS, "f", case)
    assert (told["kind"], told["type"]) == ("raised", "Ended")


@pytest.mark.parametrize(
    "case",
    [
        "assert f('set') == {1, 2, 3}",
        "assert list(f('iterator')) == [0, 1, 2]",
        "assert f('closure')(1) == 2",
        "assert f('object') == Point(3)",
        "assert len(f('long')) == 100_000",
        "assert f('long') == 'a' * 100_000",
        "try:\n    f('refuse')\n    assert False\nexcept ValueError as e:\n    assert 'not this' in str(e)",
        "import math\nassert math.isclose(f(0.5), 1.5)",
        "def check(candidate):\n    assert candidate(1) == 2\ncheck(f)",
        "assert f(1) < 3",
        "assert not f(-1)",
        "assert f(1) in (1, 2), 'one or two'",
        "assert [f(n) for n in range(3)] == [1, 2, 3]",
    ],
)
def test_cases_that_hold(tmp_path: Path, case: str) -> None:
    [result] = tried(tmp_path, KINDS, "f", case)
    assert result["kind"] == "passed", result


def test_an_argument_is_changed_as_the_program_changes_it(tmp_path: Path) -> None:
    code = "def f(rows):\n    rows.reverse()\n    rows.append(0)\n"
    [result] = tried(tmp_path, code, "f", "rows = [1, 2]\nf(rows)\nassert rows == [2, 1, 0]")
    assert result["kind"] == "passed"


@pytest.mark.parametrize(
    ("code", "kind", "line"),
    [
        ("def f(x)\n    return x\n", "SyntaxError", "line 1: def f(x)"),
        ("import not_there\n", "ModuleNotFoundError", "line 1: import not_there"),
        ("def g(x): return x\n", "NameError", ""),
        ("f = 3\n", "NameError", ""),
        ("", "NameError", ""),
        ("raise SystemExit\n", "SystemExit", "line 1: raise SystemExit"),
    ],
)
def test_a_program_that_cannot_be_loaded_says_why(tmp_path: Path, code: str, kind: str, line: str) -> None:
    [result] = tried(tmp_path, code, "f", "assert f(1) == 1")
    assert (result["kind"], result["type"], result["line"]) == ("raised", kind, line)


def test_what_stands_under_the_main_guard_is_not_run(tmp_path: Path) -> None:
    code = "def f(x): return x\nif __name__ == '__main__':\n    input()\n"
    [result] = tried(tmp_path, code, "f", "assert f(1) == 1")
    assert result["kind"] == "passed"


def test_files_of_the_project_do_not_stand_in_for_the_runners_modules(tmp_path: Path) -> None:
    for name in ("json", "hmac", "select", "troupe_values", "socket"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(0)\n")
    [result] = tried(tmp_path, "def f(x): return x\n", "f", "assert f(1) == 1")
    assert result["kind"] == "passed"


def test_behaviour_is_shown_alike_for_what_is_alike(tmp_path: Path) -> None:
    code = (
        "def f(x):\n    if x == 0: return {'b', 'a', 'c'}\n    if x == 1: return (n for n in range(3))\n"
        "    if x == 2: return object()\n    if x == 3: return 'x' * 5000\n    if x == 4: raise KeyError\n"
        "    if x == 5: return {'k': (1,), 'l': frozenset({2, 1})}\n    while True: pass\n"
    )
    first = observed(tmp_path, code, "f", *(f"f({n})" for n in range(7)), seconds=0.5)
    assert first[0] == "{'a', 'b', 'c'}"
    assert first[1] == "[0, 1, 2]"
    assert first[2] == "<object object>"
    assert first[3].startswith("'xxx")
    assert len(first[3]) < 2100
    assert "5,002 characters" in first[3]
    assert first[4:] == ["KeyError", "{'k': (1,), 'l': frozenset({1, 2})}", "timeout"]


FORGER = """
import inspect, json, os

def f(x):
    line = json.dumps({"index": 0, "name": "assert f(1) == 2", "kind": "passed", "outcome": "passed",
                       "message": ""})
    for frame in inspect.stack():
        for name, value in list(frame.frame.f_locals.items()):
            if name in ("expected", "right"):
                return value
    for path in ["/run/report", os.environ.get("TROUPE_REPORT", "")]:
        try:
            with open(path, "a") as file:
                file.write(line + "\\n" + "0" * 64 + " " + line + "\\n")
        except OSError:
            pass
    for number in os.listdir("/proc/self/fd"):
        if int(number) > 2:
            try:
                os.write(int(number), (line + "\\n").encode())
            except OSError:
                pass
    os._exit(0)
"""
ESCAPER = """
import os

def f(x):
    opened = []
    found = {int(name) for name in os.listdir("/proc") if name.isdigit()}
    for pid in found - {1, os.getpid()}:
        for what in ("mem", "fd/0", "fd/3", "fd/4"):
            try:
                os.close(os.open(f"/proc/{pid}/{what}", os.O_RDWR))
                opened.append(what)
            except OSError:
                pass
    if os.fork() == 0:
        os.setsid()
        while True: pass
    return opened
"""
PEEPER = """
import gc, inspect

def f(x):
    seen = [repr(frame.frame.f_locals) + repr(list(frame.frame.f_globals)) for frame in inspect.stack()]
    seen += [repr(thing) for thing in gc.get_objects() if isinstance(thing, (dict, list, tuple))]
    return [line for line in seen if "expected" + "-value" in line]
"""
EQUALS = "class Anything:\n    def __eq__(self, other): return True\ndef f(x): return Anything()\n"


@pytest.mark.parametrize("code", [FORGER, EQUALS], ids=["forger", "equal to anything"])
@pytest.mark.parametrize("kind", sandboxes(), ids=lambda kind: kind.name)
def test_a_program_cannot_tell_its_own_results(tmp_path: Path, code: str, kind: object) -> None:
    if kind.probe():  # type: ignore[attr-defined]
        pytest.skip(kind.probe())  # type: ignore[attr-defined]
    done = execution(tmp_path, code, "f", ["assert f(1) == 2"], sandbox=kind.build())  # type: ignore[attr-defined]
    results = [json.loads(line) for line in done.report.splitlines()]
    assert [result["outcome"] for result in results] == ["failed"]


def test_a_program_cannot_reach_the_processes_that_judge_it(tmp_path: Path) -> None:
    first, second = tried(tmp_path, ESCAPER, "f", "assert f(1) == []", "assert f(1) == []")
    assert (first["kind"], second["kind"]) == ("passed", "passed"), first


def test_an_expected_value_is_nowhere_in_the_programs_memory(tmp_path: Path) -> None:
    found, nothing = tried(tmp_path, PEEPER, "f", "assert f(1) == 'expected-value'", "assert f(1) == []")
    assert (found["kind"], found["got"]) == ("failed", "[]")
    assert nothing["kind"] == "passed"


def test_a_report_that_is_cut_off_or_unsigned_counts_for_nothing(tmp_path: Path) -> None:
    code = (
        "import os\ndef f(x):\n    if os.path.exists('/run/report'): os.truncate('/run/report', 0)\n"
        "    return x\n"
    )
    done = execution(tmp_path, code, "f", ["assert f(1) == 1", "assert f(2) == 2"])
    assert all(json.loads(line)["kind"] == "passed" for line in done.report.splitlines())
