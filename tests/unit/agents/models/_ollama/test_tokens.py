from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import ChatMessage, ToolCall, ToolSpec
from agents.models._ollama.tokens import TokenCounts, prompt_characters
from tests.support.asking import request


def test_the_default_is_three_and_a_half_characters() -> None:
    assert TokenCounts().estimate("m", 700) == 200
    assert TokenCounts().estimate("m", 1) == 1
    assert TokenCounts().estimate("m", 0) == 0


def test_each_model_learns_for_itself() -> None:
    counts = TokenCounts()
    counts.learn("a", 10_000, 2500)
    assert counts.estimate("a", 1000) == 250
    assert counts.estimate("b", 700) == 200


def test_what_cannot_be_text_teaches_nothing() -> None:
    counts = TokenCounts()
    counts.learn("m", 20, 26)  # almost only the template
    counts.learn("m", 10_000, 100)  # the prompt was cut
    counts.learn("m", 10_000, 0)  # the server does not say
    assert counts.estimate("m", 700) == 200


@given(
    ratio=st.floats(1.0, 7.5),
    num_ctx=st.integers(2048, 131_072),
    share=st.floats(0.01, 0.99),
    prompts=st.lists(st.integers(1, 60_000), max_size=5),
)
def test_no_prompt_that_fits_is_ever_called_cut(
    ratio: float, num_ctx: int, share: float, prompts: list[int]
) -> None:
    counts = TokenCounts()
    for tokens in prompts:
        counts.learn("m", int(tokens * ratio), tokens)
    tokens = max(1, int((num_ctx - 2) * share))
    assert not counts.was_cut("m", num_ctx, int(tokens * ratio), tokens)


@given(ratio=st.floats(1.0, 7.5), num_ctx=st.integers(2048, 131_072), times=st.floats(2.0, 20.0))
def test_a_prompt_far_too_long_is_called_cut_once_the_model_is_known(
    ratio: float, num_ctx: int, times: float
) -> None:
    counts = TokenCounts()
    counts.learn("m", int(5000 * ratio), 5000)
    assert counts.was_cut("m", num_ctx, int(num_ctx * times * ratio), num_ctx)
    assert counts.was_cut("m", num_ctx, int(num_ctx * times * ratio), num_ctx // 2)


def test_a_server_that_does_not_count_raises_no_alarm() -> None:
    assert not TokenCounts().was_cut("m", 4096, 1_000_000, 0)


def test_tools_and_calls_are_a_part_of_the_prompt() -> None:
    call = ChatMessage("assistant", "abc", tool_calls=(ToolCall("f", {"x": 1}),))
    assert prompt_characters(request(messages=(call,))) == 3 + len('{"x": 1}')
    tool = ToolSpec("f", "does", {"type": "object"})
    assert prompt_characters(request(messages=(), tools=(tool,))) == 4 + len('{"type": "object"}')
