"""In each language a real program is built, started and tested in the sandbox."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from agents.codegraph import CodeGraph
from agents.events import TestCase
from agents.judging import judge
from agents.programs import build_command, commands_for_tests, read_report, start_command
from agents.routing import Router
from tests.support.languages import CPP, GO, JAVA, JAVASCRIPT, C, carried_out, needs
from tests.support.team import Project


def outcomes_of(folder: Path, files: dict[str, str], build: Path) -> list[TestCase]:
    cases: list[TestCase] = []
    for _, command in commands_for_tests(files):
        cases += read_report(carried_out(folder, files, command, build))
    return cases


def go_folder() -> Path:
    """A build folder that stays: Go compiles its own library the first time, which takes most of a minute."""
    folder = Path(tempfile.gettempdir(), "troupe-tests-go")
    if not folder.exists() and not os.environ.get("TROUPE_SLOW_TESTS"):
        pytest.skip("takes a minute the first time: set TROUPE_SLOW_TESTS=1 once")
    return folder


@pytest.mark.parametrize(
    ("project", "tools", "outcomes", "code"),
    [
        (
            JAVASCRIPT,
            ["node"],
            {
                "tests/calc.test.js::adds": "passed",
                "tests/calc.test.js::less > subtracts": "failed",
                "tests/calc.test.js::less > later": "skipped",
            },
            "calc.js",
        ),
        (C, ["cc"], {"tests/add_test.c": "passed", "tests/sub_test.c": "failed"}, "calc.c"),
        (
            CPP,
            ["c++"],
            {"tests/calc_test.cpp::adds": "passed", "tests/calc_test.cpp::subtracts": "failed"},
            "src/calc.cpp",
        ),
        (GO, ["go"], {"calc_test.go::TestAdd": "passed", "calc_test.go::TestSub": "failed"}, "calc.go"),
        (JAVA, ["javac"], {"tests/CalcTest.java": "failed"}, "src/Calc.java"),
    ],
    ids=["javascript", "c", "c++", "go", "java"],
)
def test_a_program_is_built_started_and_tested(
    tmp_path: Path,
    project: Project,
    tools: list[str],
    outcomes: dict[str, str],
    code: str,
) -> None:
    needs(*tools)
    files = {**project.files, **project.tests}
    build = go_folder() if project is GO else tmp_path / "build"
    folder = tmp_path / "project"
    if command := build_command(files):
        built = carried_out(folder, files, command, build)
        assert judge(command, built).passed, built.output
    start = start_command(files)
    assert start is not None
    started = carried_out(folder, files, start, build)
    assert started.output.strip() == "4"
    [(_, command)] = commands_for_tests(files)
    execution = carried_out(folder, files, command, build)
    cases = read_report(execution)
    assert {case.name: case.outcome for case in cases} == outcomes, execution.output
    [fault] = Router(files, CodeGraph(files)).of_tests(cases, execution)
    assert fault.kind == "test"
    assert code in fault.files
    assert fault.files[0] in project.tests
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert left == set(files)


@pytest.mark.parametrize(
    ("files", "name", "message"),
    [
        ({"a.test.mjs": "import './none.mjs'\n"}, "a.test.mjs", "Cannot find module"),
        ({"a.test.js": "process.exit(3)\n"}, "a.test.js", ""),
        ({"a.test.js": "function (\n"}, "a.test.js", "SyntaxError"),
    ],
)
def test_a_file_of_node_tests_that_cannot_be_loaded(
    tmp_path: Path, files: dict[str, str], name: str, message: str
) -> None:
    needs("node")
    [case] = outcomes_of(tmp_path, files, tmp_path / "build")
    assert (case.name, case.outcome) == (name, "failed")
    assert message in case.message


def test_a_file_of_node_tests_without_a_test_passes_when_it_ends_well(tmp_path: Path) -> None:
    needs("node")
    cases = outcomes_of(tmp_path, {"a.test.js": "require('node:assert')(true)\n"}, tmp_path / "build")
    assert [(case.name, case.outcome) for case in cases] == [("a.test.js", "passed")]


@pytest.mark.parametrize(
    ("files", "outcomes"),
    [
        ({"a_test.c": "int main(void) { return 3; }\n"}, [("a_test.c", "failed", "exit code 3")]),
        ({"a_test.c": "int main(void) { return none; }\n"}, [("a_test.c", "failed", "undeclared")]),
        ({"a_test.c": "int main(void) { return *(int *)0; }\n"}, [("a_test.c", "failed", "signal 11")]),
        (
            {"a_test.c": '#include <stdio.h>\nint main(void) { puts("ok 1 - a # SKIP no"); return 1; }\n'},
            [("a_test.c::a", "skipped", ""), ("a_test.c", "failed", "exit code 1")],
        ),
        (
            {"main.c": "int main(void) { return 0; }\n", "Makefile": "check: main.c\n\t@echo not ok 1 - a\n"},
            [("make check::a", "failed", "not ok")],
        ),
        (
            {
                "main.c": "int main(void) { return 0; }\n",
                "Makefile": "test:\n\tcc main.c -o main && ./main\n",
            },
            [("make test", "passed", "")],
        ),
    ],
)
def test_how_tests_in_c_end(
    tmp_path: Path, files: dict[str, str], outcomes: list[tuple[str, str, str]]
) -> None:
    needs("cc", "make")
    cases = outcomes_of(tmp_path / "project", files, tmp_path / "build")
    assert [(case.name, case.outcome) for case in cases] == [outcome[:2] for outcome in outcomes]
    assert all(told in case.message for case, (_, _, told) in zip(cases, outcomes, strict=True))


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"a_test.c": "int main(void) { for (;;); }\n"}, "a_test.c"),
        ({"a.test.js": "require('node:test')('a', () => new Promise(() => setInterval(() => 1, 9)))\n"}, ""),
        ({"a.test.js": "while (true);\n"}, ""),
    ],
)
def test_a_test_that_hangs_is_ended(tmp_path: Path, files: dict[str, str], name: str) -> None:
    needs("cc", "node")
    [(_, command)] = commands_for_tests(files)
    command = replace(command, env={**command.env, "TROUPE_EACH": "0.6"})
    execution = carried_out(tmp_path / "project", files, command, tmp_path / "build")
    assert execution.ended_by == "exit"
    cases = read_report(execution)
    assert [case.outcome for case in cases] == ["failed"]
    assert cases[0].name == name or not name
    assert Router(files, CodeGraph(files)).of_tests(cases, execution)[0].kind == "endless"


def test_a_program_that_cannot_be_compiled_leads_to_its_place(tmp_path: Path) -> None:
    needs("cc")
    files = {**C.files, "calc.c": '#include "calc.h"\n\nint add(int a, int b) { return a + c; }\n'}
    command = build_command(files)
    assert command is not None
    execution = carried_out(tmp_path / "project", files, command, tmp_path / "build")
    fault = Router(files, CodeGraph(files)).of_program(execution)[0]
    assert (fault.kind, fault.files[0], fault.line, fault.names) == ("undefined name", "calc.c", 3, ("c",))
