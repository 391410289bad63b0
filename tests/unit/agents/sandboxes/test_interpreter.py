from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.errors import SandboxError
from agents.sandboxes._interpreter import (
    bare_environment,
    base_interpreter,
    cache_folder,
    interpreter_of,
)


@pytest.fixture
def fresh() -> None:
    """Forget the interpreter before and after a test that changes what can be found."""
    base_interpreter.cache_clear()


def test_the_base_interpreter_lies_in_its_roots() -> None:
    found = base_interpreter()
    assert any(found.executable.is_relative_to(root) for root in found.roots)
    assert Path(sys.base_prefix) in found.roots


def test_a_bare_environment_has_no_packages(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path)
    assert bare_environment(tmp_path) == environment
    assert [path.name for path in tmp_path.iterdir()] == [environment.name]
    python = str(interpreter_of(environment))
    code = "import sys; print(sys.prefix); import pydantic"
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(environment)
    assert "No module named 'pydantic'" in done.stderr


def test_programs_that_start_at_once_share_the_environment_that_came_first(tmp_path: Path) -> None:
    def seen(_: int) -> int:
        return bare_environment(tmp_path).stat().st_ino

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(seen, range(6)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [bare_environment(tmp_path).name]


def test_an_environment_whose_interpreter_is_gone_is_made_again(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path)
    interpreter_of(environment).unlink()
    assert bare_environment(tmp_path) == environment
    assert interpreter_of(environment).exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="could not be made"):
        bare_environment(tmp_path / "file" / "cache")


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_HOME", str(tmp_path))
    monkeypatch.delenv("TROUPE_CACHE", raising=False)
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.setenv("TROUPE_CACHE", str(tmp_path / "other"))
    assert cache_folder() == tmp_path / "other"
    monkeypatch.delenv("TROUPE_CACHE")
    monkeypatch.delenv("TROUPE_HOME")
    assert cache_folder().name == "troupe"


@pytest.mark.usefixtures("fresh")
def test_a_packed_troupe_takes_the_python_of_the_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "python3").symlink_to(base_interpreter.__wrapped__().executable)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert base_interpreter().executable == Path(sys._base_executable).resolve()
    base_interpreter.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(SandboxError, match="no Python"):
        base_interpreter()
    base_interpreter.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_a_packed_troupe_passes_over_what_is_too_old_or_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = base_interpreter.__wrapped__().executable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name, script in {
        "python3": "echo /usr/bin/python3; echo /usr; echo 3.9",
        "python3.13": "exit 1",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(SandboxError, match=r"3\.11 or newer") as raised:
        base_interpreter()
    assert f"{tmp_path / 'python3'} is Python 3.9" in raised.value.detail
    assert f"{tmp_path / 'python3.13'} does not work" in raised.value.detail
    (tmp_path / "python3.12").symlink_to(good)
    assert base_interpreter().executable == good
    base_interpreter.cache_clear()
