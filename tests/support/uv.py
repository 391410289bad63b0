"""Calling uv, wherever it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300


def uv_command() -> list[str]:
    """How uv is called: as it called us (`uv run`), from the path, or from the Python that ours came from."""
    found = os.environ.get("UV") or shutil.which("uv")
    return [found] if found else [str(getattr(sys, "_base_executable", sys.executable)), "-m", "uv"]


def called(*arguments: str, environment: str = "") -> subprocess.CompletedProcess[str]:
    """Run uv on this project; `environment` is another virtual environment than the project's own."""
    where = {"UV_PROJECT_ENVIRONMENT": environment} if environment else {}
    try:
        return _run(arguments, where)
    except OSError as error:
        sys.exit(f"uv cannot be called: {error.strerror}. Install it: python3 -m pip install uv")


def _run(arguments: Sequence[str], where: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*uv_command(), *arguments],
        check=False,
        cwd=ROOT,
        env={**os.environ, **where},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def uv(*arguments: str, environment: str = "") -> str:
    """What uv prints; its own words end the program when it fails."""
    done = called(*arguments, environment=environment)
    if done.returncode:
        sys.exit(f"uv {' '.join(arguments)} failed:\n{done.stderr.strip()}")
    return done.stdout
