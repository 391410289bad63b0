"""No prompt of a whole run carries the text of a file twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.plan import Plan
from tests.benchmarks.machine.teams import chain_project, long_project, sprint_team
from tests.benchmarks.machine.waste import twice
from tests.support.carrying_out import carry_out
from tests.support.ollama_server import OllamaServer
from tests.support.team import company


@pytest.mark.parametrize(  # small programs, one step at a time, are read in `test_reading`
    ("program", "at_once"), [("chain", 4), ("long", 1), ("long", 4), ("sprints", 4)]
)
def test_no_file_is_sent_twice_in_one_prompt(tmp_path: Path, program: str, at_once: int) -> None:
    teams = {
        "chain": lambda: company(chain_project(6)),
        "long": lambda: company(long_project()),
        "sprints": lambda: sprint_team(6).reply,
    }
    with OllamaServer(teams[program](), parallel=at_once) as server:
        plan = Plan(
            idea="A ledger.", workflow="agilecoder" if program == "sprints" else "chatdev", num_ctx=32768,
            host=server.address, out=str(tmp_path / "out"), at_once=at_once,
        )  # fmt: skip
        assert carry_out(plan, tmp_path / "home").outcome.passed
        found = {(call.role, path) for call in server.requests for path in twice(call.prompt)}
        assert not found
