from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.events import CommandFinished, MessageCompleted
from app.state.costs import Cost


def message(**more: object) -> MessageCompleted:
    facts: dict[str, object] = {
        "prompt_tokens": 100,
        "output_tokens": 30,
        "reading_seconds": 0.5,
        "writing_seconds": 1.5,
        **more,
    }
    return MessageCompleted(message="a#1", speaker="a", to="b", phase="p", text="t", **facts)  # type: ignore[arg-type] # fields by name


def test_what_is_neither_reading_nor_writing_is_waiting() -> None:
    cost = Cost()
    cost.add_message(message(), 5.0)
    assert (cost.waiting_seconds, cost.reading_seconds, cost.writing_seconds) == (3.0, 0.5, 1.5)
    assert cost.seconds == 5.0
    assert cost.tokens_per_second == 20.0


@pytest.mark.parametrize("origin", ["template", "user", "engine"])
def test_what_no_model_said_costs_nothing(origin: str) -> None:
    cost = Cost()
    cost.add_message(message(origin=origin), 5.0)
    assert (cost.messages, cost.model_calls, cost.tokens, cost.seconds) == (1, 0, 0, 0.0)
    assert cost.tokens_per_second == 0.0


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 50.0)), max_size=20), st.integers(0, 20))
def test_parts_add_up_to_the_whole(works: list[tuple[bool, float]], cut: int) -> None:
    whole, parts = Cost(), (Cost(), Cost())
    for number, (is_message, seconds) in enumerate(works):
        for cost in (whole, parts[number < cut]):
            if is_message:
                cost.add_message(message(), seconds)
            else:
                finished = CommandFinished(
                    command="a$1", exit_code=0, passed=True, verdict="", output="", seconds=seconds
                )
                cost.add_program(finished)
    together = Cost()
    for part in parts:
        together.add(part)
    assert (together.messages, together.calls, together.tokens) == (whole.messages, whole.calls, whole.tokens)
    assert together.seconds == pytest.approx(whole.seconds)
