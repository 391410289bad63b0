"""A clarification that is killed at its steps: nothing is asked, paid for or tried twice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agents.plan import Plan
from tests.campaigns.kill import PATIENCE
from tests.support.clarifying import HALF_UP, ROUND, TO_EVEN, Team, samples
from tests.support.killing import Victim
from tests.support.ollama_server import OllamaServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")


def test_killed_after_every_second_step_a_clarification_goes_on_where_it_was(tmp_path: Path) -> None:
    team = Team(samples(TO_EVEN, HALF_UP), question="Which colour has a half?", meanings=("red", "blue"))
    with OllamaServer(team) as server:
        plan = Plan(
            idea=ROUND, workflow="clarifygpt", host=server.address, model="scripted:7b",
            out=str(tmp_path / "out"), options={"samples": 2, "inputs": 4},
        )  # fmt: skip
        victim = Victim(tmp_path / "home", plan)
        for _ in range(12):
            process = victim.begin(die_at=2)
            process.join(PATIENCE)
            victim.examine(server.requests)
            if process.exitcode is not None and process.exitcode >= 0:
                break
            victim.kills += 1
    assert process.exitcode == 0, (victim.home / "printed").read_text()
    assert victim.kills >= 4
    assert not victim.broken
    assert victim.files() == {"solution.py": HALF_UP}
    assert team.asked.count(("Requirements Analyst", "AmbiguityQuestion")) == 1
