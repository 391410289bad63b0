from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agents.contracts import Command, EndedBy, Execution, Limits, Verdict
from agents.events import TestCase
from agents.judging import completeness, judge, judge_tests, unfinished
from agents.sandboxes.limits import LimitsSandbox
from tests.support.sandboxes import write

COMMAND = Command(("python", "main.py"), limits=Limits(wall_seconds=2))
TRACEBACK = 'Traceback (most recent call last):\n  File "main.py", line 1, in <module>\n'


def ended(by: EndedBy = "exit", code: int | None = 0, errors: str = "", output: str = "") -> Execution:
    return Execution(code, output + errors, errors, 1.0, by)


def run(folder: Path, text: str, command: Command = COMMAND) -> Verdict:
    """The verdict over a program that is really run."""
    write(folder, {"main.py": text})
    return judge(command, asyncio.run(LimitsSandbox.build().run(command, folder, lambda *_: None)))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _shared(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_CACHE", str(cache))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def broken(:\n", "SyntaxError"),
        ("import sys; sys.exit('fatal')", "exit code 1: fatal"),
        ("import sys; sys.exit(3)", "exit code 3, and said nothing"),
        ("import time; time.sleep(0.3); 1 / 0", "ZeroDivisionError"),
        ("import time; time.sleep(9)", "did not end within 0.8 s"),
        ("import os; os.abort()", "crashed (SIGABRT)"),
        ("raise EOFError('no more data')", "EOFError: no more data"),
        ("import pickle, io; pickle.load(io.BytesIO())", "Ran out of input"),
    ],
)
def test_real_programs_that_fail(tmp_path: Path, text: str, reason: str) -> None:
    verdict = run(tmp_path, text, Command(("python", "main.py"), limits=Limits(wall_seconds=0.8)))
    assert not verdict.passed
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("print('Traceback (most recent call last):')", "without an error"),
        ("import sys; print('Error: not really', file=sys.stderr)", "without an error"),
        ("name = input('Your name? ')", "waited for input"),
    ],
)
def test_real_programs_that_work(tmp_path: Path, text: str, reason: str) -> None:
    verdict = run(tmp_path, text)
    assert verdict.passed
    assert reason in verdict.reason


def test_a_real_missing_main_file(tmp_path: Path) -> None:
    execution = asyncio.run(LimitsSandbox.build().run(COMMAND, tmp_path, lambda *_: None))
    assert not judge(COMMAND, execution).passed


def test_a_window_that_still_runs_is_a_success(tmp_path: Path) -> None:
    command = Command(("python", "main.py"), stays_open=True, settle_seconds=0.3)
    assert run(tmp_path, "import time; time.sleep(9)", command).passed
    crashed = run(tmp_path, "import time; time.sleep(0.1); 1 / 0", command)
    assert not crashed.passed


@pytest.mark.parametrize(
    "last",
    [
        "_tkinter.TclError: no display name and no $DISPLAY environment variable",
        '_tkinter.TclError: couldn\'t connect to display ":7"',
        "ModuleNotFoundError: No module named '_tkinter'",
    ],
)
def test_what_the_machine_lacks_is_not_the_programs_fault(last: str) -> None:
    verdict = judge(COMMAND, ended(code=1, errors=f"{TRACEBACK}{last}\n"))
    assert verdict.passed
    assert "not tried" in verdict.reason


def test_an_error_while_input_was_missing_is_the_programs_fault() -> None:
    errors = (
        f"{TRACEBACK}EOFError: EOF when reading a line\n\nDuring handling\n\n{TRACEBACK}NameError: name 'x'\n"
    )
    assert not judge(COMMAND, ended(code=1, errors=errors)).passed


@pytest.mark.parametrize(
    ("by", "code", "reason"),
    [
        ("memory", None, "2,048 MiB of memory"),
        ("processes", None, "128 processes"),
        ("disk", None, "1,024 MiB of files"),
        ("files", None, "20,000 files"),
        ("output", None, "printed without end"),
        ("stop", None, "stopped"),
        ("signal", -24, "60 s of processor time"),
        ("signal", -25, "a file of more than 64 MiB"),
        ("signal", -11, "SIGSEGV"),
        ("signal", -200, "signal 200"),
    ],
)
def test_other_ends_are_failures_with_their_reason(by: EndedBy, code: int | None, reason: str) -> None:
    verdict = judge(COMMAND, ended(by, code))
    assert not verdict.passed
    assert reason in verdict.reason


PASSED, FAILED, SKIPPED = (
    TestCase(name=outcome, outcome=outcome)  # type: ignore[arg-type]  # a tuple of literals widens
    for outcome in ("passed", "failed", "skipped")
)


@pytest.mark.parametrize(
    ("cases", "execution", "passed", "reason"),
    [
        ([PASSED, SKIPPED], ended(), True, "1 test passed, 1 skipped."),
        ([PASSED, PASSED], ended(), True, "2 tests passed."),
        ([PASSED, FAILED], ended(code=1), False, "1 of 2 tests failed: failed."),
        ([FAILED] * 5, ended(code=1), False, "5 of 5 tests failed: failed, failed, failed and 2 more."),
        ([FAILED], ended(code=0), False, "1 of 1 test failed: failed."),
        ([], ended(code=5), False, "No tests were found."),
        ([], ended(code=0), False, "No tests were found."),
        ([PASSED], ended(code=3), False, "exit code 3"),
        ([PASSED], ended("timeout", None), False, "did not come to an end (timeout)"),
        ([SKIPPED], ended(), False, "All of 1 test were skipped."),
    ],
)
def test_tests(cases: list[TestCase], execution: Execution, passed: bool, reason: str) -> None:
    verdict = judge_tests(cases, execution)
    assert (verdict.passed, reason in verdict.reason) == (passed, True), verdict


def test_a_test_run_is_judged_by_its_report() -> None:
    told = json.dumps({"name": "a", "outcome": "failed", "message": ""})
    execution = Execution(0, "", "", 0.1, report=told)
    assert not judge(Command(("python",), tests=True), execution).passed


def test_completeness_is_the_share_of_finished_files() -> None:
    files = {"a.py": "def f():\n    pass\n", "b.py": "x = 1\n", "c.md": "TODO", "d.py": "# TODO: more\n"}
    assert list(unfinished(files)) == ["a.py", "d.py"]
    assert completeness(files) == 0.5
    assert completeness({}) == 0.0
