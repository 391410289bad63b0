"""Prompts are product: every prompt file is complete, and short."""

from __future__ import annotations

import string
import tomllib
from importlib import resources

import pytest

from agents.errors import Bug
from agents.prompts import Prompts
from agents.registry import workflows


@pytest.fixture(params=sorted(workflows()))
def workflow(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tables(workflow: str) -> dict[str, dict[str, str]]:
    text = resources.files("resources").joinpath("prompts", f"{workflow}.toml").read_text("utf-8")
    return tomllib.loads(text)


def test_every_role_has_a_system_message_that_begins_with_it(workflow: str) -> None:
    prompts = Prompts.of(workflow)
    for role in prompts.roles:
        assert prompts.system(role).startswith(f"You are {role}. ")


def test_every_template_is_short_and_can_be_filled_in(workflow: str) -> None:
    prompts = Prompts.of(workflow)
    for name, template in tables(workflow)["prompts"].items():
        fields = {field for _, field, _, _ in string.Formatter().parse(template) if field}
        filled = prompts(name, **dict.fromkeys(fields, "{value}"))
        assert "{value}" in filled or not fields
        assert len(template) < 900


def test_what_is_said_of_a_prompt_leaves_the_context_out() -> None:
    prompts = Prompts.of("chatdev")
    said = prompts.said("review", code="…")
    assert said.startswith("Code review:")
    assert "\n\n" not in prompts.said("coding")


def test_words_at_the_end_of_a_prompt_are_its_own_and_can_be_amended_with_them() -> None:
    prompts = Prompts.of("agilecoder")
    how = prompts("files")
    prompt = prompts.prompt("development", brief="Brief.", sprint="Sprint 1", code="a.py", files=how)
    ending = prompt.ending("Your part: a.py.")
    assert ending.said.endswith("no others.\n\nYour part: a.py.")
    assert ending.text.endswith(f"Your part: a.py.\n\n{how}")
    amended = ending.amended("Write b.py.")
    assert amended.text == f"Brief.\n\nSprint 1\n\nThe program as it is:\n\na.py\n\nWrite b.py.\n\n{how}"
    assert amended.said == "Write b.py."


def test_an_unknown_prompt_or_field_is_our_own_fault() -> None:
    prompts = Prompts.of("chatdev")
    with pytest.raises(Bug):
        prompts("no such prompt")
    with pytest.raises(Bug):
        prompts("coding")
