"""The file through which a test runner hands back its results, beside the output that the tests print."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOST = 4 * 1024**2


def test_variables(kit: Path, report: Path) -> dict[str, str]:
    """The environment variables with which the test kit finds itself and the report."""
    return {"PYTHONPATH": str(kit), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TROUPE_REPORT": str(report)}


@contextmanager
def report_file(wanted: bool) -> Iterator[Path | None]:
    """An empty file outside the project for as long as the program runs, when one is `wanted`."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="troupe-report-") as folder:
        path = Path(folder) / "report"
        path.touch(mode=0o600)
        yield path


def read_report(path: Path | None) -> str:
    """What the program wrote there, at most `MOST` bytes; nothing when it put something else in its place."""
    if path is None:
        return ""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return file.read(MOST).decode("utf-8", "replace")
