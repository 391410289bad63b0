"""Several servers of which some fail: gone, silent, slow, cutting their replies, without the model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agents.errors import ModelFailed, ModelNotFound, ModelTooLarge, ServerUnreachable, StreamCut
from agents.models import host
from agents.models.placing import SET_ASIDE
from agents.models.pool import OllamaPool
from agents.warmth import Needs
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer, eventually
from tests.support.pooled import MODEL, OTHER, Clock, asked, many, play, request, two_servers


@pytest.fixture
def servers() -> Iterator[tuple[OllamaServer, OllamaServer]]:
    with two_servers() as both:
        yield both


def test_a_server_that_is_gone_is_passed_over_until_it_may_be_back(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    clock = Clock()

    async def work(pool: OllamaPool) -> None:
        first, second = servers
        assert await asked(pool, request("Hello")) == "first"
        first.down = True
        assert await asked(pool, request("Hello")) == "second"
        assert pool.members[0].host.problem
        first.down = False
        second.down = True
        clock.now = SET_ASIDE
        assert await asked(pool, request("Hello")) == "first"
        assert not pool.members[0].host.problem
        first.down = True
        with pytest.raises(ServerUnreachable):
            await asked(pool, request("Hello"))

    play(servers, work, clock)


@pytest.mark.parametrize("at", ["load", "reply"])
def test_a_server_that_says_nothing_at_all_is_given_up_for_another_one(
    servers: tuple[OllamaServer, OllamaServer], at: str
) -> None:
    async def work(pool: OllamaPool) -> None:
        servers[0].frozen_at = at
        assert await many(pool, request("One"), request("Two"), request("Three")) == ["second"] * 3
        assert "has said nothing for" in pool.members[0].host.problem
        assert await eventually(lambda: servers[0].disconnects > 0)

    play(servers, work, doubt=300.0)


def test_a_server_that_is_silent_again_and_again_is_asked_more_and_more_seldom(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    clock = Clock()

    async def work(pool: OllamaPool) -> None:
        servers[0].frozen_at = "reply"
        silent, aside = pool.members[0], list[float]()
        for member, speed in zip(pool.members, (1000.0, 1.0), strict=True):
            await member.server.preload(MODEL, 4096)
            member.host.writing = speed  # else nobody would ask the first one again
        for _ in range(2):
            assert await asked(pool, request("Hello")) == "second"
            aside.append(silent.host.aside_until - clock.now)
            clock.now = silent.host.aside_until
            assert await asked(pool, request("Hello")) == "second"  # while it is looked at
            assert await eventually(lambda: not silent.host.problem)
        assert aside == [SET_ASIDE * 2, SET_ASIDE * 4]

    play(servers, work, clock, doubt=150.0)


def test_looks_that_never_began_are_forgotten_as_well(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        pool._placing._look_again([pool.members[0]], request("Hello"))
        await pool.close()
        assert not pool._placing.looks

    play(servers, work)


def test_servers_that_are_all_slow_are_given_more_time() -> None:
    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello")) == "late"
        assert sum(len(server.requests) for server in (first, second)) > 3

    def late(_: ChatCall) -> Scripted:
        return Scripted("late", wait=0.3)

    with OllamaServer(late, [ServedModel(MODEL)]) as first:
        with OllamaServer(late, [ServedModel(MODEL)]) as second:
            play((first, second), work, doubt=2000.0)


def test_a_server_whose_replies_cannot_be_used_is_passed_over(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        first, second = (member.server.short_address for member in pool.members)
        once, twice = replace(request("Hello"), refused_by=(first,)), (first, second, first)
        assert await asked(pool, once) == "first"
        assert await asked(pool, replace(once, refused_by=twice)) == "second"
        assert "could not be used" in pool.members[0].host.problem
        assert await asked(pool, replace(once, refused_by=twice * 2)) == "second"
        assert not pool.members[1].host.problem

    play(servers, work)


def test_the_only_server_that_has_a_model_is_given_the_time_that_it_takes() -> None:
    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello", model=OTHER)) == "late"

    with OllamaServer("first", [ServedModel(MODEL)]) as first:
        with OllamaServer(lambda _: Scripted("late", wait=0.1), [ServedModel(OTHER)]) as second:
            play((first, second), work, doubt=1e6)


def test_a_server_that_speaks_to_somebody_is_not_silent() -> None:
    def after_each_other(call: ChatCall) -> Scripted:
        return Scripted("a line of the reply, a line of the reply", delay=0.1, wait=0.1)

    async def work(pool: OllamaPool) -> None:
        for member in pool.members:
            member.host.grants.remember(4, settled=True)
            await member.server.preload(MODEL, 4096)
        assert len(await many(pool, *(request(f"{number}") for number in range(8)))) == 8
        assert not any(member.host.problem for member in pool.members)

    one = OllamaServer(after_each_other, [ServedModel(MODEL)], parallel=1)
    with one, OllamaServer(after_each_other, [ServedModel(MODEL)], parallel=1) as two:
        play((one, two), work, doubt=30.0)


def test_nobody_waits_for_a_server_that_failed_before(servers: tuple[OllamaServer, OllamaServer]) -> None:
    clock = Clock()

    async def work(pool: OllamaPool) -> None:
        first, _ = servers
        first.fault = "http_error"
        assert await asked(pool, request("Hello")) == "second"
        first.fault, first.frozen, clock.now = "", True, SET_ASIDE
        assert await asked(pool, request("Hello")) == "second"
        first.frozen = False
        first.down = True
        first.down = False
        assert await eventually(lambda: not pool._placing.looks)
        clock.now += SET_ASIDE
        assert await asked(pool, request("Hello")) == "second"
        assert await eventually(lambda: not pool.members[0].host.problem)

    play(servers, work, clock)


@pytest.mark.parametrize("fault", ["http_error", "cut", "down"])
def test_the_only_server_that_has_a_model_is_asked_again_after_it_failed(fault: str) -> None:
    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello")) == "the only one"
        first.fault, first.down = "" if fault == "down" else fault, fault == "down"
        for _ in range(2):
            with pytest.raises((ModelFailed, ServerUnreachable)):
                await asked(pool, request("Hello"))
        first.fault, first.down = "", False
        assert await asked(pool, request("Hello")) == "the only one"

    with OllamaServer("the only one", [ServedModel(MODEL)]) as first:
        with OllamaServer("second", [ServedModel(OTHER)]) as second:
            play((first, second), work)


def test_a_reply_that_was_cut_is_asked_again_elsewhere() -> None:
    def cut(_: ChatCall) -> Scripted:
        return Scripted("a reply of several lines on the wire", fault="cut")

    async def work(pool: OllamaPool) -> None:
        with pytest.raises(StreamCut):
            await asked(pool, request("Hello"))
        assert await asked(pool, request("Hello")) == "whole"

    with OllamaServer(cut, [ServedModel(MODEL)]) as first:
        with OllamaServer("whole", [ServedModel(MODEL)]) as second:
            play((first, second), work)


def test_a_server_that_may_have_the_missing_model_is_named(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        servers[1].down = True
        with pytest.raises(ModelNotFound, match=r"No Ollama server answers at .*\n.*does not have the model"):
            await pool.describe(OTHER)

    play(servers, work)


def test_a_server_that_falls_silent_within_a_reply_is_given_up_for_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hung(_: ChatCall) -> Scripted:
        return Scripted("a reply of several lines on the wire", fault="hang")

    async def work(pool: OllamaPool) -> None:
        with pytest.raises(StreamCut, match="said nothing for"):
            await asyncio.wait_for(asked(pool, request("Hello")), 20)
        assert pool.members[0].host.problem
        assert await asked(pool, request("Hello")) == "whole"
        assert await eventually(lambda: first.disconnects > 0)

    monkeypatch.setattr(host, "SILENCE", 0.2)
    monkeypatch.setattr(host, "BATCH", 1)
    with OllamaServer(hung, [ServedModel(MODEL)]) as first:
        with OllamaServer("whole", [ServedModel(MODEL)]) as second:
            play((first, second), work)


def test_a_model_that_is_deleted_from_one_server_is_asked_at_the_other() -> None:
    def deleted(_: ChatCall) -> Scripted:
        return Scripted("", fault="not_found")

    clock = Clock()

    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello")) == "kept"
        assert not pool.members[0].host.problem  # it may have other models
        assert [member.host.queue.at_hand for member in pool.members] == [0, 0]
        tried = len(first.requests)
        assert await asked(pool, request("Hello again")) == "kept"
        assert len(first.requests) == tried  # it said so before
        clock.now = SET_ASIDE
        assert await asked(pool, request("Hello at last")) == "kept"
        assert len(first.requests) == tried + 1  # it may have been pulled meanwhile
        second.down = True
        with pytest.raises(ServerUnreachable):  # the one that has the model is waited for
            await asked(pool, request("Hello all the same"))

    with OllamaServer(deleted, [ServedModel(MODEL)]) as first:
        with OllamaServer("kept", [ServedModel(MODEL)]) as second:
            play((first, second), work, clock)
        with OllamaServer(deleted, [ServedModel(MODEL)]) as other:

            async def nowhere(pool: OllamaPool) -> None:
                with pytest.raises(ModelNotFound):
                    await asked(pool, request("Hello"))

            play((first, other), nowhere)


def kept(server: OllamaServer) -> str | None:
    """How long the server was last asked to keep a model."""
    asked = [visit.json() for visit in server.visits if visit.path == "/api/chat"]
    return asked[-1].get("keep_alive") if asked else None


def test_a_model_that_one_server_has_no_memory_for_is_asked_at_the_other(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    small, large = servers

    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello")) == "second"
        assert await asked(pool, request("Hello again")) == "second"
        assert small.refused_loads == 1
        assert not pool.members[0].host.problem

    async def nowhere(pool: OllamaPool) -> None:
        with pytest.raises(ModelTooLarge):
            await asked(pool, request("Hello"))

    small.too_large.add(MODEL)
    play(servers, work)
    large.too_large.add(MODEL)
    play((large, small), nowhere)


def test_memory_is_freed_where_a_server_was_set_aside_after_it_had_failed(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        await pool.preload(MODEL, 4096)
        servers[0].fault = "http_error"
        assert await asked(pool, request("Hello")) == "second"
        assert pool.members[0].host.problem
        await pool.rest(MODEL, 4096)
        assert [kept(server) for server in servers] == ["2m", "2m"]

    play(servers, work)


def test_a_server_that_does_not_answer_keeps_none_from_resting_elsewhere(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        needs = Needs()
        needs.begin(1, "", {MODEL: 4096, OTHER: 4096})
        for model in (MODEL, OTHER):
            await pool.preload(model, 4096)
        servers[0].frozen = True
        ended = asyncio.create_task(needs.end(1, pool))
        assert await eventually(lambda: [*rested(servers[1])] == [MODEL, OTHER])
        ended.cancel()

    def rested(server: OllamaServer) -> list[str]:
        asked = [visit.json() for visit in server.visits if visit.path == "/api/chat"]
        return sorted(said["model"] for said in asked if said["keep_alive"] == "2m")

    play(servers, work)


def test_a_model_that_one_server_cannot_load_is_loaded_on_the_other(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        servers[0].down = True
        await pool.preload(MODEL, 4096)
        assert [len(server.loads) for server in servers] == [0, 1]

    play(servers, work)


def test_who_waits_for_a_server_that_fails_is_answered_by_another() -> None:
    def cut(_: ChatCall) -> Scripted:
        return Scripted("a reply of several lines on the wire", fault="cut", delay=0.01)

    async def work(pool: OllamaPool) -> None:
        for member in pool.members:
            member.host.grants.settled = True
        found = await asyncio.gather(
            *(asked(pool, request(f"{number}")) for number in range(6)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in found) == ["StreamCut", *["str"] * 5]
        assert pool.members[0].host.problem

    with OllamaServer(cut, [ServedModel(MODEL)]) as first:
        with OllamaServer("whole", [ServedModel(MODEL)]) as second:
            play((first, second), work)
