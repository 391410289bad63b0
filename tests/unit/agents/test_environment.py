from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import Command, Execution
from agents.environment import Environment, distribution, imports, missing, requirements
from agents.errors import UsageError
from agents.sandboxes.limits import LimitsSandbox
from tests.support.sandboxes import write


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.py": "import os, json\nimport numpy as np\nfrom PIL import Image"}, {"numpy", "PIL"}),
        ({"main.py": "import board\nimport lib.core", "board.py": "", "lib/core.py": ""}, set()),
        ({"main.py": "from . import requests\nfrom .x import y"}, set()),
        ({"main.py": "import sklearn.cluster"}, {"sklearn"}),
        ({"src/game/main.py": "import game, rich", "src/game/__init__.py": ""}, {"rich"}),
        ({"test_a.py": "import pytest"}, set()),
        ({"main.py": "def ("}, set()),
        ({"notes.txt": "import numpy"}, set()),
    ],
)
def test_imports(files: dict[str, str], expected: set[str]) -> None:
    assert imports(files) == expected


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("cv2", "opencv-python"),
        ("PIL", "pillow"),
        ("PIL.Image", "pillow"),
        ("yaml", "PyYAML"),
        ("numpy", "numpy"),
        ("some_thing", "some-thing"),
    ],
)
def test_distributions(module: str, expected: str) -> None:
    assert distribution(module) == expected


def test_requirements_keep_only_what_can_be_installed_by_name() -> None:
    text = """# what we need
    numpy>=1.26  # arrays
    - requests[socks]==2.32.0
    `rich`
    Numpy
    os
    json
    sklearn
    board
    --index-url https://example.invalid/simple
    -r other.txt
    git+https://example.invalid/x.git
    thing @ https://example.invalid/thing.zip
    ./local
    pip install x
    colorama; sys_platform == "win32"
    """
    assert requirements(text, {"board.py": ""}) == [
        "numpy>=1.26",
        "requests[socks]==2.32.0",
        "rich",
        "scikit-learn",
        'colorama; sys_platform == "win32"',
    ]


@given(st.text())
def test_any_text_may_stand_for_requirements(text: str) -> None:
    assert all(line.strip() for line in requirements(text, {}))


def printed(output: str) -> Execution:
    return Execution(1, output, output, 0.1)


@pytest.mark.parametrize(
    ("output", "files", "expected"),
    [
        ("ModuleNotFoundError: No module named 'numpy'", {}, "numpy"),
        ("ModuleNotFoundError: No module named 'numpy.linalg'", {}, "numpy"),
        ("E   ModuleNotFoundError: No module named 'numpy'", {}, "numpy"),
        ("ModuleNotFoundError: No module named 'roman'", {"roman/numerals.py": ""}, ""),
        ("ModuleNotFoundError: No module named 'roman.numerals'", {"src/roman/x.py": ""}, ""),
        ("ModuleNotFoundError: No module named 'tkinter'", {}, ""),
        ("ModuleNotFoundError: No module named '_tkinter'", {}, ""),
        ("print('ModuleNotFoundError: No module named x')", {}, ""),
        ("", {}, ""),
    ],
)
def test_missing_modules(output: str, files: dict[str, str], expected: str) -> None:
    assert missing(printed(output), files) == expected


def test_a_missing_module_may_stand_in_the_report_of_the_tests() -> None:
    message = "E   ModuleNotFoundError: No module named 'numpy'"
    told = json.dumps({"name": "test_a.py", "outcome": "failed", "message": message})
    assert missing(replace(printed(""), report=told), {}) == "numpy"


def test_an_environment_is_made_once_and_used_by_programs(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    command = Command(("python", "main.py"))
    assert not environment.exists
    assert environment.prepared(command) == command

    sandbox = LimitsSandbox.build()
    project = write(tmp_path / "project", {"main.py": "import sys; print(sys.prefix)"})
    made = asyncio.run(sandbox.run(environment.create_command(), project, lambda *_: None))
    assert made.exit_code == 0, made.output
    assert environment.exists

    run = asyncio.run(sandbox.run(environment.prepared(command), project, lambda *_: None))
    assert run.output.strip() == str(environment.folder)


def test_an_installation_goes_into_the_environment_only(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    create, install = environment.create_command(), environment.install_command(["rich>=14", "numpy"])
    assert create.network
    assert install.network
    assert install.environment == environment.folder
    assert install.writable == (environment.folder,)
    assert environment.prepared(install) == install
    assert install.argv[:4] == ("python", "-I", "-m", "pip")
    assert install.argv[-3:] == ("--", "rich>=14", "numpy")
    assert "--only-binary" in install.argv
    assert install.env["PIP_CONFIG_FILE"] == os.devnull


def test_where_packages_come_from_is_told_but_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, certificate = "https://user:password@mirror.invalid/simple", tmp_path / "own.pem"
    monkeypatch.setenv("PIP_INDEX_URL", address)
    monkeypatch.setenv("PIP_CERT", str(certificate))
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    install = Environment(tmp_path / "environment").install_command(["rich"])
    assert install.env["PIP_INDEX_URL"] == address
    assert certificate in install.read_only
    assert "PIP_TARGET" not in install.env
    assert address not in " ".join(install.argv)


@pytest.mark.parametrize("wanted", ["--index-url=x", "-r x", "../x", "x @ https://example.invalid/x.zip", ""])
def test_only_plain_requirements_are_installed(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(UsageError):
        Environment(tmp_path).install_command([wanted])
