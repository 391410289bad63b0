"""Which model plays which role, with how much context."""

from __future__ import annotations

import asyncio

import pytest

from agents.cast import Cast, choose, preferred, tokens_in
from agents.errors import CloudRefused, ContextTooSmall, ModelNotFound, ModelUnavailable
from agents.models.ollama import OllamaModel
from tests.support.ollama.scripted import ServedModel
from tests.support.ollama_server import OllamaServer


def cast_from(*models: ServedModel, model: str = "", num_ctx: int = 0, **roles: str) -> Cast:
    async def ask() -> Cast:
        provider = OllamaModel(server.address)
        try:
            return await choose(provider, model, roles, num_ctx)
        finally:
            await provider.close()

    with OllamaServer(lambda call: "", models=models) as server:
        return asyncio.run(ask())


SMALL = ServedModel("small:1b", context=2048, size=10)
CODER = ServedModel("coder:7b", context=8192, size=20)
LARGE = ServedModel("large:30b", context=131072, capabilities=("completion", "thinking"), size=30)
EMBEDDER = ServedModel("nomic-embed-text", capabilities=("embedding",), size=40)
CLOUD = ServedModel("huge:cloud", remote_host="https://example.com", size=50)


def test_a_context_is_the_usual_one_or_the_models_own_if_that_is_less() -> None:
    cast = cast_from(CODER, LARGE, model="large:30b", Programmer="coder:7b")
    assert cast.model("Programmer") == "coder:7b"
    assert cast.model("Test Engineer") == "large:30b"
    assert cast.context("coder:7b") == 8192
    assert cast.context("large:30b") == 16384
    assert cast.thinking == {"large:30b"}
    assert Cast.from_json(cast.to_json()) == cast


def test_the_usual_choice_is_a_model_for_code_that_runs_here() -> None:
    assert cast_from(EMBEDDER, CLOUD, LARGE, CODER).default == "coder:7b"


def test_no_model_that_can_write_is_said_with_what_to_do() -> None:
    with pytest.raises(ModelUnavailable, match=r"no model that can write.*pull"):
        cast_from(EMBEDDER)


def test_an_unknown_model_a_model_too_small_and_one_that_cannot_write_are_refused() -> None:
    with pytest.raises(ModelNotFound, match="nobody"):
        cast_from(CODER, model="nobody:1b")
    with pytest.raises(ContextTooSmall, match="2,048 tokens"):
        cast_from(SMALL, model="small:1b")
    with pytest.raises(ContextTooSmall, match="1,000 tokens is too small"):
        cast_from(CODER, model="coder:7b", num_ctx=1000)
    with pytest.raises(ModelNotFound, match="cannot write text"):
        cast_from(EMBEDDER, model="nomic-embed-text")


def test_a_cloud_model_is_refused_with_what_to_do() -> None:
    with pytest.raises(CloudRefused, match=r"huge:cloud.*example\.com.*--allow-cloud"):
        cast_from(CODER, CLOUD, model="huge:cloud")
    with pytest.raises(CloudRefused, match="huge:cloud"):
        cast_from(CODER, CLOUD, model="coder:7b", Programmer="huge:cloud")


def test_the_estimate_of_tokens_depends_on_the_length_alone() -> None:
    assert tokens_in(0) == 0
    assert tokens_in(1) == 1
    assert tokens_in(3000) == 1000


def test_a_loaded_model_is_preferred() -> None:
    async def ask(address: str) -> str:
        provider = OllamaModel(address)
        try:
            async for _ in provider.chat(_hello("large:30b")):
                pass
            return await preferred(provider)
        finally:
            await provider.close()

    with OllamaServer(lambda call: "hello", models=(CODER, LARGE)) as server:
        assert asyncio.run(ask(server.address)) == "large:30b"


def _hello(model: str):
    from agents.contracts import ChatMessage, ChatRequest, ModelOptions

    return ChatRequest(model, (ChatMessage("user", "hello"),), ModelOptions(num_ctx=4096))
