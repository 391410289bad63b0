"""The Python that generated programs run with: Troupe's base interpreter, without Troupe's packages.

Programs get a *bare environment*: a virtual environment without any package, made once and kept in the
cache. Through it they see the standard library and nothing of what is installed beside Troupe, whether
Troupe lives in a virtual environment or in the system's Python.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from agents.errors import SandboxError

ASK = (
    "import sys; print(getattr(sys, '_base_executable', '') or sys.executable, sys.base_prefix, "
    "'.'.join(map(str, sys.version_info[:2])), sep='\\n')"
)
START_SECONDS = 60.0
OLDEST = (3, 11)
NAMES = ("python3", "python3.13", "python3.12", "python3.11", "python")
INSTALL = "Install Python 3.11 or newer (on Debian or Ubuntu: sudo apt install python3 python3-venv)."


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python outside any virtual environment: its program, and the folders it needs to be read."""

    executable: Path
    roots: tuple[Path, ...]


def cache_folder() -> Path:
    """Where Troupe keeps what it can make again.

    `TROUPE_CACHE`, else a folder below `TROUPE_HOME`, else the user's cache folder.
    """
    if chosen := os.environ.get("TROUPE_CACHE"):
        return Path(chosen).expanduser()
    home = os.environ.get("TROUPE_HOME")
    return Path(home).expanduser() / "cache" if home else platformdirs.user_cache_path("troupe")


@cache
def base_interpreter() -> Interpreter:
    """The interpreter below Troupe's own; a packed Troupe takes one of the search path.

    `SandboxError` when there is none, or none that is new enough.
    """
    if getattr(sys, "frozen", False):
        return _on_search_path()
    return _described(Path(getattr(sys, "_base_executable", "") or sys.executable), Path(sys.base_prefix))


MAKING = threading.Lock()
"""Held while something in the cache is made: programs that start at the same time wait for it."""


def bare_environment(folder: Path | None = None) -> Path:
    """The bare environment of `base_interpreter`, below `folder` (the cache); made when it is not there."""
    python = base_interpreter().executable
    key = hashlib.sha256(f"{python} {sys.version}".encode()).hexdigest()[:12]
    environment = (folder or cache_folder()) / f"python-{key}"
    if not interpreter_of(environment).exists():  # it is moved there whole
        with MAKING:
            if not interpreter_of(environment).exists():
                _create_environment(python, environment)
    return environment


def interpreter_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _create_environment(python: Path, environment: Path) -> None:
    """Make an environment beside its place and move it there, so that none is ever seen half made."""
    try:
        environment.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=environment.parent, prefix="making-") as making:
            made = Path(making) / environment.name
            arguments = [str(python), "-I", "-m", "venv", "--without-pip", str(made)]
            _run(arguments)
            if interpreter_of(environment).exists():  # another Troupe was faster, and uses its own
                return
            if environment.exists():  # left by an interpreter that has since been removed
                environment.rename(Path(making) / "old")
            made.rename(environment)
    except OSError as error:
        if interpreter_of(environment).exists():  # another Troupe was faster
            return
        raise SandboxError(
            f"The folder {environment} for running programs could not be made: {error.strerror or error}.",
            "Free some space or set TROUPE_HOME to a folder that can be written.",
        ) from error


def _described(executable: Path, prefix: Path) -> Interpreter:
    real = executable.resolve()
    # A program <root>/bin/python finds its standard library in <root>/lib, whatever its links are called.
    roots = dict.fromkeys((real.parent.parent, prefix, prefix.resolve()))
    return Interpreter(real, tuple(roots))


def _on_search_path() -> Interpreter:
    """The first interpreter of the search path that works and is new enough."""
    refused: list[str] = []
    for found in filter(None, map(shutil.which, NAMES)):
        try:
            executable, prefix, version = _run([found, "-I", "-c", ASK]).splitlines()[:3]
        except SandboxError as error:  # a shim without anything behind it, or Python 2
            refused.append(f"{found} does not work. {error.detail}".strip())
            continue
        if tuple(map(int, version.split("."))) >= OLDEST:
            return _described(Path(executable), Path(prefix))
        refused.append(f"{found} is Python {version}")
    if refused:
        raise SandboxError(
            "No Python on this machine can run the generated programs: none is 3.11 or newer.",
            INSTALL,
            "\n".join(refused),
        )
    raise SandboxError("There is no Python on this machine to run the generated programs with.", INSTALL)


def _run(arguments: list[str]) -> str:
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=START_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        detail = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise SandboxError(
            f"The Python at {arguments[0]} does not work.", "Repair or reinstall it.", detail
        ) from error
    return done.stdout
