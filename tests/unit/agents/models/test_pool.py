"""Several servers: each request goes where it is answered soonest, and past those that fail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from agents.contracts import TakenPart
from agents.errors import CloudRefused, ModelNotFound, ServerUnreachable
from agents.models.hosts import Hosts
from agents.models.ollama import OllamaModel
from agents.models.pool import OllamaPool, ollama
from tests.support.ollama.scripted import ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.pooled import MODEL, OTHER, asked, many, play, request, slowly, two_servers


@pytest.fixture
def servers() -> Iterator[tuple[OllamaServer, OllamaServer]]:
    with two_servers() as both:
        yield both


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


@pytest.mark.parametrize(("speed", "replied"), [(17.0, "first"), (30.0, "second")])
def test_a_free_server_is_asked_only_where_that_is_sooner_than_to_wait(
    servers: tuple[OllamaServer, OllamaServer], speed: float, replied: str
) -> None:
    async def work(pool: OllamaPool) -> None:
        for member, writing in zip(pool.members, (35.0, speed), strict=True):
            await member.server.preload(MODEL, 4096)
            member.host.writing, member.host.grants.settled = writing, True
        first = pool.chat(request("One"))
        async with aclosing(first):
            await anext(first)
            other = asyncio.create_task(asked(pool, request("Two")))
            while not other.done() and not pool.members[0].host.queue.waiting:
                await asyncio.sleep(0)
        assert await other == replied

    play(servers, work)


def test_a_model_that_one_server_has_is_asked_there(servers: tuple[OllamaServer, OllamaServer]) -> None:
    async def work(pool: OllamaPool) -> None:
        assert await asked(pool, request("Hello", model=OTHER)) == "second"
        with pytest.raises(ModelNotFound):
            await asked(pool, request("Hello", model="none:1b"))
        with pytest.raises(ModelNotFound):
            await pool.describe("none:1b")

    play(servers, work)


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


def test_a_model_is_loaded_beside_what_its_server_has_not_at_all(
    servers: tuple[OllamaServer, OllamaServer],
) -> None:
    async def work(pool: OllamaPool) -> None:
        await pool.preload(MODEL, 4096, beside=[(OTHER, 4096)])
        assert [len(server.loads) for server in servers] == [1, 0]

    play(servers, work)


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


def test_a_model_is_loaded_where_it_takes_the_place_of_no_other() -> None:
    async def work(pool: OllamaPool) -> None:
        for number in range(3):
            await asked(pool, request(f"{number}"))
            pool.members[0].server.loads.forget()  # as a load ahead does
            await asked(pool, request(f"{number}", model=OTHER))

    has = [ServedModel(MODEL), ServedModel(OTHER)]
    with OllamaServer("OK.", has, slots=1) as first, OllamaServer("OK.", has, slots=1) as second:
        play((first, second), work)
        assert [load.model for load in first.loads] == [MODEL]
        assert [load.model for load in second.loads] == [OTHER]


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
