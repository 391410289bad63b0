"""Runs that were recorded when replies were bounded otherwise: what was paid for is not paid again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agents.contracts import Json
from agents.events import RunRewound
from agents.journal import fingerprint
from tests.support.at_once import REPLIES, plan_for
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama_server import OllamaServer


def as_recorded_before(home: Path, **options: object) -> int:
    """Let all calls have been recorded with other options, each with the hash of all of it; how many."""
    changed = 0
    with closing(sqlite3.connect(home / "troupe.db")) as database, database:
        rows = database.execute("SELECT id, request FROM steps WHERE kind = 'chat'").fetchall()
        for row, text in rows:
            recorded: Json = json.loads(text)
            recorded["options"].update(options)
            asked = {name: value for name, value in recorded.items() if name not in ("remarks", "edits")}
            database.execute(
                "UPDATE steps SET request = ?, fingerprint = ? WHERE id = ?",
                (json.dumps(recorded), fingerprint(asked), row),
            )
            changed += 1
    return changed


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("workflow", list(REPLIES))
def test_other_bounds_are_no_reason_to_ask_again(workflow: str, at_once: int, tmp_path: Path) -> None:
    with OllamaServer(REPLIES[workflow]) as server:
        plan = plan_for(workflow, server.address, str(tmp_path / "out"), at_once)
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        assert as_recorded_before(tmp_path / "home", num_predict=777, stop=[]) == calls
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert again.outcome == told.outcome
    assert not again.recorder.of(RunRewound)


def test_another_temperature_is_another_question(tmp_path: Path) -> None:
    with OllamaServer(REPLIES["chatdev"]) as server:
        plan = plan_for("chatdev", server.address, str(tmp_path / "out"), 1)
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        as_recorded_before(tmp_path / "home", temperature=0.9)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == 2 * calls
    assert again.recorder.of(RunRewound)
