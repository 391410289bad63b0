from __future__ import annotations

import json
from typing import cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import Bug, DatabaseDamaged
from agents.events import CommandFinished, Event, MessageCompleted, NoticeGiven, PhaseEnded, Stamped
from agents.store.codec import clean, decode, encode, line

EVENTS = get_args(Event)
any_event = st.one_of([st.from_type(kind) for kind in EVENTS])


@pytest.mark.parametrize("kind", EVENTS)
@settings(deadline=None)  # the first example pays for importing pydantic
@given(data=st.data())
def test_every_event_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    event = data.draw(st.from_type(kind))
    text = encode(event)
    # By what they look like: a float that is no number does not equal itself.
    assert repr(decode(text)) == repr(event)
    assert "\n" not in text
    assert json.loads(text)["kind"] == event.kind


def test_numbers_that_are_none_come_back_and_stay_strict_json() -> None:
    event = CommandFinished(
        command="a$1", exit_code=None, passed=False, verdict="", output="", seconds=float("nan")
    )
    text = encode(event)
    assert json.loads(text, parse_constant=pytest.fail)["seconds"] == "NaN"
    back = decode(text)
    assert isinstance(back, CommandFinished)
    assert back.seconds != back.seconds


def test_text_that_is_no_unicode_is_replaced() -> None:
    event = MessageCompleted(message="a#1", speaker="a", to="b", phase="", text="half \ud83d of a pair")
    back = decode(encode(event))
    assert isinstance(back, MessageCompleted)
    assert back.text == "half � of a pair"


def test_a_value_that_json_cannot_hold_is_our_fault() -> None:
    wrong = cast("str", object())
    with pytest.raises(Bug, match="does not fit"), pytest.warns(UserWarning):
        encode(NoticeGiven(text=wrong))


@settings(deadline=None)  # the first example pays for importing pydantic
@given(st.text(st.characters()) | st.text(st.characters(categories=["Cs", "L"])))
def test_clean_text_fits_utf8_and_keeps_its_length(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "text", ["", "nonsense", "{}", "[]", '{"kind":"no_such"}', '{"kind":"phase_ended"}', "null"]
)
def test_garbage_is_a_damaged_database(text: str) -> None:
    with pytest.raises(DatabaseDamaged):
        decode(text)


@settings(deadline=None)  # the first example pays for importing pydantic
@given(st.text())
def test_no_text_brings_another_error(text: str) -> None:
    with pytest.raises(DatabaseDamaged):
        decode(text)


@settings(deadline=None)  # the first example pays for importing pydantic
@given(any_event, st.floats(min_value=0, max_value=1e12))
def test_a_line_is_one_json_object(event: Event, at: float) -> None:
    text = line(Stamped(3, 7, at, event))
    found = json.loads(text)
    assert "\n" not in text
    assert (found["run"], found["seq"], found["at"]) == (3, 7, at)
    assert repr(decode(json.dumps(found["event"]))) == repr(event)


def test_a_line_looks_like_this() -> None:
    text = line(Stamped(1, 2, 3.5, PhaseEnded(phase="review", conclusion='He said "fine"\n')))
    assert text == (
        '{"run":1,"seq":2,"at":3.5,"event":'
        '{"phase":"review","conclusion":"He said \\"fine\\"\\n","kind":"phase_ended"}}'
    )
