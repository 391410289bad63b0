"""A model server in words."""

from __future__ import annotations

import pytest

from agents.contracts import HostFigures, ModelInfo
from agents.serving import Readiness
from app.hosts import THIS_MACHINE, Host
from app.servers import busy_card, server_card

NAMED = [THIS_MACHINE, Host("Workstation", "gpu"), Host("Rack", "https://rack:8443")]
LOADED = ModelInfo("qwen3-coder:30b", loaded=18_000_000_000, loaded_context=16_384)


def test_a_server_at_work() -> None:
    found = Readiness("ready", "http://gpu:11434", "Ollama 0.33", (LOADED,), version="0.33.1")
    figures = HostFigures(at_hand=2, waiting=3, at_once=2, writing=31.4, reading=402.0)
    card = server_card(found, figures, NAMED)
    assert (card.name, card.where) == ("Workstation", "Ollama 0.33.1 at http://gpu:11434")
    assert card.memory.startswith("qwen3-coder:30b, 16")
    assert card.work == "2 requests at hand · 3 waiting · answers 2 at a time"
    assert card.speed == "writes 31 tok/s · reads 402 tok/s"
    assert not card.problem


def test_a_server_of_which_nothing_is_known_yet() -> None:
    found = Readiness("ready", "http://127.0.0.1:11434", "Ollama 0.33", version="0.33.1")
    card = server_card(found, HostFigures(), NAMED, default=True)
    assert card.name == "This machine"
    assert card.work == "Idle · answers 1 at a time"
    assert "first request loads" in card.memory
    assert "first reply" in card.speed


def test_this_machine_is_known_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    assert busy_card("http://127.0.0.1:11434", HostFigures(), NAMED).name == "This machine"
    assert busy_card("http://127.0.0.1:11435", HostFigures(), NAMED).name == "127.0.0.1:11435"


def test_a_server_that_fails_says_why() -> None:
    gone = Readiness("unreachable", "https://rack:8443", problem="No Ollama server answers.")
    card = server_card(gone, HostFigures(), NAMED)
    assert (card.name, card.problem, card.memory) == ("Rack", "No Ollama server answers.", "")
    aside = Readiness("ready", "http://other:1234", "Ollama 0.33", version="0.33.1")
    card = server_card(aside, HostFigures(problem="It broke."), NAMED)
    assert (card.name, card.problem) == ("other:1234", "Set aside for a minute: It broke.")
    assert server_card(aside, HostFigures(problem="It broke."), NAMED, alone=True).problem == "It broke."


def test_another_server_that_a_run_uses() -> None:
    card = busy_card("http://gpu:11434", HostFigures(at_hand=1, writing=20.0), NAMED)
    assert (card.name, card.where) == ("Workstation", "http://gpu:11434")
    assert (card.work, card.memory) == ("1 request at hand · answers 1 at a time", "")
