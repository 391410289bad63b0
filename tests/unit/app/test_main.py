"""Commands start quickly and without Qt: what they import is looked at in a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"pydantic", "platformdirs", "ollama", "sqlite_utils", "httpx", "asyncio", "pygments", "markdown_it"}
QT = {"PySide6", "shiboken6", "qasync"}
PROGRAM = """
import sys
from app.__main__ import main
try:
    main()
except SystemExit as ended:
    code = ended.code
sys.stderr.write("\\nIMPORTED " + " ".join({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def troupe(*arguments: str, **variables: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """A command on a machine without a display, and the first names of the modules that it imported."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    kept.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**kept, "TROUPE_DEMO_SPEED": "0", **variables},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done, set(done.stderr.rpartition("IMPORTED ")[2].split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["build", "--help"], ["runs", "--help"], ["models", "--help"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    done, imported = troupe(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: troupe")
    assert not imported & (HEAVY | QT)


def test_a_list_of_the_runs_needs_no_event_loop() -> None:
    done, imported = troupe("runs")
    assert done.returncode == 0
    assert not imported & (HEAVY - {"platformdirs", "sqlite_utils"})


@pytest.mark.parametrize("command", ["workflows", "runs"])
def test_commands_import_no_qt(command: str) -> None:
    done, imported = troupe(command)
    assert done.returncode == 0
    assert not imported & QT


def test_methods_are_told_without_what_only_their_runs_need() -> None:
    done, imported = troupe("workflows")
    assert done.returncode == 0
    assert not imported & {"markdown_it", "doctest", "unittest", "ollama", "httpx", "sqlite_utils"}


@pytest.mark.parametrize("command", ["models", "doctor"])
def test_that_no_server_answers_is_said_without_its_client(command: str) -> None:
    done, imported = troupe(command, "--host", "127.0.0.1:1")
    assert done.returncode == 3
    # A home that has no database yet gets one, which sqlite-utils makes.
    assert not imported & (HEAVY - {"platformdirs", "asyncio", "sqlite_utils"})


def test_the_doctor_imports_no_qt(troupe_home: Path) -> None:
    done, imported = troupe("doctor", "--host", "127.0.0.1:1")
    assert done.returncode == 3
    assert "Window: " in done.stdout
    assert "programs run with" in done.stdout
    assert str(troupe_home) in done.stdout
    if sys.platform == "linux":
        assert not imported & QT


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems always have a display")
def test_the_demo_runs_in_the_terminal_where_no_window_can_be_opened(tmp_path: Path) -> None:
    done, imported = troupe("demo", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("No window can be opened here: ")
    assert "The demo runs in the terminal." in done.stderr
    assert (tmp_path / "out" / "main.py").is_file()
    assert not imported & QT


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems always have a display")
def test_without_a_command_the_reason_is_said() -> None:
    done, imported = troupe()
    assert done.returncode == 2
    assert done.stderr.startswith(
        "No window can be opened; see `troupe --help` for the commands without one. "
    )
    assert not imported & QT


def test_a_packed_troupe_keeps_its_libraries_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.__main__ import _forget_packed_libraries

    monkeypatch.setenv("LD_LIBRARY_PATH", "/packed:/mine")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/mine")
    _forget_packed_libraries()
    assert os.environ["LD_LIBRARY_PATH"] == "/packed:/mine"  # this Troupe is not packed
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    _forget_packed_libraries()
    assert os.environ["LD_LIBRARY_PATH"] == "/mine"
    _forget_packed_libraries()
    assert "LD_LIBRARY_PATH" not in os.environ
