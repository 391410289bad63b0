"""Vectors of texts: by an embedding model of the server where it has one, else TF-IDF on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from agents.agent import Agent
from agents.contracts import Json
from agents.errors import UserFacingError
from agents.journal import Performed
from agents.run import Run

Vectors = list[list[float]]


async def embedded(run: Run, agent: Agent, texts: Sequence[str]) -> Vectors:
    """One vector a text, in order. Asking the server is a step of the journal."""
    request: Json = {"texts": list(texts)}
    key = agent.next_key("~")

    async def perform() -> Performed:
        return Performed({"vectors": await _by_model(run, texts)})

    vectors: Vectors = (await run.stage.journal.step(key, "embed", request, perform))["vectors"]
    if vectors:
        return vectors
    run.notice("The server has no embedding model; texts are compared by their words (TF-IDF).")
    return _tf_idf(texts)


async def _by_model(run: Run, texts: Sequence[str]) -> Vectors:
    """The server's vectors; none where it has no model for them, or cannot tell."""
    try:
        for model in await run.stage.server.models():
            if "embedding" in model.capabilities or "embed" in model.name.lower():
                return await run.stage.server.embed(model.name, texts)
    except UserFacingError:  # a comparison that is less fine is no reason to end a run
        return []
    return []


def _tf_idf(texts: Sequence[str]) -> Vectors:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - heavy

    vectors: Vectors = (
        TfidfVectorizer(token_pattern=r"[A-Za-z_]\w*|\d+|[^\w\s]").fit_transform(texts).toarray().tolist()
    )
    return vectors
