"""The models in a server's memory: loaded when they are asked, or ahead of that, and let go afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

from agents.contracts import ChatRequest, ModelOptions
from agents.errors import ModelFailed, ModelTooLarge, cloud_refused, model_too_large
from agents.models._ollama.loads import UNKNOWN, Kind, Loads, full_name, kind_of
from agents.models._ollama.room import Room

if TYPE_CHECKING:
    from agents.models._ollama.connection import Connection, Loaded

# How long a model stays that was loaded for a run that did not begin, or whose run is over.
PRELOADED, AFTERWARDS = "10m", "2m"


class ServerMemory:
    """What one server has in memory, and what it is asked to load.

    `hosted` is the host of a service whose models are all in the cloud, else empty; `cloud`: such models may
    be asked. `look` makes sure that the server answers, and raises what is in the way.
    """

    def __init__(
        self, loads: Loads, room: Room, look: Callable[[], Awaitable[object]], *, hosted: str, cloud: bool
    ) -> None:
        self.loads = loads
        self._cloud = cloud
        self._room = room
        self._look = look
        self._hosted = hosted
        self._embedding: set[str] = set()

    async def size_to_load(self, connection: Connection, request: ChatRequest) -> int | None:
        """The size of the model if it must be loaded first; None if it is loaded, or runs elsewhere.

        Raises `CloudRefused` for one that runs elsewhere, unless the user allows that, and `ModelNotFound`.
        """
        kind = kind_of(request)
        if self.loads.surely(kind):
            self._refuse_cloud(request.model, self.loads.remote(kind))
            return None
        await self._look()
        held = _kinds(await connection.loaded())
        self.loads.holds(held)
        if kind in held:
            return None
        listed = {full_name(found.name): found for found in await connection.listed()}
        found = listed.get(kind[0])
        remote = found.remote_host if found else (await connection.show(request.model)).remote_host
        self.loads.runs_at(kind, remote or self._hosted)
        self._refuse_cloud(request.model, self.loads.remote(kind))
        if found is None:
            return 0
        return None if remote else found.size

    async def load(self, connection: Connection, request: ChatRequest, size: int) -> None:
        """Load a model of `size` bytes for a request; `ModelTooLarge` where the memory cannot hold it."""
        try:
            await connection.load(request.model, request.options)
        except ModelTooLarge as error:
            raise model_too_large(request.model, error.detail, size, request.options.num_ctx) from error
        except ModelFailed:
            pass  # what is really wrong with the model, the request itself will tell
        kind = kind_of(request)
        still = _kinds(await connection.loaded()) if self.loads.others(kind) else set[Kind]()
        self.loads.loaded(kind, still)

    async def load_ahead(
        self, connection: Connection, model: str, num_ctx: int, beside: Collection[Kind]
    ) -> None:
        """Load a model if it is not loaded, unless that could push out one of those `beside`."""
        request = ChatRequest(model, (), ModelOptions(num_ctx))
        self.loads.forget()  # what others do meanwhile may have pushed it out
        size = await self.size_to_load(connection, request)
        loaded = await connection.loaded()
        self._room.saw(loaded, self.loads)
        needed = {(full_name(name), context) for name, context in beside}
        if needed - _kinds(loaded):  # what this server has not at all is at work on another one
            has = {full_name(found.name) for found in await connection.listed()}
            needed = {(name, context) for name, context in needed if name in has}
        if size is not None and await self._room.has(kind_of(request), size, loaded, needed, self.loads):
            await connection.load(model, request.options, PRELOADED)
            self.loads.forget()

    def embedded(self, model: str) -> None:
        """Texts were embedded with this model."""
        self._embedding.add(model)

    async def let_go(self, connection: Connection, model: str, num_ctx: int) -> None:
        """Have a model leave the memory soon, and those that texts were embedded with."""
        kind = full_name(model), num_ctx
        ours = self.loads.surely(kind)  # counts where the server does not tell what it has loaded, and how
        self.loads.let_go(kind)
        held = await connection.loaded()
        if ours and not connection.tells_loaded:
            await connection.load(model, ModelOptions(num_ctx), AFTERWARDS)
        for loaded in held:
            if _kind(loaded) == kind or (ours and _kind(loaded) == (kind[0], UNKNOWN)):
                await connection.load(model, ModelOptions(num_ctx), AFTERWARDS)
            elif loaded.name in self._embedding:
                self._embedding.discard(loaded.name)
                await connection.embed(loaded.name, [], AFTERWARDS)

    def _refuse_cloud(self, model: str, remote: str) -> None:
        if remote and not self._cloud:
            raise cloud_refused(model, remote)


def _kind(loaded: Loaded) -> Kind:
    return full_name(loaded.name), loaded.context_length


def _kinds(loaded: Collection[Loaded]) -> set[Kind]:
    return {_kind(held) for held in loaded}
