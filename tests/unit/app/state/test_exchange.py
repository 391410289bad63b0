"""Recorded steps as requests and replies, whatever an older version recorded."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from agents.store.rows import Step
from app.state.exchange import Sent, read_exchange

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["model", "messages", "options", "format", "tools", "think", "text", "seconds", "prompt_tokens", "role"]
)


def step(request: object, result: object) -> Step:
    return Step("ceo#1", "chat", "", json.dumps(request), json.dumps(result))


def test_a_whole_exchange() -> None:
    found = read_exchange(
        step(
            {
                "model": "m",
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hello"},
                    {"role": "assistant", "tool_calls": [{"name": "look"}]},
                ],
                "format": {"type": "object"},
                "tools": [],
                "options": {"num_ctx": 8192, "seed": None, "stop": [], "temperature": 0.0},
                "think": False,
            },
            {
                "text": "Hi",
                "thinking": "Hm",
                "tool_calls": [],
                "prompt_tokens": 12,
                "output_tokens": 6,
                "seconds": 3.0,
                "writing_seconds": 2.0,
                "endless": True,
            },
        )
    )
    assert found.messages[:2] == (Sent("system", "Be brief."), Sent("user", "Hello"))
    assert "look" in found.messages[2].calls
    assert found.options == (("num_ctx", "8192"), ("temperature", "0.0"), ("think", "false"))
    assert json.loads(found.form) == {"type": "object"}
    assert (found.tools, found.calls) == ("", "")
    assert (found.text, found.thinking, found.tokens_per_second) == ("Hi", "Hm", 3.0)
    assert found.truncated
    assert found.prompt.startswith("# system\n\nBe brief.\n\n# user\n\nHello")


def test_what_is_no_json_is_shown_as_it_is() -> None:
    found = read_exchange(Step("a", "chat", "", "not json", "[1]"))
    assert (found.model, found.messages, found.request) == ("", (), "not json")


@given(st.dictionaries(FIELDS, JSON), st.dictionaries(FIELDS, JSON))
def test_whatever_was_recorded_can_be_read(request: dict[str, object], result: dict[str, object]) -> None:
    found = read_exchange(step(request, result))
    assert json.loads(found.request) == json.loads(json.dumps(request))
    assert isinstance(found.prompt, str)
