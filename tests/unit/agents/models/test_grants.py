"""How many requests a server answers at once, from what was seen of those that were made."""

from __future__ import annotations

import pytest

from agents.contracts import FinalPart
from agents.models.grants import AGAIN, SURE, Call, Grants

KIND, OTHER = ("one:7b", 4096), ("other:7b", 4096)


class Clock:
    def __init__(self) -> None:
        self.now = 1.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def in_turns(grants: Grants, *calls: Call, times: int = SURE + 1) -> None:
    for _ in range(times):
        for call in calls:
            grants.heard(call)


def queued(grants: Grants, clock: Clock, reading: float = 0.0) -> None:
    """Two requests, of which the second one is answered when the first one is done."""
    first, second = grants.made(KIND), grants.made(KIND)
    in_turns(grants, first)
    clock.now += 10
    grants.ended(first, FinalPart())
    clock.now += 0.1
    in_turns(grants, second)
    grants.ended(second, FinalPart(reading_seconds=reading))


def test_replies_that_come_in_turns_are_granted_at_once(clock: Clock) -> None:
    grants = Grants(clock=clock)
    calls = [grants.made(KIND) for _ in range(3)]
    in_turns(grants, *calls[:2])
    assert (grants.at_once, grants.offered) == (2, 3)
    in_turns(grants, *calls)
    assert (grants.at_once, grants.offered) == (3, 4)


def test_what_a_buffer_held_back_is_no_proof(clock: Clock) -> None:
    grants = Grants(clock=clock)
    first, second = grants.made(KIND), grants.made(KIND)
    in_turns(grants, first, times=50)
    grants.heard(second)
    in_turns(grants, first, times=50)
    assert grants.at_once == 1


def test_one_that_began_when_the_other_had_ended_was_let_wait(clock: Clock) -> None:
    grants = Grants(clock=clock)
    queued(grants, clock)
    assert (grants.at_once, grants.settled, grants.offered) == (1, True, 1)


def test_one_that_was_being_read_meanwhile_proves_nothing(clock: Clock) -> None:
    grants = Grants(clock=clock)
    queued(grants, clock, reading=10.0)
    assert (grants.at_once, grants.settled) == (1, False)


def test_a_server_that_grants_less_than_is_said_is_found_out(clock: Clock) -> None:
    grants = Grants(4, clock=clock)
    queued(grants, clock)
    assert grants.at_once == 1


def test_one_more_is_offered_again_after_a_while(clock: Clock) -> None:
    grants = Grants(clock=clock)
    queued(grants, clock)
    for _ in range(AGAIN):
        grants.ended(grants.made(KIND))
    assert grants.offered == 2
    calls = [grants.made(KIND) for _ in range(2)]
    in_turns(grants, *calls)
    assert (grants.at_once, grants.settled) == (2, False)


def test_what_another_program_has_seen_is_looked_at_again_once(clock: Clock) -> None:
    grants = Grants(clock=clock)
    grants.remember(2, settled=True)
    assert (grants.believed, grants.offered) == (2, 3)
    calls = [grants.made(KIND) for _ in range(3)]
    in_turns(grants, *calls[:2])
    clock.now += 10
    grants.ended(calls[0], FinalPart())
    clock.now += 0.1
    in_turns(grants, calls[2])
    grants.ended(calls[2], FinalPart())
    assert (grants.at_once, grants.settled, grants.offered) == (2, True, 2)


def test_who_waits_behind_two_proves_no_less_than_two(clock: Clock) -> None:
    grants = Grants(expected=4, clock=clock)
    first, second, third = (grants.made(KIND) for _ in range(3))
    in_turns(grants, first, times=1)  # replies too short to be seen to come in turns
    in_turns(grants, second, times=1)
    clock.now += 10
    grants.ended(first, FinalPart())
    clock.now += 0.1
    in_turns(grants, third, times=1)
    grants.ended(third, FinalPart())
    assert (grants.at_once, grants.settled) == (2, True)


def test_who_gave_up_before_the_answer_began_has_made_no_place(clock: Clock) -> None:
    grants = Grants(4, clock=clock)
    first, given_up, third = (grants.made(KIND) for _ in range(3))
    in_turns(grants, first)
    clock.now += 0.1
    grants.ended(given_up)
    clock.now += 0.2
    in_turns(grants, third)
    grants.ended(third, FinalPart())
    assert (grants.at_once, grants.settled) == (4, False)


def test_a_server_that_was_restarted_with_other_places_is_known_after_a_few_replies(clock: Clock) -> None:
    grants = Grants(clock=clock)
    grants.remember(4, settled=True)
    for _ in range(3):
        queued(grants, clock)
    assert (grants.at_once, grants.settled) == (1, True)
    grants.remember(1, settled=True)
    for _ in range(3):
        calls = [grants.made(KIND) for _ in range(min(4, grants.offered))]
        in_turns(grants, *calls)
        for call in calls:
            grants.ended(call, FinalPart())
    assert grants.at_once == 4


def test_other_models_and_loads_tell_nothing(clock: Clock) -> None:
    grants = Grants(clock=clock)
    in_turns(grants, grants.made(KIND), grants.made(OTHER))
    assert grants.at_once == 1
    grants = Grants(clock=clock)
    first, second = grants.made(KIND), grants.made(KIND)
    second.loading = True
    in_turns(grants, first)
    clock.now += 10
    grants.ended(first, FinalPart())
    in_turns(grants, second)
    grants.ended(second, FinalPart())
    assert not grants.settled


def test_what_somebody_expects_is_offered_until_it_is_seen_otherwise(clock: Clock) -> None:
    grants = Grants(expected=4, clock=clock)
    assert (grants.at_once, grants.offered) == (1, 5)
    queued(grants, clock)
    assert (grants.at_once, grants.offered) == (1, 1)
