from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.companies.model import OWN_PHASES
from agents.development.chain import concluded, finished, slug, words
from agents.development.chain_phases import OWN


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("CodeReviewComment", "Code review comment"),
        ("DemandAnalysis", "Demand analysis"),
        ("GUIDesign", "GUI design"),
        ("my phase-2", "My phase 2"),
        ("Überprüfung", "Überprüfung"),
        ("设计", "设计"),
        ("///", "///"),
    ],
)
def test_a_phases_name_as_words(name: str, told: str) -> None:
    assert words(name) == told


@given(st.text(min_size=1, max_size=30))
def test_any_name_becomes_a_part_of_a_path(name: str) -> None:
    assert slug(name)
    assert not set(slug(name)) & set("/ #$?!%")


def test_chatdevs_own_form_of_a_conclusion() -> None:
    assert concluded("I think so.\n<INFO> PowerPoint\n") == "PowerPoint"
    assert concluded("  Just this. ") == "Just this."
    assert finished('"Finished."')
    assert not finished("Finished the first half")


def test_the_phases_with_code_of_their_own_are_known_by_name() -> None:
    assert set(OWN) == OWN_PHASES
