"""Models are in memory when somebody is about to ask them, and leave it when nobody is [ours]."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from agents.cast import Cast, choose
from agents.contracts import ChatModel, KeepsModels
from agents.errors import UserFacingError
from agents.events import MessageBegun, MessageCompleted, MessageCut, Stamped, TextStreamed
from agents.models.addresses import hosts_in, server_at
from agents.plan import Plan

Kind: TypeAlias = tuple[str, int]
"""A model with its context in tokens."""

RESTING_SECONDS = 5.0  # the end of a run waits no longer for its server


async def preload(server: ChatModel, plan: Plan, beside: Collection[Kind] = ()) -> dict[str, int]:
    """Load the plan's default model as its run would; the model with its context, nothing where that fails.

    Whatever is in the way, the run itself will tell.
    """
    if isinstance(server, KeepsModels):
        with suppress(UserFacingError):
            cast = await choose(server, plan.model, {}, plan.num_ctx)
            await server.preload(cast.default, cast.context(cast.default), beside)
            return {cast.default: cast.context(cast.default)}
    return {}


@dataclass(slots=True)
class Needs:
    """Which models, with their contexts, each run of this program needs at which server.

    `ahead` are those that were loaded for runs which may begin.
    """

    _runs: dict[int, tuple[str, Mapping[str, int]]] = field(default_factory=dict)
    _ahead: dict[str, dict[str, int]] = field(default_factory=dict)

    def begin(self, run: int, host: str, contexts: Mapping[str, int]) -> None:
        """A run begins that asks these models."""
        self._runs[run] = host, contexts
        for model in contexts:
            self._ahead.get(host, {}).pop(model, None)

    def expect(self, host: str, contexts: Mapping[str, int]) -> None:
        """These were loaded for a run that may begin."""
        self._ahead.setdefault(host, {}).update(contexts)

    def at(self, host: str, but: int = 0) -> set[Kind]:
        """What the runs need that share a server with `host`, which may name several; one run left out."""
        servers = _servers(host)
        runs = [models for run, (at, models) in self._runs.items() if run != but and servers & _servers(at)]
        return {kind for models in runs for kind in models.items()}

    async def end(self, run: int, server: ChatModel) -> None:
        """A run is over: what no other one needs may rest. Never fails, and takes a few seconds at most."""
        host, contexts = self._runs.pop(run, ("", {}))
        await self._rest(server, host, contexts)

    async def leave(self, connect: Callable[[str], ChatModel]) -> None:
        """The program ends: what it loaded for runs that never began may rest as well."""
        ahead, self._ahead = self._ahead, {}
        for host, contexts in ahead.items():
            server = connect(host)
            try:
                await self._rest(server, host, contexts)
            finally:
                await server.close()

    async def _rest(self, server: ChatModel, host: str, contexts: Mapping[str, int]) -> None:
        if isinstance(server, KeepsModels):
            kinds = contexts.items() - self.at(host)
            with suppress(TimeoutError):
                async with asyncio.timeout(RESTING_SECONDS), asyncio.TaskGroup() as together:
                    for kind in kinds:
                        together.create_task(_rested(server, kind))


async def _rested(server: KeepsModels, kind: Kind) -> None:
    with suppress(UserFacingError):
        await server.rest(*kind)


def _servers(host: str) -> set[str]:
    return set(map(server_at, hosts_in(host)))


@dataclass(slots=True)
class Ahead:
    """Has the model of whoever speaks next in memory: while the user writes, and while another model works.

    It consumes a run's events, which say who is at work. What comes next after a model is what came after it
    the last time, at first any other model of the cast. `others` are the models that other runs need there.
    """

    server: ChatModel
    cast: Cast
    roles: Mapping[str, str]  # the titles of agents, by their paths
    others: Callable[[], Collection[Kind]] = tuple
    _latest: str = ""
    _at_work: dict[str, str] = field(default_factory=dict)
    _silent: dict[str, str] = field(default_factory=dict)  # those at work that have said nothing yet
    _came_after: dict[str, str] = field(default_factory=dict)
    _spread: set[str] = field(default_factory=set)
    _wanted: str = ""
    _load: asyncio.Task[None] | None = None

    def receive(self, stamped: Stamped) -> None:
        """Somebody begins to speak, or has spoken."""
        match stamped.event:
            case MessageBegun(message=message, model=model) if model:
                if self._latest and self._latest != model:
                    self._came_after[self._latest] = model
                self._latest = self._at_work[message] = self._silent[message] = model
                if self.server.hosts > 1 and model not in self._spread and len(self.cast.contexts) == 1:
                    self._spread.add(model)  # the other servers need not load it when they are first asked
                    self._want(model)
            case TextStreamed(message=message) if message in self._silent:  # so its model is loaded
                if following := self._following(self._silent.pop(message)):
                    self._want(following)
            case MessageCompleted(message=message) | MessageCut(message=message):
                self._at_work.pop(message, None)
                self._silent.pop(message, None)
            case _:
                pass

    def ready(self, agent: str = "") -> None:
        """`agent`, or else whoever spoke last, is about to be answered: have its model loaded."""
        role = self.roles.get(agent)
        self._want(self.cast.model(role) if role else self._latest or self.cast.default)

    @property
    def loading(self) -> bool:
        """Whether a model is being loaded ahead."""
        return self._load is not None and not self._load.done()

    async def close(self) -> None:
        """Wait no longer for what is being loaded."""
        if self._load is not None:
            self._load.cancel()
            await asyncio.gather(self._load, return_exceptions=True)

    def _following(self, model: str) -> str:
        """The model that probably comes after this one; empty where there is no other."""
        rest = [other for other in self.cast.contexts if other != model]
        return self._came_after.get(model) or next(iter(rest), "")

    def _want(self, model: str) -> None:
        """Load a model in the background, after the one that is being loaded; only the latest wish counts."""
        if isinstance(self.server, KeepsModels):
            self._wanted = model
            if not self.loading:
                self._load = asyncio.ensure_future(self._loaded(self.server))

    async def _loaded(self, server: KeepsModels) -> None:
        while wish := self._wanted:
            self._wanted = ""
            # With several servers each model has its own: none takes another one's place there.
            kept = self.cast.contexts if self.server.hosts > 1 else self._at_work.values()
            own = {(model, self.cast.context(model)) for model in kept}
            wanted = wish, self.cast.context(wish)
            with suppress(UserFacingError):  # what is in the way, the request itself will tell
                await server.preload(*wanted, beside={*own, *self.others()} - {wanted})
