"""A plan is stored with its run and read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import Task
from agents.errors import DatabaseDamaged, UsageError
from agents.plan import Plan


@given(st.text(), st.text(), st.dictionaries(st.text(), st.integers()), st.booleans())
def test_a_plan_survives_the_database(idea: str, name: str, options: dict[str, int], existing: bool) -> None:
    plan = Plan(idea=idea, name=name, options=dict(options), existing=existing)
    assert Plan.from_json(plan.to_json()) == plan


def test_the_parts_of_a_task_survive_the_database() -> None:
    plan = Plan(
        idea=" Add. ", entry_point="add", starter="def add(a, b): ...", examples=("assert add(1, 2) == 3",)
    )
    again = Plan.from_json(plan.to_json())
    assert again == plan
    assert again.task() == Task("Add.", False, "add", "def add(a, b): ...", plan.examples)
    assert again.task().is_function
    assert not Plan(idea="A game.").task().is_function


def test_how_a_run_is_carried_out_says_nothing_of_what_was_asked_for() -> None:
    how = Plan(
        idea="", workflow="direct", model="m", roles={"Programmer": "p"}, permission="ask", think=False
    )
    task = replace(
        how, idea="Add.", name="N", out="/x", seed=7, entry_point="add", starter="def add(a, b): ...",
        examples=("assert add(1, 2) == 3",), tests=("assert add(0, 0) == 0",), turns=("add",), script=True,
    )  # fmt: skip
    change = replace(how, idea="More.", out="/x", existing=True, follows=3, amendments={"p#1": "Less."})
    assert task.without_request() == change.without_request() == how


def test_fields_of_a_newer_version_are_left_out() -> None:
    assert Plan.from_json('{"idea": "a game", "colour": "blue"}') == Plan(idea="a game")


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"name": "no idea"}'])
def test_settings_that_cannot_be_read_are_said_to_be_damaged(text: str) -> None:
    with pytest.raises(DatabaseDamaged):
        Plan.from_json(text)


@pytest.mark.parametrize("idea", ["", "  \n\t "])
def test_an_empty_idea_is_refused_with_what_to_do(idea: str) -> None:
    with pytest.raises(UsageError, match="idea is empty"):
        Plan(idea=idea).checked()


def test_the_title_is_the_name_or_the_first_words_of_the_idea() -> None:
    assert Plan(idea="x", name=" Todo ").title() == "Todo"
    assert Plan(idea="A small game of chess for two.").title() == "A small game of chess for"
    assert len(Plan(idea="w" * 300).title()) <= 58


@pytest.mark.parametrize(
    "stored",
    ["", "[]", '{"idea": 5}', '{"idea": "x", "roles": [1]}', '{"idea": "x", "options": ' + "[" * 100_000],
)
def test_stored_settings_that_are_no_plan_are_a_damage(stored: str) -> None:
    with pytest.raises(DatabaseDamaged):
        Plan.from_json(stored)


def test_what_a_newer_version_stored_beside_is_left_out() -> None:
    assert Plan.from_json('{"idea": "x", "of_tomorrow": 1, "examples": ["a"]}') == Plan(
        idea="x", examples=("a",)
    )
