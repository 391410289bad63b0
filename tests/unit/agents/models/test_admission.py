"""The queue in front of a server: whose turn it is, that nobody is lost and nobody starves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models._ollama.loads import Kind
from agents.models.admission import MOST_OVERTAKEN, Admission, Ticket, admitted
from agents.models.prefixes import common_length

ONE, OTHER, THIRD = ("one:7b", 4096), ("other:7b", 4096), ("one:7b", 8192)


@dataclass
class Known:
    """What is known of a server: its places, what is loaded, what it read last."""

    granted: int = 1
    loaded: set[Kind] = field(default_factory=set)
    read: str = ""

    def places(self, kind: Kind) -> int:
        return self.granted

    def is_loaded(self, kind: Kind) -> bool:
        return kind in self.loaded

    def has_read(self, kind: Kind, prompt: str) -> int:
        return common_length(self.read, prompt)


def play(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 10))  # type: ignore[arg-type]


class Room:
    """Requests before one server, each by its name; `went` is the order in which they were let through."""

    def __init__(self, known: Known) -> None:
        self.queue = Admission(known)
        self.known = known
        self.went: list[str] = []
        self.tickets: dict[str, Ticket] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, kind: Kind = ONE, prompt: str = "") -> None:
        self.tickets[name] = Ticket(kind, prompt)
        self._tasks[name] = asyncio.create_task(self._wait(name))
        await asyncio.sleep(0)

    async def _wait(self, name: str) -> None:
        door = await admitted(self.tickets[name], [self.queue])
        assert door is self.queue
        self.went.append(name)

    async def end(self, name: str) -> None:
        """The reply to a request is over; its model stays loaded, and its prompt read."""
        ticket = self.tickets[name]
        self.known.loaded, self.known.read = {ticket.kind}, ticket.prompt
        self.queue.leave(ticket.kind)
        await _settled()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)
        await _settled()


async def _settled() -> None:
    for _ in range(4):
        await asyncio.sleep(0)


def test_requests_of_the_loaded_model_go_first() -> None:
    async def work() -> None:
        room = Room(Known())
        for name, kind in [("a", ONE), ("b", OTHER), ("c", ONE), ("d", THIRD), ("e", ONE), ("f", OTHER)]:
            await room.ask(name, kind)
        for _ in range(6):
            await room.end(room.went[-1])
        assert room.went == ["a", "c", "e", "b", "f", "d"]

    play(work)


def test_then_the_prompt_that_begins_like_what_was_read_then_the_oldest() -> None:
    async def work() -> None:
        room = Room(Known())
        prompts = {
            "a": "You are Tester.",
            "b": "You are Programmer. 1",
            "c": "Else",
            "d": "You are Tester. 2",
        }
        for name, prompt in {**prompts, "e": "Nothing"}.items():
            await room.ask(name, prompt=prompt)
        for _ in range(5):
            await room.end(room.went[-1])
        assert room.went == ["a", "d", "b", "c", "e"]

    play(work)


def test_a_model_that_may_need_the_memory_waits_until_the_others_are_done() -> None:
    async def work() -> None:
        room = Room(Known(granted=2, loaded={ONE}))
        await room.ask("a")
        await room.ask("b", OTHER)
        assert room.went == ["a"]
        room.known.loaded = {ONE, OTHER}  # they fit beside each other
        room.queue.let_in()
        await _settled()
        assert room.went == ["a", "b"]

    play(work)


def test_nobody_is_overtaken_for_ever() -> None:
    async def work() -> None:
        room = Room(Known())
        await room.ask("first")
        await room.ask("patient", OTHER)
        for number in range(3 * MOST_OVERTAKEN):
            await room.ask(f"young {number}")
            await room.end(room.went[-1])
            if room.went[-1] == "patient":
                break
        assert room.went.index("patient") == 1 + MOST_OVERTAKEN

    play(work)


def test_who_gives_up_takes_no_place() -> None:
    async def work() -> None:
        room = Room(Known())
        for name in "abc":
            await room.ask(name)
        await room.give_up("b")
        await room.end("a")
        assert room.went == ["a", "c"]
        await room.ask("d")
        room.queue.leave(ONE)  # d is let through, and given up before it knows
        await room.give_up("d")
        assert (room.queue.at_hand, room.queue.waiting) == (0, 0)

    play(work)


def test_who_waits_at_two_servers_goes_to_the_first_that_is_free() -> None:
    async def work() -> None:
        first, second = Admission(Known()), Admission(Known())
        assert await admitted(Ticket(ONE, ""), [first, second]) is first
        assert await admitted(Ticket(ONE, ""), [first, second]) is second
        third = asyncio.create_task(admitted(Ticket(ONE, ""), [first, second]))
        await _settled()
        assert (first.waiting, second.waiting) == (1, 1)
        second.leave(ONE)
        assert await third is second
        assert (first.waiting, second.waiting, second.at_hand) == (0, 0, 1)

    play(work)


def test_who_waits_for_a_server_that_fails_is_sent_away() -> None:
    async def work() -> None:
        queue = Admission(Known())
        await admitted(Ticket(ONE, ""), [queue])
        waiting = asyncio.create_task(admitted(Ticket(ONE, ""), [queue]))
        await _settled()
        queue.send_away()
        assert await waiting is None
        assert queue.waiting == 0

    play(work)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "end", "give up", "grant"]),
        st.integers(0, 99),
        st.sampled_from([ONE, OTHER, THIRD]),
        st.sampled_from(["", "You are", "You are Tester.", "Else"]),
    ),
    max_size=80,
)


@given(st.integers(1, 4), DEEDS)
def test_whatever_happens_nobody_is_lost_and_no_more_than_granted_go(
    granted: int, deeds: list[tuple[str, int, Kind, str]]
) -> None:
    async def work() -> None:
        room, gone = Room(Known(granted)), set[str]()
        kept = granted

        def at_hand() -> list[str]:
            return [name for name in room.went if name not in gone]

        async def deed(what: str, number: int, kind: Kind, prompt: str) -> None:
            nonlocal kept
            waiting = [name for name in room.tickets if name not in room.went and name not in gone]
            if what == "ask":
                await room.ask(f"{len(room.tickets)}", kind, prompt)
            elif what == "end" and at_hand():
                name = at_hand()[number % len(at_hand())]
                gone.add(name)
                await room.end(name)
            elif what == "give up" and waiting:
                name = waiting[number % len(waiting)]
                gone.add(name)
                await room.give_up(name)
            elif what == "grant":
                room.known.granted = 1 + number % 4
                kept = max(kept, room.known.granted)
                room.queue.let_in()
                await _settled()

        for what in deeds:
            await deed(*what)
            kinds = [room.tickets[name].kind for name in at_hand()]
            assert all(kinds.count(kind) <= kept for kind in kinds)
            assert room.queue.at_hand == len(kinds)
            assert all(ticket.overtaken <= MOST_OVERTAKEN for ticket in room.tickets.values())
        while at_hand():
            await deed("end", 0, ONE, "")
        assert set(room.tickets) == set(room.went) | gone
        assert (room.queue.at_hand, room.queue.waiting) == (0, 0)

    play(work)


@pytest.mark.parametrize("places", [1, 3])
def test_no_more_go_at_once_than_there_are_places(places: int) -> None:
    async def work() -> None:
        room = Room(Known(places))
        for number in range(8):
            await room.ask(f"{number}")
        assert len(room.went) == places
        await room.end("0")
        assert len(room.went) == places + 1

    play(work)


def test_who_was_sent_away_has_been_overtaken_as_often_as_before() -> None:
    async def work() -> None:
        ticket = Ticket(ONE, "prompt", overtaken=7)
        assert (ticket.again().overtaken, ticket.again().admitted.done()) == (7, False)

    play(work)
