from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.sandboxes import _testkit
from agents.sandboxes._report import test_variables as variables_for
from tests.support.sandboxes import write

RUNNERS = {
    *(
        "troupe_tests.py",
        "troupe_trials.py",
        "troupe_judging.py",
        "troupe_pool.py",
        "troupe_program.py",
        "troupe_values.py",
        "troupe_children.py",
        "troupe_clerk.py",
    ),
    *("troupe_node.py", "troupe_node.mjs", "troupe_page.py", "troupe_go.py", "troupe_c.py", "troupe_java.py"),
}
STYLES = {
    "core.py": "def add(a, b): return a + b\n",
    "test_functions.py": "from core import add\ndef test_right(): assert add(1, 1) == 2\n"
    "def test_wrong(): assert add(1, 1) == 3\n",
    "deep/test_cases.py": "import unittest\nfrom core import add\nclass Case(unittest.TestCase):\n"
    "    def test_add(self): self.assertEqual(add(1, 2), 3)\n"
    "    @unittest.skip('later')\n    def test_later(self): pass\n"
    "    @unittest.expectedFailure\n    def test_bad(self): self.fail()\n"
    "    @unittest.expectedFailure\n    def test_good(self): pass\n"
    "    def test_parts(self):\n        with self.subTest(part=1): self.assertTrue(False)\n"
    "    def test_error(self): 1 / 0\n",
    "test_broken.py": "import not_there\n",
}


def run(kit: Path, project: Path, report: Path) -> tuple[int, dict[str, str]]:
    variables = {**os.environ, **variables_for(kit, report), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys._base_executable, "-m", "troupe_tests"]
    done = subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, check=False)
    cases = [json.loads(line) for line in report.read_text().splitlines()]
    return done.returncode, {case["name"]: case["outcome"] for case in cases}


def test_settings_of_a_folder_above_the_project_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\nunknown_setting = yes\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('of somebody else')\n")
    code = "import warnings\ndef test_it(own):\n    warnings.warn('loud')\n    assert own\n"
    own = {
        "pyproject.toml": "[project]\nname = 'mine'\n",
        "conftest.py": "import pytest\n@pytest.fixture\ndef own():\n    return True\n",
        "test_it.py": code,
    }
    project = write(tmp_path / "project", own)
    kit = _testkit.test_kit(tmp_path / "cache")
    assert run(kit, project, tmp_path / "report") == (0, {"test_it.py::test_it": "passed"})
    write(project, {"pyproject.toml": "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n"})
    code_then, outcomes = run(kit, project, tmp_path / "strict")
    assert (code_then, outcomes) == (1, {"test_it.py::test_it": "failed"})


def test_without_pytest_both_styles_run_with_unittest(tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    kit.mkdir()
    source = Path(_testkit.__file__).parents[2] / "resources" / "testkit" / "troupe_tests.py"
    (kit / "troupe_tests.py").write_text(source.read_text())
    (kit / "sitecustomize.py").write_text(
        "import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]"
    )
    project = write(tmp_path / "project", STYLES)
    code, outcomes = run(kit, project, tmp_path / "report")
    assert code == 1
    assert outcomes == {
        "test_broken.py": "failed",
        "test_functions.test_right": "passed",
        "test_functions.test_wrong": "failed",
        "deep.test_cases.Case.test_add": "passed",
        "deep.test_cases.Case.test_bad": "skipped",
        "deep.test_cases.Case.test_error": "failed",
        "deep.test_cases.Case.test_good": "failed",
        "deep.test_cases.Case.test_later": "skipped",
        "deep.test_cases.Case.test_parts (part=1)": "failed",
    }


def test_the_kit_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_testkit, "PACKAGES", ("no_such_package",))
    monkeypatch.setattr(_testkit, "_try_out", lambda _kit, _folder: None)
    kit = _testkit.test_kit(tmp_path)
    assert {path.name for path in kit.glob("*.*")} == RUNNERS
    assert _testkit.test_kit(tmp_path) == kit
    assert [path.name for path in tmp_path.iterdir()] == [kit.name]


def test_no_tests_is_pytests_exit_code(tmp_path: Path) -> None:
    kit = _testkit.test_kit(tmp_path / "cache")
    project = write(tmp_path / "project", {"core.py": ""})
    (tmp_path / "report").touch()
    assert run(kit, project, tmp_path / "report") == (5, {})
