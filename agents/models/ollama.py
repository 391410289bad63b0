"""Models on an Ollama server, through its Python client."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from agents.contracts import (
    ChatRequest,
    FinalPart,
    LoadingPart,
    ModelInfo,
    ModelOptions,
    ReplyPart,
    TextPart,
)
from agents.errors import (
    ModelFailed,
    ServerBusy,
    ServerUnreachable,
    StreamCut,
    UsageError,
)
from agents.masking import without_secrets
from agents.models._guard import EndlessGuard
from agents.models._ollama import ThinkingRefused
from agents.models._ollama.address import Address, find_address
from agents.models._ollama.known import KnownModels
from agents.models._ollama.loads import Kind, Loads, full_name, kind_of
from agents.models._ollama.memory import ServerMemory
from agents.models._ollama.reach import reached
from agents.models._ollama.reply import ended_early, final_part, next_line, parts_of, read_to_end
from agents.models._ollama.room import Room, graphics_memory
from agents.models._ollama.silence import LOOK_SECONDS, found_dead, unless
from agents.models._ollama.tokens import TokenCounts, prompt_characters
from agents.trust import load_trust

if TYPE_CHECKING:
    from ollama import ChatResponse

    from agents.models._ollama.connection import Connection, Listed, Loaded, Shown

_RETRY_DELAYS = (0.25, 0.5)  # a run has the patience (`agents.patience`); this is for a hiccup
MOST_AT_ONCE = 64

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class PullProgress:
    """A step of a download: what the server does, and bytes of the file at hand (0 where unknown)."""

    status: str
    total: int = 0
    completed: int = 0


class OllamaModel:
    """The models of one Ollama server; to be used on one event loop.

    A model is loaded before it is first asked, so that waiting for it can be shown and is never cut short.
    A request for a reply is made again when the server is unreachable or busy, and never once the reply has
    begun; what the server has is asked for once, so that a missing server is said at once.

    `OLLAMA_API_KEY` is sent encrypted only: to the hosted service, and to servers that the user bound it to
    (`agents.trust`). `cloud`: models that run on somebody else's machine may be asked.
    """

    name = "ollama"

    def __init__(
        self,
        host: str = "",
        *,
        connect_seconds: float = 10.0,
        gap_seconds: float = 120.0,
        first_seconds: float = 3600.0,
        look_seconds: float = LOOK_SECONDS,
        retry_delays: Sequence[float] = _RETRY_DELAYS,
        environment: Mapping[str, str] | None = None,
        cloud: bool = False,
        key_hosts: Collection[str] | None = None,
        graphics: Callable[[], float] = graphics_memory,
    ) -> None:
        """Name a server; nothing is connected before the first request.

        `host` in any form that `find_address` reads, which raises `UsageError` for any other.
        `gap_seconds` is the longest silence within a reply; before its first word, for which a large
        model may load and read for many minutes, it is `first_seconds`, as long as the server gives a sign
        of life every `look_seconds`.
        `retry_delays` are the seconds before each further attempt. `environment` stands for `os.environ`,
        `key_hosts` for what the user's `Trust` says, `graphics` for this machine's graphics memory in bytes.
        """
        known = os.environ if environment is None else environment
        self.label = "Ollama"
        self.version = ""
        self.cloud = cloud
        self._address: Address = find_address(host, known)
        self._api_key = known.get("OLLAMA_API_KEY", "")
        self._key_hosts = load_trust().key_hosts if key_hosts is None else key_hosts
        self._at_once = _parallel(known.get("OLLAMA_NUM_PARALLEL", "")) if self._address.is_loopback else 1
        self._connect_seconds = connect_seconds
        self._gap_seconds = gap_seconds
        self._first_seconds = first_seconds
        self._look_seconds = look_seconds
        self._retry_delays = tuple(retry_delays)
        self._connection: Connection | None = None
        self._tokens = TokenCounts()
        self._known = KnownModels()
        room = Room(known, graphics if self._address.is_loopback else None)
        self._memory = ServerMemory(Loads(), room, self.running, hosted=self._hosted, cloud=cloud)

    @property
    def address(self) -> str:
        """The server's address in full."""
        return self._address.url

    @property
    def short_address(self) -> str:
        """The server's address as it is shown: its host, with a port that is not the usual one."""
        return self._address.short

    @property
    def is_local(self) -> bool:
        """Whether the server is, or would be, on this machine."""
        return self._address.is_loopback

    @property
    def at_once(self) -> int:
        """How many requests the server answers at the same time: as `OLLAMA_NUM_PARALLEL` says, else one.

        The server does not tell; where it runs under another environment, a plan can say it.
        """
        return self._at_once

    @property
    def loads(self) -> Loads:
        """What is known to be in its memory; may be shared with others that ask the same server."""
        return self._memory.loads

    @loads.setter
    def loads(self, shared: Loads) -> None:
        self._memory.loads = shared

    @property
    def hosts(self) -> int:
        """One machine."""
        return 1

    def expect(self, at_once: int) -> None:
        """It answers so many requests at the same time, as somebody says who knows it."""
        self._at_once = max(self._at_once, at_once)

    @property
    def warning(self) -> str:
        """What the user should know of the way to the server; empty when there is nothing."""
        if not self._address.is_readable_by_others:
            return ""
        return (
            f"What is sent to {self.address} is not encrypted: whoever is on the way can read and change it. "
            "Use an https:// address, or a tunnel (`ssh -L`)."
        )

    # --- what the server has -------------------------------------------------------------------------

    async def running(self) -> str:
        """The server's version; `ServerUnreachable` at once when nothing answers."""
        if self._connection is None:
            await reached(self._address, self._connect_seconds)
        self.version = await (await self._connected()).version()
        self.label = f"Ollama {'.'.join(self.version.split('.')[:2])}"
        return self.version

    async def models(self) -> Sequence[ModelInfo]:
        """The models on the server's disk, with the memory of those that are loaded."""
        await self.running()
        connection = await self._connected()
        listed = await connection.listed()
        held = {full_name(loaded.name): loaded for loaded in await connection.loaded()}
        return [self._info(found, held.get(full_name(found.name))) for found in listed]

    async def describe(self, model: str) -> ModelInfo:
        """One model with its context length and capabilities; `ModelNotFound` when it is not there."""
        shown = await (await self._connected()).show(model)
        known = {full_name(info.name): info for info in await self.models()}
        return self._detailed(
            replace(known.get(full_name(model), ModelInfo(model, remote=self._hosted)), name=model), shown
        )

    async def detailed(self, info: ModelInfo) -> ModelInfo:
        """A listed model with its context length and capabilities as well; one request."""
        return self._detailed(info, await (await self._connected()).show(info.name))

    def _detailed(self, info: ModelInfo, shown: Shown) -> ModelInfo:
        self._known.learn(info.name, shown)
        return replace(
            info,
            context=shown.context_length,
            capabilities=frozenset(shown.capabilities),
            parameters=shown.details.parameter_size or info.parameters,
            quantization=shown.details.quantization_level or info.quantization,
            remote=shown.remote_host or info.remote,
        )

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Download a model. Closing the generator stops it; pulling again goes on where it was.

        Raises `ModelFailed` with the server's words, which it sends in mid-stream under HTTP 200.
        """
        connection = await self._connected()
        status = ""
        try:
            async with aclosing(connection.pull(model)) as lines:
                async for line in lines:
                    status = line.status or status
                    yield PullProgress(status, line.total or 0, line.completed or 0)
        except ModelFailed as error:  # there is no run that could be continued
            error.hint = f"See that its name is right, and go on with it: `troupe models pull {model}`."
            raise
        if status != "success":
            raise StreamCut(
                f"The download of {model} ended before it was complete.",
                f"Go on with it: `troupe models pull {model}`.",
            )

    async def delete(self, model: str) -> None:
        """Delete a model from the server's disk; `ModelNotFound` when it is not there."""
        await (await self._connected()).delete(model)
        self.loads.forget()

    async def unload(self, model: str) -> None:
        """Free the memory that a model takes; nothing happens when it is not loaded."""
        await (await self._connected()).unload(model)
        self.loads.forget()

    async def preload(self, model: str, num_ctx: int, beside: Collection[Kind] = ()) -> None:
        """Load a model with this context, if it is not loaded, for somebody who asks it soon.

        It is not loaded where that could push out one of the models `beside`, which are at work.
        """
        connection = await self._connected()
        await self._while_alive(self._memory.load_ahead(connection, model, num_ctx, beside))

    async def is_loaded(self, model: str, num_ctx: int) -> bool:
        """Whether a model is in memory with this context; `ModelNotFound` when the server has it not."""
        request = ChatRequest(model, (), ModelOptions(num_ctx))
        return await self._memory.size_to_load(await self._connected(), request) is None

    async def rest(self, model: str, num_ctx: int) -> None:
        """The model is not needed for now: its memory is freed soon, unless somebody asks it before.

        One that is loaded with another context, or not any more, is somebody else's affair. What texts were
        embedded with here is not needed any more either.
        """
        await self._memory.let_go(await self._connected(), model, num_ctx)

    # --- asking --------------------------------------------------------------------------------------

    async def chat(
        self, request: ChatRequest, gap_seconds: float | None = None
    ) -> AsyncGenerator[ReplyPart, None]:
        """Stream a reply: perhaps a `LoadingPart`, then text and tool calls, one `FinalPart` at the end.

        `gap_seconds` is the longest silence within this one, where it is to be shorter than usual.
        Closing the generator, or cancelling who waits for it, closes the connection, and the server stops.
        Raises `ModelNotFound`, `ServerUnreachable`, `ServerBusy`, `StreamCut`, `EndlessReply`, or
        `ModelFailed` with the server's own words. An empty reply is passed on as it is.
        """
        connection = await self._connected()
        size = await self._patiently(lambda: self._memory.size_to_load(connection, request))
        if size is not None:
            yield LoadingPart(size)
            await self._while_alive(self._patiently(lambda: self._memory.load(connection, request, size)))
        guard = EndlessGuard(request.model, request.options.num_ctx)
        gap_seconds = min(self._gap_seconds, gap_seconds or self._gap_seconds)
        stream, line = await self._while_alive(self._patiently(lambda: self._begun(connection, request)))
        self.loads.used(kind_of(request))  # also of a reply that is not read to its end
        async with aclosing(stream):
            while line is not None:
                for part in parts_of(line):
                    if isinstance(part, TextPart):
                        guard.watch(part.text)
                    yield part
                if line.done:
                    break
                line = await next_line(stream, request.model, gap_seconds)
            else:
                raise ended_early(request.model, self.address)
            await read_to_end(stream)
        yield self._final(request, line)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, from an embedding model."""
        if not texts:
            return []
        connection = await self._connected()
        vectors = await self._while_alive(self._patiently(lambda: connection.embed(model, texts)))
        self._memory.embedded(model)
        return vectors

    def tokens(self, model: str, text_chars: int) -> int:
        """How many tokens a text of so many characters probably has for `model`.

        3.5 characters make one token until the server's counts of this model's prompts have taught better.
        """
        return self._tokens.estimate(model, text_chars)

    async def close(self) -> None:
        """Let go of connections; a later request opens them again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    # --- within --------------------------------------------------------------------------------------

    async def _connected(self) -> Connection:
        """The connection, made in a thread: importing the client takes half a second."""
        if self._connection is None:
            made = await asyncio.to_thread(self._connect)
            if self._connection is None:
                self._connection = made
        return self._connection

    def _connect(self) -> Connection:
        from agents.models._ollama.connection import Connection  # noqa: PLC0415 - heavy

        try:
            return Connection(self._address, self._api_key, self._connect_seconds, self._key_hosts)
        except (ValueError, ImportError) as error:  # of the environment's proxies, or SSL_CERT_FILE
            raise UsageError(
                f"No connection to {self.address} can be prepared: {without_secrets(str(error))}",
                "Look at the environment's proxy variables and SSL_CERT_FILE.",
            ) from None

    async def _while_alive(self, work: Awaitable[ResultT]) -> ResultT:
        """The result of something that may be long in coming; `ServerUnreachable` once the server is dead."""
        return await unless(work, found_dead(self.running, self._look_seconds))

    async def _patiently(self, attempt: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """The result of the first attempt that finds the server reachable and not busy."""
        for delay in self._retry_delays:
            with suppress(ServerUnreachable, ServerBusy):
                return await attempt()
            await asyncio.sleep(delay)
        return await attempt()

    @property
    def _hosted(self) -> str:
        """The host of the service where all models are in the cloud; empty at any other server."""
        return self._address.host if self._address.is_hosted else ""

    def _info(self, listed: Listed, loaded: Loaded | None) -> ModelInfo:
        return ModelInfo(
            name=listed.name,
            size=listed.size,
            parameters=listed.details.parameter_size,
            quantization=listed.details.quantization_level,
            loaded=loaded.size if loaded else 0,
            remote=listed.remote_host or self._hosted,
            loaded_context=loaded.context_length if loaded else 0,
        )

    async def _begun(
        self, connection: Connection, request: ChatRequest
    ) -> tuple[AsyncGenerator[ChatResponse, None], ChatResponse | None]:
        """A reply's stream and its first line, which may be long in coming."""
        think = await self._known.thinking(connection, request)
        request = await self._known.with_own_stops(connection, request)
        stream = connection.chat(request, think)
        try:
            return stream, await next_line(stream, request.model, self._first_seconds)
        except ThinkingRefused:
            if think is None:
                raise
            self._known.refused_to_think(request.model)
            stream = connection.chat(request, None)
            return stream, await next_line(stream, request.model, self._first_seconds)

    def _final(self, request: ChatRequest, line: ChatResponse) -> FinalPart:
        """The reply's end; what the server counted is compared with what was sent, and learned from."""
        characters = prompt_characters(request)
        tokens = line.prompt_eval_count or 0
        cut = self._tokens.was_cut(request.model, request.options.num_ctx, characters, tokens)
        if not cut:
            self._tokens.learn(request.model, characters, tokens)
        return final_part(line, prompt_cut=cut)


def _parallel(said: str) -> int:
    return int(said) if said.isdecimal() and 0 < int(said) <= MOST_AT_ONCE else 1
