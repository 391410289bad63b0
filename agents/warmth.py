"""Models are in memory when somebody is about to ask them, and leave it when nobody is [ours]."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from agents.cast import choose
from agents.contracts import ChatModel, KeepsModels
from agents.errors import UserFacingError
from agents.plan import Plan

RESTING_SECONDS = 5.0  # the end of a run waits no longer for its server


async def preload(server: ChatModel, plan: Plan) -> None:
    """Load the plan's default model as its run would; whatever is in the way, the run itself will tell."""
    if isinstance(server, KeepsModels):
        with suppress(UserFacingError):
            cast = await choose(server, plan.model, {}, plan.num_ctx)
            await server.preload(cast.default, cast.context(cast.default))


@dataclass(slots=True)
class Needs:
    """Which models, with their contexts, each run of this program needs at which server."""

    _runs: dict[int, tuple[str, Mapping[str, int]]] = field(default_factory=dict)

    def begin(self, run: int, host: str, contexts: Mapping[str, int]) -> None:
        """A run begins that asks these models."""
        self._runs[run] = host, contexts

    async def end(self, run: int, server: ChatModel) -> None:
        """A run is over: what no other one needs may rest. Never fails, and takes a few seconds at most."""
        host, contexts = self._runs.pop(run, ("", {}))
        needed = {model for at, models in self._runs.values() if at == host for model in models}
        if isinstance(server, KeepsModels):
            with suppress(UserFacingError, TimeoutError):
                async with asyncio.timeout(RESTING_SECONDS):
                    for model in contexts.keys() - needed:
                        await server.rest(model, contexts[model])
