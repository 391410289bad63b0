"""Each kind of error on a real program in Python that fails so, run in the sandbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import Command, EndedBy, Execution, Limits
from agents.events import TestCase
from agents.programs import read_report, start_command
from agents.sandboxes import best_sandbox
from tests.support.routed import of_program, of_tests, router
from tests.support.sandboxes import run, write

SHAPES = "class Circle:\n    def __init__(self, radius):\n        self.radius = radius\n"
AREA = "def area(circle):\n    return 3.14 * circle.radius ** 2\n"


# --- modules ---------------------------------------------------------------------------------------


def test_a_module_of_somebody_elses_is_a_dependency(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "import game\n", "game.py": "import cv2.aruco\n"})
    assert (fault.kind, fault.names, fault.files[0]) == ("dependency", ("cv2",), "game.py")
    assert "opencv-python" in fault.advice


def test_a_renamed_module_is_the_projects_own(tmp_path: Path) -> None:
    files = {"main.py": "from helper.utls import area\n", "helpers/utils.py": AREA, "helpers/__init__.py": ""}
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files) == ("own module", ("main.py", "helpers/utils.py"))


def test_a_module_in_a_folder_is_found_by_its_last_name(tmp_path: Path) -> None:
    files = {
        "main.py": "import app\n",
        "app.py": "from game.board import Board\n",
        "core/board.py": "class Board: 0\n",
    }
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files[:2]) == ("own module", ("app.py", "core/board.py"))


def test_a_lost_module_is_never_taken_for_a_package(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "import roman\n"}, past=("roman/__init__.py", "main.py"))
    assert (fault.kind, fault.files) == ("own module", ("main.py",))
    assert "roman/__init__.py" in fault.advice


# --- names -----------------------------------------------------------------------------------------


def test_an_undefined_name_leads_to_where_it_is_defined(tmp_path: Path) -> None:
    files = {
        "main.py": "import draw\ndraw.show()\n",
        "draw.py": "def show():\n    print(Circle(1))\n",
        "shapes.py": SHAPES,
    }
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files, fault.names) == (
        "undefined name",
        ("draw.py", "shapes.py", "main.py"),
        ("Circle",),
    )
    assert fault.line == 2
    assert "Import it there from shapes.py" in fault.advice


def test_an_import_of_a_name_that_is_elsewhere(tmp_path: Path) -> None:
    files = {"main.py": "from shapes import area\n", "shapes.py": SHAPES, "measures.py": AREA}
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files) == ("undefined name", ("main.py", "shapes.py", "measures.py"))


def test_files_that_import_each_other(tmp_path: Path) -> None:
    files = {"main.py": "import a\n", "a.py": "from b import y\nx = 1\n", "b.py": "from a import x\ny = 1\n"}
    fault = of_program(tmp_path, files)
    assert (fault.kind, set(fault.files)) == ("undefined name", {"a.py", "b.py", "main.py"})
    assert "import each other" in fault.advice


def test_an_unknown_attribute_leads_to_its_class(tmp_path: Path) -> None:
    files = {"main.py": "from shapes import Circle\nprint(Circle(2).diameter)\n", "shapes.py": SHAPES}
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files, fault.names) == (
        "attribute",
        ("shapes.py", "main.py"),
        ("diameter", "Circle"),
    )


@pytest.mark.parametrize("call", ["Circle()", "Circle(1, 2)", "Circle(1, colour=3)"])
def test_wrong_arguments_lead_to_the_class_that_defines_them(tmp_path: Path, call: str) -> None:
    files = {"main.py": f"from shapes import Circle\n{call}\n", "shapes.py": SHAPES}
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files, fault.names) == ("arguments", ("shapes.py", "main.py"), ("Circle",))


def test_wrong_arguments_of_a_function(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "from measures import area\narea()\n", "measures.py": AREA})
    assert (fault.kind, fault.files, fault.names) == ("arguments", ("measures.py", "main.py"), ("area",))


# --- other ends ------------------------------------------------------------------------------------


def test_a_syntax_error_has_its_file_and_line(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "import game\n", "game.py": "x = 1\ndef broken(:\n"})
    assert (fault.kind, fault.files[0], fault.line) == ("syntax", "game.py", 2)


def test_an_endless_loop(tmp_path: Path) -> None:
    files = {"main.py": "import game\n", "game.py": "while True:\n    pass\n"}
    fault = of_program(tmp_path, files, limits=Limits(wall_seconds=0.6))
    assert (fault.kind, fault.files) == ("endless", ("main.py", "game.py"))


def test_an_endless_loop_whose_stack_is_told(tmp_path: Path) -> None:
    files = {
        "main.py": "from game import play\nplay()\n",
        "game.py": "def play():\n    while True:\n        pass\n",
    }
    command = start_command(files)
    assert command is not None
    execution = run(best_sandbox(), write(tmp_path, files), replace(command, limits=Limits(wall_seconds=0.6)))
    [fault] = router(files).of_program(execution)
    assert (fault.kind, fault.files, fault.names) == ("endless", ("game.py", "main.py"), ("play",))


def test_endless_recursion_names_its_function(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "def fall(n):\n    return fall(n + 1)\n\nfall(0)\n"})
    assert (fault.kind, fault.names, fault.files) == ("endless", ("fall",), ("main.py",))


def test_a_crash_with_its_stack(tmp_path: Path) -> None:
    files = {
        "main.py": "import faulthandler, os\nfaulthandler.enable()\ndef dive():\n    os.abort()\ndive()\n"
    }
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.names, fault.line) == ("crash", ("dive",), 4)


def test_a_crash_without_a_word(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"})
    assert (fault.kind, fault.files) == ("crash", ("main.py",))
    assert "signal 11" in fault.advice


def test_more_memory_than_allowed(tmp_path: Path) -> None:
    files = {"main.py": "x = []\nwhile True:\n    x.append(bytearray(10**7))\n"}
    fault = of_program(tmp_path, files, limits=Limits(memory=100 * 1024**2, wall_seconds=20))
    assert (fault.kind, fault.files) == ("crash", ("main.py",))


def test_a_missing_file_that_lies_elsewhere(tmp_path: Path) -> None:
    files = {"main.py": "import words\n", "words.py": "open('list.txt')\n", "data/list.txt": "a\n"}
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files[0], fault.names) == ("missing file", "data/list.txt", ("list.txt",))
    assert "words.py" in fault.files


def test_any_other_error_leads_to_its_places(tmp_path: Path) -> None:
    files = {"main.py": "from a import half\nhalf(0)\n", "a.py": "def half(n):\n    return 1 / n\n"}
    fault = of_program(tmp_path, files)
    assert (fault.kind, fault.files, fault.line) == ("other", ("a.py", "main.py"), 2)


def test_a_failure_without_a_word(tmp_path: Path) -> None:
    fault = of_program(tmp_path, {"main.py": "import sys; sys.exit(3)\n"})
    assert (fault.kind, fault.files) == ("other", ("main.py",))


@pytest.mark.parametrize(("how", "kind"), [(" from error", "undefined name"), ("", "other")])
def test_of_a_chain_the_cause_or_the_last(tmp_path: Path, how: str, kind: str) -> None:
    text = f"try:\n    import a\nexcept NameError as error:\n    raise RuntimeError('no start'){how}\n"
    fault = of_program(tmp_path, {"main.py": text, "a.py": "Circle\n", "shapes.py": SHAPES})
    assert fault.kind == kind
    assert {"main.py", "a.py"} <= set(fault.files)


def test_a_group_of_exceptions(tmp_path: Path) -> None:
    text = "try:\n    Circle\nexcept NameError as error:\n    raise ExceptionGroup('many', [error])\n"
    command = Command(("python", "main.py"))
    files = {"main.py": text, "shapes.py": SHAPES}
    faults = router(files).of_program(run(best_sandbox(), write(tmp_path, files), command))
    assert "undefined name" in [fault.kind for fault in faults]


# --- tests -----------------------------------------------------------------------------------------

FAILING = (
    "from measures import area\nfrom shapes import Circle\n\n\n"
    "def test_area():\n    assert area(Circle(1)) == 3\n"
)


def test_a_failing_test_and_the_code_under_it(tmp_path: Path) -> None:
    files = {"measures.py": AREA, "shapes.py": SHAPES, "tests/test_area.py": FAILING, "other.py": ""}
    [fault] = of_tests(tmp_path, files)
    assert (fault.kind, fault.files[0]) == ("test", "tests/test_area.py")
    assert set(fault.files[1:]) == {"measures.py", "shapes.py"}
    assert "the code or the test may be wrong" in fault.advice


def test_a_unittest_that_fails_in_the_code_leads_there(tmp_path: Path) -> None:
    text = (
        "import unittest\nfrom measures import area\n\n\nclass Areas(unittest.TestCase):\n"
        "    def test_area(self):\n        area(None)\n"
    )
    files = {"measures.py": AREA, "test_it.py": text}
    [fault] = of_tests(tmp_path, files)
    assert (fault.kind, set(fault.files)) == ("attribute", {"measures.py", "test_it.py"})


def test_tests_that_cannot_be_imported(tmp_path: Path) -> None:
    files = {
        "test_a.py": "from measures import volume\n",
        "test_b.py": "from broken import x\n",
        "measures.py": AREA,
        "broken.py": "def (:\n",
    }
    name, syntax = of_tests(tmp_path, files)
    assert (name.kind, set(name.files)) == ("undefined name", {"test_a.py", "measures.py"})
    assert (syntax.kind, syntax.files[0], syntax.line) == ("syntax", "broken.py", 1)


def test_a_test_that_hangs_names_its_functions(tmp_path: Path) -> None:
    files = {
        "measures.py": "def count():\n    while True:\n        pass\n",
        "test_it.py": "from measures import count\n\n\ndef test_count():\n    count()\n",
    }
    command = Command(
        ("python", "-m", "troupe_tests"),
        tests=True,
        limits=Limits(wall_seconds=2),
        env={"TROUPE_HANGS": "0.2"},
    )
    execution = run(best_sandbox(), write(tmp_path, files), command)
    fault = router(files).of_tests(read_report(execution), execution)[0]
    assert (fault.kind, fault.files, fault.names[:2]) == (
        "endless",
        ("measures.py", "test_it.py"),
        ("count", "test_count"),
    )


# --- robustness ------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        'Traceback (most recent call last):\n  File "main.py", line 1, in f\n',
        "NameError: name 'x' is not defined\n",
        "E   ModuleNotFoundError: No module named ''\n",
        "E   ModuleNotFoundError: No module named '....'\n",
        "a.py:99999999999: in f\n",
        "During handling of the above exception, another exception occurred:\n",
        "Fatal Python error: x\n",
        "panic: \n\ngoroutine 1\nmain.f()\n\ta.go:1\n",
        "Error: Cannot find module '/'\n    at f (main.js:1:1)\n",
        "main.c:1:2: error: '' undeclared\n",
        "\x00\u2028(((",
    ]
)


FILES = {"main.py": "", "a.py": "x = 1\n", "main.js": "", "a.go": "", "main.c": "", "p/__init__.py": ""}
ENDS = st.sampled_from(("exit", "signal", "timeout", "memory", "processes", "disk", "output", "stop"))


@given(st.lists(PIECES | st.text(), max_size=8), ENDS, st.none() | st.integers(-99, 255))
def test_no_text_is_too_odd(pieces: list[str], ended: EndedBy, code: int | None) -> None:
    told = "".join(pieces)
    found = router(FILES, ("q/x.py",))
    execution = Execution(code, told, told, 0.1, ended)
    faults = found.of_program(execution)
    assert faults
    case = TestCase(name=told, outcome="failed", message=told)
    assert all(set(fault.files) <= set(FILES) for fault in (*faults, *found.of_tests([case], execution)))


def test_an_error_that_many_tests_meet_is_one_fault() -> None:
    message = "Traceback:\n  File \"main.py\", line 1, in f\nNameError: name 'x' is not defined\n"
    cases = [TestCase(name=f"test_{n}", outcome="failed", message=message) for n in range(30)]
    assert len(router(FILES).of_tests(cases, Execution(1, "", "", 0.1))) == 1
