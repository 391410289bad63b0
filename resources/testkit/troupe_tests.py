"""Runs the tests of the project in the current folder and reports each result as one JSON object a line.

This file is copied into the test kit and runs there, inside the sandbox, beside the project's own code: it
imports nothing of Troupe. Tests in the style of pytest and of unittest both run. Where there is no pytest,
unittest runs what it can: test cases, and test functions without parameters.

With files as arguments only their tests run, in that order.

The report goes to the file that `TROUPE_REPORT` names. The exit codes are pytest's: 0 when all passed, 1 when
some failed, 5 when there are none.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
import unittest
from pathlib import Path
from types import FunctionType, ModuleType, TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

NAMES = ("test_*.py", "*_test.py", "tests.py", "test.py")
SETTINGS = {
    **{"pytest.ini": "", ".pytest.ini": "", "pyproject.toml": "[tool.pytest"},
    **{"tox.ini": "[pytest]", "setup.cfg": "[tool:pytest]"},
}
"""The files in which pytest looks for its settings, and what stands in those that have some."""
MESSAGE = 4000  # characters of a failure that are kept
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Report:
    """The file of results; each line is complete when the next test begins."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - until the end
        self.failed = 0
        self.written = 0

    def add(self, name: str, outcome: str, message: str = "") -> None:
        """Write one result."""
        self.written += 1
        self.failed += outcome == "failed"
        if len(message) > MESSAGE:
            message = f"{message[: MESSAGE // 2]}\n…\n{message[-MESSAGE // 2 :]}"
        line = json.dumps({"name": name, "outcome": outcome, "message": message})
        self._file.write(f"{line}\n")


class PytestReporter:
    """The plugin through which pytest tells its results."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One of the three parts of a test: a passed set-up or clean-up says nothing by itself."""
        if report.when == "call" or report.outcome != "passed":
            self._report.add(report.nodeid, report.outcome, _text_of(report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is a failed test."""
        if report.outcome == "failed":
            self._report.add(report.nodeid or "the tests", "failed", _text_of(report))


class UnittestReporter(unittest.TextTestResult):
    """The result through which unittest tells its results."""

    report: Report

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        """A test passed."""
        super().addSuccess(test)
        self.report.add(test.id(), "passed")

    def addFailure(self, test: unittest.TestCase, err: ExcInfo) -> None:  # noqa: N802
        """An assertion does not hold."""
        super().addFailure(test, err)
        self.report.add(test.id(), "failed", _told(err[1]))

    def addError(self, test: unittest.TestCase, err: ExcInfo) -> None:  # noqa: N802
        """A test raised something else."""
        super().addError(test, err)
        self.report.add(test.id(), "failed", _told(err[1]))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        """A test was skipped."""
        super().addSkip(test, reason)
        self.report.add(test.id(), "skipped", reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: ExcInfo) -> None:  # noqa: N802
        """A test failed as it should."""
        super().addExpectedFailure(test, err)
        self.report.add(test.id(), "skipped", "failed as expected")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        """A test passed that should not."""
        super().addUnexpectedSuccess(test)
        self.report.add(test.id(), "failed", "passed unexpectedly")

    def addSubTest(  # noqa: N802
        self, test: unittest.TestCase, subtest: unittest.TestCase, err: ExcInfo | None
    ) -> None:
        """A part of a test ended."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.report.add(subtest.id(), "failed", _told(err[1]))


class FunctionTest(unittest.FunctionTestCase):
    """A test function, named with its file."""

    def __init__(self, function: FunctionType) -> None:
        super().__init__(function)
        self._name = f"{function.__module__}.{function.__name__}"

    def id(self) -> str:
        """`folder.test_file.test_function`."""
        return self._name


def main() -> int:
    """Run the tests; the exit code."""
    report = Report(os.environ.pop("TROUPE_REPORT", os.devnull))
    kit, project = str(Path(__file__).parent), str(Path.cwd())
    others = [path for path in sys.path if path not in ("", kit, project)]
    own_folders = [project, *(str(folder) for folder in [Path(project, "src")] if folder.is_dir())]
    # A module of the project must not stand in for one of pytest's own, so these are imported first.
    sys.path[:] = [kit, *others]
    os.environ.pop("PYTHONPATH", None)
    if importlib.util.find_spec("pytest") is None:
        sys.path[:] = [*own_folders, *others]
        return _with_unittest(report, Path(project))
    import pytest  # noqa: PLC0415 - there may be none

    sys.path[:] = [*own_folders, *others, kit]
    options = [
        "-q",
        "--no-header",
        "--color=no",
        "--tb=short",
        "--continue-on-collection-errors",
        "-p",
        "no:cacheprovider",
        *("--rootdir", project, "--confcutdir", project),
        *_settings_of(Path(project)),
    ]
    # A test that hangs tells the functions on its stack before the run is ended from outside.
    hangs = os.environ.pop("TROUPE_HANGS", "100")
    own = ["-o", f"faulthandler_timeout={hangs}", "-o", "addopts=", "-o", f"python_files={' '.join(NAMES)}"]
    return int(pytest.main([*options, *own, *sys.argv[1:]], plugins=[PytestReporter(report)]))


def _settings_of(project: Path) -> list[str]:
    """Have pytest read the project's own settings, or none: never those of a folder above it."""
    for name, heading in SETTINGS.items():
        file = project / name
        if file.is_file() and heading in file.read_text(encoding="utf-8", errors="replace"):
            return []
    return ["-c", os.devnull]


def _text_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return report.longreprtext


def _with_unittest(report: Report, project: Path) -> int:
    suite = unittest.TestSuite()
    chosen = [project / argument for argument in sys.argv[1:]]
    for path in chosen or sorted({found for name in NAMES for found in project.rglob(name)}):
        try:
            module = _imported(path, project)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a file of tests may raise anything
            report.add(path.relative_to(project).as_posix(), "failed", _told(error))
            continue
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
        suite.addTests(FunctionTest(function) for function in _functions(module))
    runner = unittest.TextTestRunner(verbosity=2)
    result = UnittestReporter(runner.stream, runner.descriptions, runner.verbosity)
    result.report = report
    suite(result)
    result.printErrors()
    if not report.written:
        return 5
    return 1 if report.failed else 0


def _imported(path: Path, project: Path) -> ModuleType:
    name = ".".join(path.relative_to(project).with_suffix("").parts)
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _told(error: BaseException | None) -> str:
    """A traceback without the frames of this runner, of unittest and of the import system."""
    if error is None:
        return ""
    told = traceback.TracebackException.from_exception(error)
    own = (__file__, str(Path(unittest.__file__).parent), "<frozen")
    told.stack = traceback.StackSummary.from_list(
        [frame for frame in told.stack if not frame.filename.startswith(own)]
    )
    return "".join(told.format())


def _functions(module: ModuleType) -> list[FunctionType]:
    """The test functions of a module that can be called without anything from pytest."""
    found = [value for name, value in vars(module).items() if name.startswith("test")]
    return [value for value in found if isinstance(value, FunctionType) and not value.__code__.co_argcount]


if __name__ == "__main__":
    sys.exit(main())
