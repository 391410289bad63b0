"""The clerk of a warm worker: what its worker has loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import resources

KIT = Path(resources.__file__).with_name("testkit")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Warm workers fork")


def test_what_a_worker_has_loaded_is_little_since_every_process_copies_it() -> None:
    code = f"import sys; sys.path.insert(0, {str(KIT)!r}); import troupe_pool; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    heavy = {"pathlib", "shutil", "tempfile", "random", "threading", "subprocess", "asyncio", "logging"}
    assert heavy & {*done.stdout.split()} == set()
