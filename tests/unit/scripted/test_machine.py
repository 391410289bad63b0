"""The simulated machine reckons as a person would with paper and pencil."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.machine.reckoning import Exchange, Hardware, reckon

HARDWARE = Hardware(reads=400, writes=35, loads=12)


def asked(
    prompt: str, reply: str, began: float, ended: float, model: str = "a", context: int = 1
) -> Exchange:
    return Exchange(model, context, prompt, reply, began, ended)


def test_one_call_loads_reads_and_writes() -> None:
    told = reckon([asked("x" * 1600, "y" * 1400, 0, 0.1)], HARDWARE)
    assert (told.loading, told.reading, told.writing, told.ours) == pytest.approx((12, 1, 10, 0))


def test_a_talk_that_goes_on_reads_only_what_is_new_and_waits_for_us_in_between() -> None:
    first = asked("x" * 1600, "y" * 400, 0, 0.1)
    told = reckon([first, asked("x" * 1600 + "y" * 400 + "z" * 400, "y" * 140, 3.1, 3.2)], HARDWARE)
    assert (told.cached_tokens, told.loads) == (500, 1)
    assert told.reading == pytest.approx(1.25)
    assert told.ours == pytest.approx(3)


def test_requests_at_once_share_the_rates_where_there_are_slots() -> None:
    pair = [asked("x" * 1600, "y" * 1400, 0, 1), asked("z" * 1600, "y" * 1400, 0, 1)]
    told = reckon(pair, Hardware(slots=4))
    assert told.whole == pytest.approx(12 + 2 + 20)
    assert reckon(pair, Hardware(slots=1)).whole == pytest.approx(12 + 2 + 20)


def test_a_model_that_must_make_room_or_has_other_options_is_loaded_again() -> None:
    calls = [asked("x" * 40, "y", n, n + 0.1, "ab"[n % 2]) for n in range(4)]
    assert reckon(calls, Hardware(models=1)).loads == 4
    assert reckon(calls, Hardware(models=2)).loads == 2
    assert reckon([asked("x", "y", 0, 0.1), asked("x", "y", 1, 1.1, context=2)], HARDWARE).loads == 2


def test_in_a_row_ollama_takes_the_first_slot_unless_it_is_told_to_share() -> None:
    def call(role: str, at: int) -> Exchange:
        return asked(f"<system>You are {role}." + role * 400, "done", at, at + 0.1)

    turns = [call("ABAB"[at], at) for at in range(4)]
    apart = reckon(turns, Hardware(slots=4))
    shared = reckon(turns, Hardware(slots=4, multiuser=True))
    assert apart.cached < 0.1
    assert shared.cached > 0.45


@given(st.lists(st.tuples(st.text("ab", min_size=1), st.integers(0, 9), st.booleans()), max_size=8))
def test_every_call_is_answered_and_no_second_is_lost(calls: list[tuple[str, int, bool]]) -> None:
    exchanges = [asked(prompt * 9, "y" * 40, at, at + 0.5, "ab"[swap]) for prompt, at, swap in calls]
    told = reckon(exchanges, Hardware(slots=2))
    assert told.calls == len(calls)
    assert told.written_tokens == 10 * len(calls)
    assert told.cached_tokens <= told.prompt_tokens
