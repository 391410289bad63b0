from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import programs
from agents.contracts import Execution
from agents.programs import entry, is_test, read_report, start_command

GUARD = "if __name__ == '__main__':\n    print(1)\n"
PATHS = st.from_regex(r"[a-z_]{1,8}(/[a-z_]{1,8}){0,2}\.(py|js|html|txt|json)", fullmatch=True)


@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({}, ""),
        ({"README.md": "x"}, ""),
        ({"main.py": "", "app.py": GUARD}, "main.py"),
        ({"app.py": "", "util.py": ""}, "app.py"),
        ({"src/main.py": "", "util.py": ""}, "src/main.py"),
        ({"main.py": "", "src/main.py": ""}, "main.py"),
        ({"pkg/__init__.py": "", "pkg/__main__.py": ""}, "pkg/__main__.py"),
        ({"snake.py": GUARD, "util.py": ""}, "snake.py"),
        ({"one.py": GUARD, "lib/two.py": GUARD}, "one.py"),
        ({"one.py": GUARD, "two.py": GUARD}, ""),
        ({"snake.py": "from board import Board", "board.py": ""}, "snake.py"),
        ({"snake.py": "import lib.board", "lib/board.py": "", "lib/__init__.py": ""}, "snake.py"),
        ({"broken.py": "def ("}, "broken.py"),
        ({"test_main.py": GUARD}, ""),
        ({"index.html": "", "script.js": ""}, "index.html"),
        ({"index.html": "", "index.js": ""}, "index.html"),
        ({"templates/index.html": "", "app.py": ""}, "app.py"),
        ({"package.json": '{"main": "./lib/cli.js"}', "lib/cli.js": "", "index.html": ""}, "lib/cli.js"),
        ({"package.json": "not json", "main.js": ""}, "main.js"),
        ({"package.json": "[1]", "server.js": "", "other.js": ""}, "server.js"),
    ],
)
def test_the_main_file(files: dict[str, str], main: str) -> None:
    assert entry(files) == main


@given(st.dictionaries(PATHS, st.text(max_size=40)))
def test_the_main_file_is_always_one_of_the_files(files: dict[str, str]) -> None:
    assert entry(files) in {*files, ""}
    start_command(files)
    programs.commands_for_tests(files)


@pytest.mark.parametrize(
    ("files", "argv", "search"),
    [
        ({"main.py": ""}, ("python", "main.py"), ""),
        ({"src/main.py": ""}, ("python", "src/main.py"), ""),
        ({"pkg/__init__.py": "", "pkg/__main__.py": "from . import x"}, ("python", "-m", "pkg"), ""),
        ({"pkg/__main__.py": "import pkg.x", "pkg/x.py": ""}, ("python", "-m", "pkg"), ""),
        ({"pkg/__init__.py": "", "pkg/main.py": "from pkg.x import y"}, ("python", "-m", "pkg.main"), ""),
        (
            {"pkg/__init__.py": "", "pkg/main.py": "import board", "pkg/board.py": ""},
            ("python", "pkg/main.py"),
            "",
        ),
        ({"src/pkg/__init__.py": "", "src/pkg/__main__.py": ""}, ("python", "-m", "pkg"), "src"),
        (
            {"a/__init__.py": "", "a/b/__init__.py": "", "a/b/main.py": "from .. import x"},
            ("python", "-m", "a.b.main"),
            "",
        ),
    ],
)
def test_how_python_is_started(files: dict[str, str], argv: tuple[str, ...], search: str) -> None:
    command = start_command(files)
    assert command is not None
    assert (command.argv, command.env.get("PYTHONPATH", "")) == (argv, search)
    assert not command.stays_open


@pytest.mark.parametrize(
    ("text", "stays_open", "display"),
    [
        ("import tkinter as tk", True, True),
        ("from turtle import Turtle", True, True),
        ("import pygame", True, False),
        ("from PySide6.QtWidgets import QApplication", True, False),
        ("from flask import Flask", True, False),
        ("from http.server import HTTPServer", True, False),
        ("import http.client", False, False),
        ("import requests", False, False),
        ("text = 'import tkinter'", False, False),
    ],
)
def test_windows_and_servers_stay_open(text: str, stays_open: bool, display: bool) -> None:
    command = start_command({"main.py": "import game", "game.py": text})
    assert command is not None
    assert (command.stays_open, command.display) == (stays_open, display)


def test_a_window_in_a_test_is_not_one_of_the_program() -> None:
    command = start_command({"main.py": "", "test_main.py": "import tkinter"})
    assert command is not None
    assert not command.stays_open


@pytest.mark.parametrize("files", [{}, {"index.html": ""}, {"one.py": GUARD, "two.py": GUARD}])
def test_there_may_be_nothing_to_start(files: dict[str, str]) -> None:
    assert start_command(files) is None


def test_how_node_is_started() -> None:
    command = start_command({"main.js": "console.log(1)"})
    server = start_command({"server.js": "app.listen(3000)"})
    assert command is not None
    assert server is not None
    assert (command.argv, command.stays_open) == (("node", "main.js"), False)
    assert (server.argv, server.stays_open) == (("node", "server.js"), True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("test_a.py", True),
        ("tests/test_a.py", True),
        ("pkg/a_test.py", True),
        ("tests.py", True),
        ("testing.py", False),
        ("contest.py", False),
        ("tests/helper.py", False),
        ("tests/conftest.py", False),
        ("test_a.txt", False),
    ],
)
def test_files_of_tests(path: str, expected: bool) -> None:
    assert is_test(path) is expected
    assert bool(programs.commands_for_tests({path: ""})) is expected


def test_the_command_for_tests_names_no_place_of_this_machine() -> None:
    [(language, command)] = programs.commands_for_tests({"test_a.py": ""})
    assert language.name == "Python"
    assert command.argv == ("python", "-m", "troupe_tests")
    assert command.tests


def report(*lines: object) -> Execution:
    return Execution(0, "", "", 0.1, report="\n".join(json.dumps(line) for line in lines))


def line(name: str, outcome: str, message: str = "") -> dict[str, str]:
    return {"name": name, "outcome": outcome, "message": message}


def test_a_report_is_read_in_order() -> None:
    cases = read_report(report(line("b", "passed"), line("a", "failed", "no"), line("c", "skipped")))
    assert [(case.name, case.outcome, case.message) for case in cases] == [
        ("b", "passed", ""),
        ("a", "failed", "no"),
        ("c", "skipped", ""),
    ]


@pytest.mark.parametrize("parts", [("passed", "failed"), ("failed", "passed"), ("failed", "skipped")])
def test_a_test_that_failed_in_one_part_has_failed(parts: tuple[str, str]) -> None:
    cases = read_report(report(*(line("a", part) for part in parts)))
    assert [case.outcome for case in cases] == ["failed"]


def test_lines_that_are_no_results_are_passed_over() -> None:
    execution = report(line("a", "passed"), line("b", "great"), ["x"], {"name": 1}, None)
    assert [case.name for case in read_report(execution)] == ["a"]


@given(st.text())
def test_any_report_can_be_read(text: str) -> None:
    assert all(case.outcome for case in read_report(Execution(0, "", "", 0.1, report=text)))
