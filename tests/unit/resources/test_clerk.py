"""The clerk of a warm worker: what it asks of a program's process, and what its worker has loaded."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import resources

KIT = Path(resources.__file__).with_name("testkit")
CODE, CASE = "def double(n):\n    return 2 * n\n", "assert double(2) == 4"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Warm workers fork")


def test_a_plain_case_is_settled_in_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(KIT))
    clerk, judging = import_module("troupe_clerk"), import_module("troupe_judging")
    job = {"code": CODE, "entry": "double", "cases": [CASE], "asserts": 1}
    here, program = socket.socketpair()
    with here, program:
        answers: list[dict[str, Any]] = [{}, {"value": "4", "arguments": '["tuple", 2]', "printed": "hello"}]
        program.sendall(b"".join(json.dumps(answer).encode() + b"\n" for answer in answers))
        told = judging.judge(job, 0, clerk.Bounded(here, (CODE, "double"), time.monotonic() + 60))
        here.shutdown(socket.SHUT_WR)
        asked = [json.loads(line) for line in program.makefile("rb")]
    assert told == {"kind": "passed", "printed": "hello"}
    assert asked == [[CODE, "double"], ["load"], ["call", "double", '["tuple", 2]', '["dict"]']]


def test_what_a_worker_has_loaded_is_little_since_every_process_copies_it() -> None:
    code = f"import sys; sys.path.insert(0, {str(KIT)!r}); import troupe_pool; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    heavy = {"pathlib", "shutil", "tempfile", "random", "threading", "subprocess", "asyncio", "logging"}
    assert heavy & {*done.stdout.split()} == set()
