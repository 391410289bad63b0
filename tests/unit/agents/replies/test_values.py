"""Typed values: read as models write them, never guessed."""

from __future__ import annotations

import json
import time
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel

from agents.errors import ReplyDoesNotFit
from agents.replies import read_value


class Step(BaseModel):
    title: str
    done: bool = False


class Plan(BaseModel):
    model_config = ConfigDict(title="Plan")

    title: str
    verdict: Literal["yes", "no"]
    steps: list[Step] = Field(default_factory=list)
    weight: float = 0.0


class Loose(BaseModel):
    title: str = ""
    steps: list[Step] = Field(default_factory=list)


class Names(RootModel[list[str]]):
    pass


GOOD = '{"title": "a, }", "verdict": "yes", "steps": [{"title": "b", "done": true}], "weight": 1.5}'
PLAN = Plan(title="a, }", verdict="yes", steps=[Step(title="b", done=True)], weight=1.5)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n\n  {GOOD}  \n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```\n",
        f"~~~json\n{GOOD}\n~~~\n",
        f"```JSON\n{GOOD}\n```",
        f"Here is my plan:\n\n```json\n{GOOD}\n```\n\nI hope it helps {{you}}!",
        f"Here is my plan: {GOOD} Good?",
        f"json\n{GOOD}",
        f'<think>{{"title": "no", "verdict": "no"}}</think>\n{GOOD}',
        f"Thinking {{aloud}}…\n</think>\n{GOOD}",
        f"```json\n{GOOD}",
        GOOD.replace("}]", "},]").replace("1.5}", "1.5,}"),
        GOOD.replace("}]", "},\n ]").replace("1.5}", "1.5 ,\n\n}"),
        f"{GOOD}\n{GOOD}",
        f"Like [this](x) or {{'a': 1}} or [1]:\n{GOOD}",
        f"Use `{{title}}`.\n```python\nprint({{1: 2}})\n```\n```json\n{GOOD}\n```",
        f"\ufeff{GOOD}",
        json.dumps(json.loads(GOOD), indent=4).replace("\n", "\r\n"),
    ],
)
def test_values_as_models_write_them(text: str) -> None:
    assert read_value(text, Plan) == PLAN


def test_line_breaks_in_strings_and_fences_in_strings() -> None:
    text = '{"title": "one\ntwo\t```python\nx```", "verdict": "no"}'
    assert read_value(text, Plan).title == "one\ntwo\t```python\nx```"


def test_lists() -> None:
    assert read_value('Sure: ["a", "b",]', Names).root == ["a", "b"]
    assert read_value("See [this](x).\n```json\n[]\n```", Names).root == []


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<think>{}</think>", "empty"),
        ("No JSON here.", "no JSON"),
        ("{'title': 'a'}", "no JSON"),
        ('{"title": "a"}', "verdict: Field required"),
        ('{"title": "a", "verdict": "maybe"}', "verdict: Input should be 'yes' or 'no'"),
        ('{"title": "a", "verdict": "yes", "steps": [{"done": 1}]}', "steps.0.title: Field required"),
        ('{"title": "a" "verdict": "yes"}', "not valid JSON"),
        ('{"title": "a", "verdict": "yes"', "not valid JSON"),
        ('{"title": "a", "verdict": "yes", "weight": NaN}', "NaN"),
        ('{"title": "a", "verdict": "yes", "weight": -Infinity}', "Infinity"),
        ('{"title": "a", "verdict": "yes", "weight": 1e999}', "1e999"),
        ('{"title": "a", "verdict": "yes", "weight": ' + "9" * 5000 + "}", "not valid JSON"),
        (GOOD + GOOD.replace("yes", "no"), "several"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "deeply"),
        ('{"a":' * 100_000, "deeply"),
        ('{"title": "\\ud800", "verdict": "yes"}', ""),
        ('{"title": "a", "verdict": "yes",,}', "not valid JSON"),
        ('{"$schema": 1}', "Field required"),
    ],
)
def test_what_does_not_fit(text: str, detail: str) -> None:
    with pytest.raises(ReplyDoesNotFit) as caught:
        read_value(text, Plan)
    assert detail in caught.value.detail
    assert len(caught.value.detail) < 1000
    assert "pydantic.dev" not in caught.value.detail


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "x", "steps": [{"title": "y"}',
        '{"title": "x" "steps": [{"title": "y"}]}',
        '{"title": "x", "steps": [{"title": "y"}], oops}',
        '{"title": "x", "steps": [{"title": "y"}, {"title": ',
        '```json\n{"title": "x", "steps": [{"title": "y"}\n```',
    ],
)
def test_a_part_of_a_broken_value_is_no_value(text: str) -> None:
    with pytest.raises(ReplyDoesNotFit):
        read_value(text, Loose)


@pytest.mark.parametrize(
    "text", ['{"a": "\\"' + '\\"' * 50_000, "{" * 50_000, '{"' * 50_000, "[" * 50_000, ", " * 50_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ReplyDoesNotFit):
        read_value(text, Plan)
    assert time.perf_counter() - started < 2


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["{", "}", '"', "title", ":", ",", "[", "]", "```json\n", "\\", "1"])).map(
            "".join
        ),
    )
)
def test_only_one_error_is_ever_raised(text: str) -> None:
    try:
        read_value(text, Plan)
    except ReplyDoesNotFit as problem:
        assert problem.detail


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_what_a_model_dumps_is_read(title: str, fenced: bool) -> None:
    plan = Plan(title=title, verdict="no", steps=[Step(title=title[::-1])])
    text = plan.model_dump_json(indent=2)
    assert read_value(f"Sure:\n```json\n{text}\n```\n" if fenced else text, Plan) == plan


def test_json_that_speaks_of_thinking_is_one_value_and_no_thinking() -> None:
    whole = PLAN.model_copy(update={"title": "Strip <think> and </think>\n</think>\nfrom replies"})
    assert read_value(whole.model_dump_json(), Plan) == whole


def test_a_value_that_is_nested_too_deeply_is_refused() -> None:
    deep = '{"title": "x", "verdict": "yes", "more": ' + "[" * 500 + "]" * 500 + "}"
    with pytest.raises(ReplyDoesNotFit) as refused:
        read_value(deep, Plan)
    assert "nested too deeply" in refused.value.detail
