"""A model is loaded before it is asked, once, and leaves the memory after the last run that needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from agents.models.ollama import OllamaModel
from agents.plan import Plan
from agents.studio import Studio
from agents.warmth import Needs, preload
from tests.support.carrying_out import carry_out
from tests.support.ollama.scripted import Load
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company

MODEL = "scripted:7b"


@asynccontextmanager
async def connected(server: OllamaServer) -> AsyncIterator[OllamaModel]:
    model = OllamaModel(server.address)
    try:
        yield model
    finally:
        await model.close()


def kept(server: OllamaServer) -> list[object]:
    """How long the server was asked to keep the model, by request."""
    asked = [visit.json() for visit in server.visits if visit.path in {"/api/chat", "/api/generate"}]
    return [request.get("keep_alive") for request in asked]


def plan(server: OllamaServer, folder: Path) -> Plan:
    return Plan(idea=GREETER.idea, host=server.address, model=MODEL, out=str(folder / "out"))


def test_what_was_loaded_while_the_idea_was_typed_is_not_loaded_again(tmp_path: Path) -> None:
    async def type_an_idea(plan: Plan) -> None:
        studio = Studio.open(tmp_path / "home")
        try:
            await studio.warm(plan)
            await studio.warm(plan)
        finally:
            await studio.close()

    with OllamaServer(company(GREETER)) as server:
        asyncio.run(type_an_idea(plan(server, tmp_path)))
        assert server.loads == [Load(MODEL, 16384)]
        assert not server.requests
        carry_out(plan(server, tmp_path), tmp_path / "home")
        assert server.loads == [Load(MODEL, 16384)]
        first, *asked, last = kept(server)
        assert (first, last, set(asked)) == ("10m", "2m", {"60m"})


def test_what_stands_in_the_way_of_loading_early_is_not_told(tmp_path: Path) -> None:
    async def work(plan: Plan) -> None:
        async with connected(server) as model:
            await preload(model, plan)

    with OllamaServer() as server:
        asyncio.run(work(replace(plan(server, tmp_path), model="none:1b")))
        server.down = True
        asyncio.run(work(plan(server, tmp_path)))
        assert not server.loads


def test_a_model_rests_only_when_no_other_run_needs_it() -> None:
    async def work() -> None:
        async with connected(server) as model:
            needs = Needs()
            needs.begin(1, "", {MODEL: 8192})
            needs.begin(2, "", {MODEL: 8192})
            await model.preload(MODEL, 8192)
            await needs.end(1, model)
            assert kept(server) == ["10m"]
            await needs.end(2, model)
            assert kept(server) == ["10m", "2m"]

    with OllamaServer() as server:
        asyncio.run(work())


def test_what_is_loaded_otherwise_or_not_at_all_is_left_alone() -> None:
    async def work() -> None:
        async with connected(server) as model:
            await model.rest(MODEL, 8192)
            await model.preload(MODEL, 4096)
            await model.rest(MODEL, 8192)

    with OllamaServer() as server:
        asyncio.run(work())
        assert server.loads == [Load(MODEL, 4096)]
        assert kept(server) == ["10m"]


def test_the_end_of_a_run_does_not_mind_a_server_that_is_gone() -> None:
    async def work() -> None:
        async with connected(server) as model:
            needs = Needs()
            needs.begin(1, "", {MODEL: 8192})
            server.down = True
            await needs.end(1, model)

    with OllamaServer() as server:
        asyncio.run(work())
