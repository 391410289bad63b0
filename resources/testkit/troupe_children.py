"""What the runners of other languages share: how they start programs, and how they end.

Like `troupe_tests` these files run in the test kit, inside the sandbox, and import nothing of Troupe. What
they start does not learn where the report is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from troupe_tests import Report

SECONDS = 60.0  # that compiling may take
EACH = float(os.environ.get("TROUPE_EACH", "30"))  # that one file of tests may take


@dataclass
class Done:
    """How a program went: its exit code (negative: a signal; None: it did not end), and what it printed."""

    code: int | None
    output: str

    @property
    def trouble(self) -> str:
        """How it failed, in a line; empty when it did not."""
        if self.code == 0:
            return ""
        if self.code is None:
            return "It did not come to an end."
        return (
            f"It crashed (signal {-self.code})."
            if self.code < 0
            else f"It failed with exit code {self.code}."
        )


def report() -> Report:
    """The report of this run; its place is forgotten for everything that is started."""
    return Report(os.environ.pop("TROUPE_REPORT", os.devnull))


def variables() -> dict[str, str]:
    """The environment of what is started, with the folders of its tools on the search path."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TROUPE"))}
    extra = os.environ.get("TROUPE_PATH", "")
    return {**own, "PATH": os.pathsep.join(filter(None, [own.get("PATH", ""), extra]))}


def run(
    argv: Sequence[str], seconds: float = SECONDS, folder: str | Path | None = None, *, show: bool = True
) -> Done:
    """Run a program to its end, and `show` what it printed."""
    try:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        said = Done(127, f"{argv[0]}: {error.strerror or error}\n")
    else:
        said = _followed(process, seconds)
    if show:
        sys.stdout.write(said.output)
        sys.stdout.flush()
    return said


def _followed(process: subprocess.Popen[bytes], seconds: float) -> Done:
    """What a program prints until it ends; after `seconds` it is ended with all that it started."""
    code: int | None
    try:
        output, _ = process.communicate(timeout=seconds)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        code = None
    return Done(code, output.decode("utf-8", "replace"))


def ended(told: Report) -> int:
    """The exit code: 0 when all passed, 1 when some failed, 5 when there were none."""
    if not told.written:
        return 5
    return 1 if told.failed else 0


def build_folder() -> Path:
    """Where what is built goes."""
    folder = Path(os.environ.get("TROUPE_BUILD") or os.environ.get("TMPDIR") or "/tmp")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
