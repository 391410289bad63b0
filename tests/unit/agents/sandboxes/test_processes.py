from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from agents.sandboxes._processes import children, descendants, identity, marked, proportional, resident, send

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
NESTED = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"


def test_a_tree_of_processes_is_found_measured_and_ended() -> None:
    mark = f"TROUPE_TEST_{os.getpid()}"
    program = subprocess.Popen(
        [sys.executable, "-c", NESTED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "MARK": mark},
    )
    with program:
        assert program.stdout is not None
        program.stdout.readline()
        assert program.pid in children(os.getpid())
        (below,) = descendants(program.pid)
        assert set(marked(mark)) == {program.pid, below}
        assert 1_000_000 < proportional([below]) <= resident([below])
        assert identity(below)
        send([below, program.pid], signal.SIGKILL)
    assert identity(program.pid) == ""


def test_a_process_that_has_ended_is_nothing() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert children(done.pid) == []
    assert (resident([done.pid]), proportional([done.pid])) == (0, 0)
    send([done.pid], signal.SIGTERM)
