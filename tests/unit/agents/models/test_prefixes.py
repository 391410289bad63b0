"""What a server's prompt cache holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.models.prefixes import Prefixes, common_length

KIND = ("one:7b", 4096)


@given(st.text("ab", max_size=40), st.text("ab", max_size=40))
def test_the_common_beginning_is_as_long_as_it_is(one: str, other: str) -> None:
    length = common_length(one, other)
    assert one[:length] == other[:length]
    assert one[length : length + 1] != other[length : length + 1] or length == len(one) == len(other)


def test_a_prompt_takes_the_place_that_begins_most_like_it() -> None:
    prefixes = Prefixes()
    first = prefixes.take(KIND, "Tester: one", 2)
    second = prefixes.take(KIND, "Programmer: one", 2)
    prefixes.back(first)
    prefixes.back(second)
    assert prefixes.reckon(KIND, "Programmer: two", 2) == (12, 3)
    assert prefixes.take(KIND, "Programmer: two", 2) is second
    assert prefixes.reckon(KIND, "Programmer: two", 2) == (0, 11)  # its own place is busy


def test_a_model_that_is_loaded_anew_has_read_nothing_else() -> None:
    prefixes = Prefixes()
    slots = [prefixes.take(KIND, text, 2) for text in ("one", "two")]
    for slot in slots:
        prefixes.back(slot)
    prefixes.loaded(KIND, slots[1])
    assert prefixes.reckon(KIND, "two", 2) == (3, 0)
    assert prefixes.reckon(KIND, "one", 2)[0] == 0
    prefixes.forget()
    assert prefixes.reckon(KIND, "two", 2) == (0, 0)


def test_a_slot_holds_the_reply_behind_its_prompt() -> None:
    prefixes = Prefixes()
    slot = prefixes.take(KIND, "<user>Write it.", 1)
    prefixes.back(slot, "<assistant>Here it is.")
    longer = "<user>Write it.<assistant>Here it is.<user>And now?"
    assert prefixes.reckon(KIND, longer, 1) == (len("<user>Write it.<assistant>Here it is."), 0)
    assert prefixes.reckon(KIND, "<user>No", 1)[1] > len("Here it is.")
