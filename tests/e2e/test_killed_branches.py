"""Runs with branches at the same time, killed; `python -m tests.campaigns.kill` does it 200 times."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.campaigns import kill
from tests.campaigns.kill import at_every_step, at_random
from tests.support.killing import scripted
from tests.support.ollama_server import OllamaServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")


def test_killed_at_random_moments_nothing_is_lost_doubled_or_paid_twice(tmp_path: Path) -> None:
    with OllamaServer(lambda call: scripted(call, 0.02)) as server:
        told = at_random(tmp_path, server, times=5, seed=5)
    assert told.broken == {}
    assert told.kills == 5


def test_killed_after_every_step_nothing_is_lost_doubled_or_paid_twice(tmp_path: Path) -> None:
    with OllamaServer(scripted) as server:
        told = at_every_step(tmp_path, server, branches=2, rounds=1)
    assert told.broken == {}
    assert told.kills >= 5


def test_a_run_that_hangs_when_it_goes_on_is_told_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed: dict[str, object] = {}
    monkeypatch.setattr(kill, "undisturbed", lambda *_, **__: (undisturbed, 0.0))
    monkeypatch.setattr(kill, "PATIENCE", 3.0)
    with OllamaServer(lambda call: scripted(call, 0.0 if len(server.requests) < 3 else 60.0)) as server:
        told = at_every_step(tmp_path, server, every=2, branches=2, rounds=1)
    assert [problem for problem in told.broken if problem.startswith("did not end in 3 s")]
    assert 1 <= told.kills <= 3
