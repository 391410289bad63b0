"""Where a reply stops, and how long it may be."""

from __future__ import annotations

import pytest

from agents.bounds import CHANGE_LENGTH, STOPS, change_length, stops_for, unbounded
from agents.contracts import ChatMessage


def test_a_reply_stops_where_the_next_speaker_of_a_template_begins() -> None:
    assert stops_for([ChatMessage("user", "Write a game.")]) == STOPS


@pytest.mark.parametrize("mark", STOPS)
def test_a_project_that_speaks_of_a_mark_may_write_it(mark: str) -> None:
    stops = stops_for(
        [ChatMessage("system", "You are Programmer."), ChatMessage("user", f"Split at {mark}.")]
    )
    assert mark not in stops
    assert len(stops) == len(STOPS) - 1


@pytest.mark.parametrize("code", ["<s>old</s>", "a[INST] = 1", "x |> y", "<end>", "#include <user>"])
def test_no_mark_is_a_part_of_usual_code(code: str) -> None:
    assert not any(mark in code for mark in STOPS)


def test_where_blocks_are_asked_for_nothing_else_ends_a_reply() -> None:
    assert stops_for([ChatMessage("user", "main.py\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE")]) == ()


def test_a_change_may_be_twice_as_long_as_the_files() -> None:
    assert change_length({}) is None
    assert change_length({"a.py": "x" * 3000, "b.py": ""}) == CHANGE_LENGTH + 2000


def test_what_bounds_a_reply_is_left_out_of_a_request_and_nothing_else() -> None:
    options = {"num_ctx": 4096, "seed": 1, "temperature": None, "num_predict": 9, "stop": ["x"]}
    request = {"model": "m", "options": options}
    assert unbounded(request) == {"model": "m", "options": {"num_ctx": 4096, "seed": 1, "temperature": None}}
    assert options["num_predict"] == 9
