from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.clarifying.behaviour import Candidate, as_table, compared
from agents.trials import Observation

CALLS = ("f(1)", "f(2)", "f(3)")


def candidate(*texts: object) -> Candidate:
    """One that gives these values; a text that begins with ! is an exception."""
    seen = [
        Observation("f()", "error", text[1:])
        if isinstance(text, str) and text.startswith("!")
        else Observation("f()", "timeout", "timeout")
        if text == "∞"
        else Observation("f()", "value", repr(text))
        for text in texts
    ]
    return Candidate(f"# {texts}", tuple(seen))


def sizes(*candidates: Candidate, trusted: int = 3) -> list[int]:
    return [len(group) for group in compared(candidates, CALLS, trusted).groups]


def test_the_same_on_every_input_is_one_group() -> None:
    found = compared([candidate(1, 2.0, [3]), candidate(1.0, 2, [3.0])], CALLS, 3)
    assert found.clear()
    assert len(found.groups) == 1
    assert found.differing() == []


def test_one_input_is_enough_to_differ_and_the_largest_group_comes_first() -> None:
    assert sizes(candidate(1, 2, 4), candidate(1, 2, 3), candidate(1, 2, 3)) == [2, 1]
    assert sizes(candidate(1, 2, 4), candidate(1, 2, 3)) == [1, 1]


def test_a_failure_counts_on_a_trusted_input_and_not_on_a_mutated_one() -> None:
    one, other = candidate(1, 2, 3), candidate(1, 2, "!ValueError")
    assert sizes(one, other, trusted=3) == [1, 1]
    assert sizes(one, other, trusted=2) == [2]
    assert sizes(one, candidate(1, 2, "∞"), trusted=2) == [2]
    assert sizes(one, candidate(1, 9, "!ValueError"), trusted=1) == [1, 1]


def test_a_candidate_that_never_gives_a_value_is_no_reading() -> None:
    assert sizes(candidate(1, 2, 3), candidate("!KeyError", "!KeyError", "∞")) == [1]


def test_a_tolerated_number_may_differ() -> None:
    found = compared([candidate(1, 2, 3)] * 3 + [candidate(1, 2, 4), candidate(1, 2, 5)], CALLS, 3)
    assert [found.clear(tolerated) for tolerated in range(4)] == [False, False, True, True]


def test_what_is_shown_tells_every_two_groups_apart() -> None:
    found = compared([candidate(1, 0, 0), candidate(1, 0, 5), candidate(1, 7, 0)], CALLS, 3)
    rows = found.differing(most=1)
    assert [call for call, _ in rows] == ["f(2)", "f(3)"]
    assert rows[0][1] == ("0", "0", "7")
    assert all(len(set(outcomes)) > 1 for _, outcomes in rows)


def test_alike_outcomes_are_shown_as_the_same_text() -> None:
    found = compared([candidate(0.3, 1, 1), candidate(0.1 + 0.2, 2, 1)], CALLS, 3)
    assert found.differing() == [("f(2)", ("1", "2"))]


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=2, max_size=8))
def test_groups_are_a_partition_by_behaviour(values: list[tuple[int, int, int]]) -> None:
    found = compared([candidate(*row) for row in values], CALLS, 3)
    assert sum(len(group) for group in found.groups) == len(values)
    assert len(found.groups) == len(set(values))
    assert found.clear() is (len(set(values)) == 1)
    rows = found.differing()
    for first in range(len(found.groups)):
        for second in range(first):
            assert any(outcomes[first] != outcomes[second] for _, outcomes in rows)


def test_the_table_survives_bars_and_backticks() -> None:
    table = as_table([("f('a|b')", ("'`'", "'\n'"))], ["first | one", "second"])
    lines = table.splitlines()
    assert len(lines) == 3
    assert lines[0] == "| input | first \\| one | second |"
    assert "`f('a\\|b')`" in lines[2]
    assert "`` '`' ``" in lines[2]


def test_behaviours_of_one_candidate_are_clear() -> None:
    assert compared([candidate(1, 2, 3)], CALLS, 3).clear()
