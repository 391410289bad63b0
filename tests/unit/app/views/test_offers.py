from __future__ import annotations

from agents.machine import KNOWN_MODELS, Gpu, Machine, Suggestion
from app.views.offers import PURPOSES, fits, purpose

GIB = 1024**3


def test_every_purpose_can_be_translated() -> None:
    assert {model.purpose for model in KNOWN_MODELS} == set(PURPOSES)


def test_a_machine_in_a_sentence() -> None:
    assert fits(Machine(0)) == ""
    assert fits(Machine(24 * GIB)) == "These fit this machine's 24\N{NO-BREAK SPACE}GB of memory."
    with_card = fits(Machine(32 * GIB, (Gpu("RTX 4060", 8 * GIB),)))
    assert with_card.endswith("RTX 4060 (8\N{NO-BREAK SPACE}GB).")


def test_how_a_model_would_run_here() -> None:
    model, cards = KNOWN_MODELS[0], (Gpu("x", GIB),)
    assert purpose(Suggestion(model, fast=True), Machine(GIB, cards)).endswith("· fast here")
    assert purpose(Suggestion(model, fast=False), Machine(GIB, cards)).endswith("· slow here")
    assert purpose(Suggestion(model, fast=False), Machine(GIB)) == model.purpose
    assert purpose(Suggestion(model, fast=False), None) == model.purpose
