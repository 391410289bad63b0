"""Several servers: each request goes where it is answered soonest, and past those that fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from agents.contracts import ChatMessage, ChatRequest, ModelOptions, TakenPart, TextPart
from agents.errors import CloudRefused, ModelFailed, ModelNotFound, ServerUnreachable, StreamCut
from agents.models.hosts import Hosts
from agents.models.ollama import OllamaModel
from agents.models.placing import SET_ASIDE
from agents.models.pool import OllamaPool, ollama
from agents.warmth import Needs
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer, eventually

MODEL, OTHER = "one:7b", "other:7b"


def request(*texts: str, model: str = MODEL) -> ChatRequest:
    """A talk with the user's and the model's texts in turn."""
    said = [ChatMessage("user" if at % 2 == 0 else "assistant", text) for at, text in enumerate(texts)]
    return ChatRequest(model, (ChatMessage("system", "You are Programmer."), *said), ModelOptions(4096))


@pytest.fixture
def servers() -> Iterator[tuple[OllamaServer, OllamaServer]]:
    """Two servers that say which they are; both have the first model, the second one has another as well."""
    with ExitStack() as held:
        first = held.enter_context(OllamaServer("first", [ServedModel(MODEL)]))
        second = OllamaServer("second", [ServedModel(MODEL, context=8192), ServedModel(OTHER)])
        yield first, held.enter_context(second)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def play(
    servers: tuple[OllamaServer, ...],
    work: Callable[[OllamaPool], Awaitable[None]],
    clock: Callable[[], float] | None = None,
    doubt: float = 1.0,
) -> None:
    async def within() -> None:
        models = [OllamaModel(server.address, retry_delays=()) for server in servers]
        pool = OllamaPool(models, clock=clock or Clock(), doubt=doubt)
        try:
            await work(pool)
        finally:
            await pool.close()

    asyncio.run(within())


async def asked(pool: OllamaPool, wanted: ChatRequest) -> str:
    async with aclosing(pool.chat(wanted)) as parts:
        return "".join([part.text async for part in parts if isinstance(part, TextPart)])


def test_each_address_is_a_server() -> None:
    build = ollama.build
    one, two = build("gpu"), build("gpu,other")
    assert isinstance(one, OllamaPool)
    assert isinstance(two, OllamaPool)
    assert (len(one.members), len(two.members)) == (1, 2)


def test_a_server_that_is_named_twice_is_one() -> None:
    pool = OllamaPool([OllamaModel(name) for name in ("localhost", "gpu", "127.0.0.1:11434", "gpu:11434")])
    assert [member.server.address for member in pool.members] == [
        "http://localhost:11434", "http://gpu:11434",
    ]  # fmt: skip
    assert (pool.hosts, pool.at_once) == (2, 2)


def test_a_request_goes_where_its_model_is_loaded(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        await pool.members[1].server.preload(MODEL, 4096)
        assert await asked(pool, request("Hello")) == "second"

    play(servers, work)


def test_a_talk_goes_on_where_its_beginning_was_read(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        talks = ["a" * 8000, "b" * 8000]
        for member, talk in zip(pool.members, talks, strict=True):
            await member.server.preload(MODEL, 4096)
            assert await asked(OllamaPool([member.server], pool._hosts), request(talk))
        assert await asked(pool, request(talks[1], "second", "Go on")) == "second"
        assert await asked(pool, request(talks[0], "first", "Go on")) == "first"

    play(servers, work)


def test_requests_at_once_go_to_different_servers(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        for member in pool.members:
            await member.server.preload(MODEL, 4096)
        first = pool.chat(request("One"))
        async with aclosing(first):
            await anext(first)
            assert await asked(pool, request("Two")) == "second"
        assert [member.host.queue.at_hand for member in pool.members] == [0, 0]

    play(servers, work)


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


def test_a_model_that_one_server_has_is_asked_there(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello", model=OTHER)) == "second"
        with pytest.raises(ModelNotFound):
            await asked(pool, request("Hello", model="none:1b"))
        with pytest.raises(ModelNotFound):
            await pool.describe("none:1b")

    play(servers, work)


def test_a_model_that_is_deleted_from_one_server_is_asked_at_the_other() -> None:
    def deleted(_: ChatCall) -> Scripted:
        return Scripted("", fault="not_found")

    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello")) == "kept"
        assert not pool.members[0].host.problem  # it may have other models
        assert [member.host.queue.at_hand for member in pool.members] == [0, 0]

    with OllamaServer(deleted, [ServedModel(MODEL)]) as first:
        with OllamaServer("kept", [ServedModel(MODEL)]) as second:
            play((first, second), work)
        with OllamaServer(deleted, [ServedModel(MODEL)]) as other:

            async def nowhere(pool: OllamaPool) -> None:
                with pytest.raises(ModelNotFound):
                    await asked(pool, request("Hello"))

            play((first, other), nowhere)


def test_what_they_have_is_told_as_one(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        assert {info.name for info in await pool.models()} == {MODEL, OTHER}
        assert pool.label == "Ollama 0.33 on 2 of 2 servers"
        assert (await pool.describe(MODEL)).context == 8192  # which every one of them can hold
        servers[0].down = True
        assert {info.name for info in await pool.models()} == {MODEL, OTHER}
        assert pool.label == "Ollama 0.33 on 1 of 2 servers"
        servers[1].down = True
        with pytest.raises(ServerUnreachable):
            await pool.models()

    play(servers, work)


def test_a_model_is_loaded_and_rests_on_all(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        await pool.preload(MODEL, 4096)
        assert [len(server.loads) for server in servers] == [1, 1]
        await pool.preload(MODEL, 4096)
        await pool.rest(MODEL, 4096)
        assert [len(server.loads) for server in servers] == [1, 1]


def kept(server: OllamaServer) -> str | None:
    """How long the server was last asked to keep a model."""
    asked = [visit.json() for visit in server.visits if visit.path == "/api/chat"]
    return asked[-1].get("keep_alive") if asked else None


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


def test_a_model_is_loaded_beside_what_its_server_has_not_at_all(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        await pool.preload(MODEL, 4096, beside=[(OTHER, 4096)])
        assert [len(server.loads) for server in servers] == [1, 0]

    play(servers, work)


def test_a_model_that_one_server_cannot_load_is_loaded_on_the_other(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        servers[0].down = True
        await pool.preload(MODEL, 4096)
        assert [len(server.loads) for server in servers] == [0, 1]

    play(servers, work)


def slowly(_: ChatCall) -> Scripted:
    return Scripted("a reply that takes its time " * 8, delay=0.005)


async def many(pool: OllamaPool, *wanted: ChatRequest) -> list[str]:
    return list(await asyncio.gather(*(asked(pool, one) for one in wanted)))


def test_what_a_server_grants_is_found_out_and_remembered(tmp_path: Path) -> None:
    async def work() -> None:
        hosts = Hosts(tmp_path)
        pool = OllamaPool([OllamaModel(server.address)], hosts)
        assert pool.at_once == 1
        await asked(pool, request("Load"))
        await many(pool, *(request(f"{number}") for number in range(8)))
        assert pool.at_once == 3
        await pool.close()
        assert OllamaPool([OllamaModel(server.address)], Hosts(tmp_path)).at_once == 3

    with OllamaServer(slowly, [ServedModel(MODEL)], parallel=3) as server:
        asyncio.run(work())
        assert server.most_at_once <= 4


def test_a_server_that_answers_one_after_the_other_is_offered_one_more_once() -> None:
    async def work(pool: OllamaPool) -> None:
        await asked(pool, request("Load"))
        await many(pool, *(request(f"{number}") for number in range(4)))
        host = pool.members[0].host
        assert (host.grants.at_once, host.grants.settled, host.places((MODEL, 4096))) == (1, True, 1)

    with OllamaServer(slowly, [ServedModel(MODEL)], parallel=1) as server:
        play((server,), work)
        assert server.most_at_once == 2


def test_models_are_not_swapped_in_and_out() -> None:
    async def work(pool: OllamaPool) -> None:
        wanted = [request(f"{number}", model=(MODEL, OTHER)[number % 2]) for number in range(8)]
        await many(pool, *wanted)

    with OllamaServer("OK.", [ServedModel(MODEL), ServedModel(OTHER)], slots=1, parallel=1) as server:
        play((server,), work)
        assert [load.model for load in server.loads] == [MODEL, OTHER]


def test_runs_that_share_their_hosts_stand_in_one_queue() -> None:
    async def work() -> None:
        hosts = Hosts()
        pools = [OllamaPool([OllamaModel(server.address)], hosts) for _ in range(3)]
        hosts.of(server.address).grants.settled = True
        await asyncio.gather(*(many(pool, *(request(f"{n}") for n in range(3))) for pool in pools))
        for pool in pools:
            await pool.close()

    with OllamaServer(slowly, [ServedModel(MODEL)]) as server:
        asyncio.run(work())
        assert server.most_at_once == 1


def test_one_server_is_asked_no_more_than_without_a_pool() -> None:
    async def work(pool: OllamaPool) -> None:
        for number in range(3):
            await asked(pool, request(f"{number}"))

    with OllamaServer("OK.", [ServedModel(MODEL)]) as server:
        play((server,), work)
        visited = [visit.path for visit in server.visits]
    loading = ["/api/version", "/api/ps", "/api/tags", "/api/chat"]
    assert visited == [*loading, *["/api/chat"] * 3]


def test_two_roles_keep_what_was_read_for_them_on_a_server_each(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        for member in pool.members:
            await member.server.preload(MODEL, 4096)
        roles = ["Tester" * 2000, "Programmer" * 1000]
        went = [await asked(pool, request(f"{role}{turn}")) for turn in range(3) for role in roles]
        assert went == ["first", "second"] * 3

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


def test_the_server_that_takes_a_request_is_told(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        servers[0].fault = "http_error"
        async with aclosing(pool.chat(request("Hello"))) as parts:
            taken = [part.host async for part in parts if isinstance(part, TakenPart)]
        assert taken == [f"127.0.0.1:{server.port}" for server in servers]

    play(servers, work)


def test_a_cloud_model_that_another_run_may_ask_stays_refused() -> None:
    async def work() -> None:
        hosts = Hosts()
        allowed = OllamaPool([OllamaModel(server.address, cloud=True)], hosts)
        refused = OllamaPool([OllamaModel(server.address)], hosts)
        assert await asked(allowed, request("Hello")) == "OK."
        with pytest.raises(CloudRefused):
            await asked(refused, request("Hello"))
        await allowed.close()
        await refused.close()

    with OllamaServer("OK.", [ServedModel(MODEL, remote_host="https://ollama.com")]) as server:
        asyncio.run(work())


def test_models_that_fit_beside_each_other_are_asked_at_the_same_time() -> None:
    async def work(pool: OllamaPool) -> None:
        for model in (MODEL, OTHER):
            await asked(pool, request("Load", model=model))
        host = pool.members[0].host
        assert host.is_loaded((MODEL, 4096))
        assert host.is_loaded((OTHER, 4096))
        first = pool.chat(request("One"))
        async with aclosing(first):
            assert isinstance(await anext(first), TakenPart)
            assert await asked(pool, request("Two", model=OTHER))

    with OllamaServer(slowly, [ServedModel(MODEL), ServedModel(OTHER)], slots=2) as server:
        play((server,), work)
