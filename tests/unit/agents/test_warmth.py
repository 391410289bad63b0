"""A model is loaded before it is asked, once, and leaves the memory after the last run that needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from agents.cast import Cast
from agents.cli.answers import NobodyAnswers
from agents.contracts import Answer, ChatMessage, ChatRequest, ModelOptions, Question
from agents.events import MessageBegun, MessageCut, ModelLoading, Stamped, TextStreamed
from agents.live import LiveRun
from agents.models.ollama import OllamaModel
from agents.plan import Plan
from agents.studio import Studio
from agents.warmth import Ahead, Needs, preload
from tests.support.carrying_out import Recorder, carry_on
from tests.support.ollama.scripted import ChatCall, Load, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import COUNTER, GREETER, company

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
    async def work(plan: Plan) -> None:
        studio = Studio.open(tmp_path / "home")
        try:
            await studio.warm(plan)
            await studio.warm(plan)
            assert server.loads == [Load(MODEL, 16384)]
            assert not server.requests
            await (await studio.start(plan, NobodyAnswers())).outcome()
        finally:
            await studio.close()

    with OllamaServer(company(GREETER)) as server:
        asyncio.run(work(plan(server, tmp_path)))
        assert server.loads == [Load(MODEL, 16384)]
        first, *asked, last = kept(server)
        assert (first, last, set(asked)) == ("10m", "2m", {"60m"})


def test_what_was_loaded_for_a_run_that_never_began_rests_when_the_program_ends(tmp_path: Path) -> None:
    async def work() -> None:
        studio = Studio.open(tmp_path / "home")
        await studio.warm(plan(server, tmp_path))
        await studio.close()

    with OllamaServer() as server:
        asyncio.run(work())
        assert kept(server) == ["10m", "2m"]


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


@pytest.mark.parametrize("tells", ["names", "nothing"])
def test_a_server_that_does_not_tell_how_it_loaded_a_model_frees_what_was_asked_of_it(tells: str) -> None:
    async def work() -> None:
        async with connected(server) as model:
            await model.rest(MODEL, 8192)
            assert kept(server) == []
            hello = ChatRequest(MODEL, (ChatMessage("user", "Hello"),), ModelOptions(8192))
            async with aclosing(model.chat(hello)) as parts:
                assert [part async for part in parts]
            await model.rest(MODEL, 8192)
            assert kept(server)[-1] == "2m"

    with OllamaServer() as server:
        server.tells = tells
        asyncio.run(work())
        assert server.loads == [Load(MODEL, 8192)]


@pytest.mark.parametrize("tells", ["names", "all"])
def test_all_models_of_a_run_rest_also_where_the_server_tells_their_names_only(tells: str) -> None:
    async def work() -> None:
        async with connected(server) as model:
            needs = Needs()
            needs.begin(1, "", {MODEL: 8192, OTHER: 8192})
            for name in (MODEL, OTHER):
                hello = ChatRequest(name, (ChatMessage("user", "Hello"),), ModelOptions(8192))
                async with aclosing(model.chat(hello)) as parts:
                    assert [part async for part in parts]
            await needs.end(1, model)

    with OllamaServer(models=BOTH) as server:
        server.tells = tells
        asyncio.run(work())
        asked = [visit.json() for visit in server.visits if visit.path == "/api/chat"]
        assert sorted(one["model"] for one in asked if one["keep_alive"] == "2m") == sorted([MODEL, OTHER])


def test_the_end_of_a_run_does_not_mind_a_server_that_is_gone() -> None:
    async def work() -> None:
        async with connected(server) as model:
            needs = Needs()
            needs.begin(1, "", {MODEL: 8192})
            server.down = True
            await needs.end(1, model)

    with OllamaServer() as server:
        asyncio.run(work())


# --- ahead of whoever speaks next ----------------------------------------------------------------------

OTHER = "scripted:14b"
BOTH = (ServedModel(MODEL), ServedModel(OTHER))
CAST = Cast(MODEL, {"Programmer": OTHER}, {MODEL: 8192, OTHER: 8192})


def begun(model: str, message: str = "one") -> Stamped:
    return Stamped(1, 1, 0.0, MessageBegun(message=message, speaker="ceo", to="cto", phase="", model=model))


def speaking(message: str = "one") -> Stamped:
    return Stamped(1, 2, 0.0, TextStreamed(message=message, text="Well"))


def over(message: str = "one") -> Stamped:
    return Stamped(1, 2, 0.0, MessageCut(message=message, text="", reason="stopped"))


async def settled(ahead: Ahead) -> None:
    """Whatever it loads is loaded."""
    while ahead.loading:
        await asyncio.sleep(0)


def looking(
    server: OllamaServer, work: Callable[[Ahead, OllamaModel], Awaitable[None]], memory: float
) -> None:
    async def within() -> None:
        model = OllamaModel(server.address, environment={}, graphics=lambda: memory)
        try:
            await work(Ahead(model, CAST, {"programmer": "Programmer"}), model)
        finally:
            await model.close()

    asyncio.run(within())


def test_the_model_that_comes_next_is_loaded_while_another_works_if_the_memory_holds_both() -> None:
    async def work(ahead: Ahead, model: OllamaModel) -> None:
        await model.preload(MODEL, 8192)
        ahead.receive(begun(MODEL))
        ahead.receive(speaking())
        await settled(ahead)

    with OllamaServer(models=BOTH) as server:
        looking(server, work, 24e9)
        assert server.loads == [Load(MODEL, 8192), Load(OTHER, 8192)]
    with OllamaServer(models=BOTH) as server:
        looking(server, work, 9e9)
        assert server.loads == [Load(MODEL, 8192)]
    with OllamaServer(models=BOTH) as server:
        looking(server, work, 0)
        assert server.loads == [Load(MODEL, 8192)]


def test_models_that_were_seen_together_are_loaded_beside_each_other_again() -> None:
    async def work(ahead: Ahead, model: OllamaModel) -> None:
        await model.preload(MODEL, 8192)
        await model.preload(OTHER, 8192)
        ahead.receive(begun(MODEL))
        ahead.receive(speaking())
        await settled(ahead)
        server.forget(OTHER)
        ahead.receive(begun(MODEL))
        ahead.receive(speaking())
        await settled(ahead)

    with OllamaServer(models=BOTH) as server:
        looking(server, work, 0)
        assert [load.model for load in server.loads] == [MODEL, OTHER, OTHER]


def test_who_is_about_to_be_answered_has_its_model_in_memory_unless_another_one_is_at_work() -> None:
    async def work(ahead: Ahead, model: OllamaModel) -> None:
        ahead.receive(begun(MODEL))
        ahead.receive(speaking())
        await settled(ahead)
        assert not server.loads, "what is at work is about to be loaded, and needs the place"
        await model.preload(MODEL, 8192)
        ahead.ready("programmer")
        await settled(ahead)
        assert list(server.in_memory) == [MODEL]
        ahead.receive(over())
        ahead.ready("programmer")
        ahead.ready("programmer")
        await settled(ahead)
        assert list(server.in_memory) == [OTHER]
        ahead.ready()
        await settled(ahead)
        assert list(server.in_memory) == [MODEL]

    with OllamaServer(models=BOTH, slots=1) as server:
        looking(server, work, 0)
        assert [load.model for load in server.loads] == [MODEL, OTHER, MODEL]


def test_what_another_run_needs_is_not_pushed_out() -> None:
    async def work(ahead: Ahead, model: OllamaModel) -> None:
        ahead.others = lambda: {(MODEL, 8192)}
        await model.preload(MODEL, 8192)
        ahead.ready("programmer")
        await settled(ahead)

    with OllamaServer(models=BOTH, slots=1) as server:
        looking(server, work, 0)
        assert server.loads == [Load(MODEL, 8192)]


def test_a_model_that_another_run_needs_with_another_context_is_left_as_it_is() -> None:
    async def work(ahead: Ahead, model: OllamaModel) -> None:
        ahead.others = lambda: {(OTHER, 4096)}
        await model.preload(OTHER, 4096)
        ahead.ready("programmer")
        await settled(ahead)

    with OllamaServer(models=BOTH) as server:
        looking(server, work, 48e9)
        assert server.loads == [Load(OTHER, 4096)]


def test_what_runs_need_counts_at_each_server_that_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    needs = Needs()
    needs.begin(1, "gpu,localhost", {MODEL: 8192})
    needs.begin(2, "other", {OTHER: 8192})
    assert needs.at("") == needs.at("127.0.0.1:11434") == needs.at("gpu:11434, third") == {(MODEL, 8192)}
    assert needs.at("other,gpu", but=1) == {(OTHER, 8192)}
    assert needs.at("third") == set()


def test_what_cannot_be_loaded_ahead_is_not_told() -> None:
    async def work(ahead: Ahead, model: OllamaModel) -> None:
        server.down = True
        ahead.ready()
        await settled(ahead)
        ahead.ready()
        await ahead.close()

    with OllamaServer(models=BOTH) as server:
        looking(server, work, 0)


def test_the_model_of_an_embedding_rests_with_the_others() -> None:
    async def work() -> None:
        async with connected(server) as model:
            await model.preload(MODEL, 8192)
            await model.embed("embedder", ["a"])
            await model.embed("embedder", ["b"])
            await model.rest(MODEL, 8192)

    with OllamaServer(models=(ServedModel(MODEL), ServedModel("embedder"))) as server:
        asyncio.run(work())
        embeds = [visit.json() for visit in server.visits if visit.path == "/api/embed"]
        assert [(embed["input"], embed["keep_alive"]) for embed in embeds] == [
            (["a"], "60m"), (["b"], "60m"), ([], "2m"),
        ]  # fmt: skip
        assert [load.model for load in server.loads] == [MODEL, "embedder"]


class Thoughtful:
    """Begins to write an answer long after the server has put the asker's model away."""

    def __init__(self, server: OllamaServer) -> None:
        self.server = server
        self.live: LiveRun | None = None
        self.loads: list[list[str]] = []

    async def answer(self, question: Question) -> Answer:
        self.server.forget(OTHER)
        before = len(self.server.loads)
        assert self.live is not None
        self.live.expect_words(question.agent)
        while len(self.server.loads) == before:
            await asyncio.sleep(0.001)
        self.loads.append([load.model for load in self.server.loads[before:]])
        return Answer("down", by="user")


def test_the_askers_model_is_loaded_while_the_user_writes_the_answer(tmp_path: Path) -> None:
    async def work() -> list[ModelLoading]:
        studio = Studio.open(tmp_path / "home")
        user, recorder = Thoughtful(server), Recorder()
        try:
            roles = {"Chief Product Officer": OTHER}
            user.live = await studio.start(
                replace(plan(server, tmp_path), idea=COUNTER.idea, roles=roles), user, recorder
            )
            await user.live.outcome()
        finally:
            await studio.close()
        assert user.loads == [[OTHER]]
        return recorder.of(ModelLoading)

    with OllamaServer(company(COUNTER), models=BOTH) as server:
        shown = asyncio.run(work())
        assert [load.model for load in server.loads] == [OTHER, MODEL, OTHER]
        assert sorted(loading.model for loading in shown) == [OTHER, MODEL]


@pytest.mark.parametrize("stopped", [True, False])
def test_memory_is_freed_when_a_run_is_stopped_and_when_it_ends_elsewhere(
    tmp_path: Path, stopped: bool
) -> None:
    def reply(call: ChatCall) -> Scripted:
        scripted = company(GREETER)(call)
        if len(server.requests) == 3:
            scripted.fault = "hang"
        return scripted

    async def stop() -> int:
        studio = Studio.open(tmp_path / "home")
        live = await studio.start(plan(server, tmp_path), NobodyAnswers())
        while len(server.requests) < 3:
            await asyncio.sleep(0.001)
        if stopped:
            await live.stop()
        await studio.close()
        return live.number

    with OllamaServer(reply) as server:
        run = asyncio.run(stop())
        assert kept(server)[-1] == "2m"
        carry_on(run, tmp_path / "home")
        assert kept(server)[-1] == "2m"
        assert server.loads == [Load(MODEL, 16384)]
