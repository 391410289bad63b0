"""The requests that Troupe makes of an Ollama server, with every failure named.

What a model does (chat, embed, pull, delete) goes through `ollama.AsyncClient`. The server's facts are read
with httpx, because the client has no `version` and leaves out what makes a model remote.

Facts must come within 15 s. A reply has no read timeout here, since a client that gives up while a model
loads aborts the load; who reads the stream bounds the gaps in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any, TypeVar, cast

import httpx
from ollama import AsyncClient, ChatResponse, ProgressResponse
from pydantic import BaseModel, ConfigDict, Field

from agents.contracts import ChatMessage, ChatRequest, ModelOptions, Think, ToolSpec
from agents.errors import ServerUnreachable, StreamCut
from agents.models._ollama.address import Address
from agents.models._ollama.failures import broken_off, failures_named

# Long enough that a model stays loaded while programs run and the user thinks about a question, or eats.
KEEP_ALIVE = "60m"
_FACTS_SECONDS = 15.0

_STOP = re.compile(r'^stop\s+("(?:[^"\\\n]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")\s*$', re.MULTILINE)

FactT = TypeVar("FactT", bound=BaseModel)


class _Fact(BaseModel):
    model_config = ConfigDict(protected_namespaces=())


class Details(_Fact):
    """What a model's file says of it."""

    parameter_size: str = ""
    quantization_level: str = ""


class Listed(_Fact):
    """A model that the server has; `size` in bytes, `remote_host` only for one that runs elsewhere."""

    name: str
    size: int = 0
    remote_host: str = ""
    details: Details = Details()


class Loaded(_Fact):
    """A model in memory: `size` in bytes, `size_vram` of them the graphics', `context_length` in tokens.

    Older servers do not tell the context: 0.
    """

    name: str
    size: int = 0
    size_vram: int = 0
    context_length: int = 0


class Shown(_Fact):
    """What the server knows of one model; `model_info` holds its file's own keys."""

    capabilities: list[str] = Field(default_factory=list)
    model_info: dict[str, Any] = Field(default_factory=dict)
    remote_host: str = ""
    parameters: str = ""
    details: Details = Details()

    @property
    def stops(self) -> tuple[str, ...]:
        """Where the model's own file has its replies end; a request that names other stops replaces them."""
        return tuple(json.loads(found) for found in _STOP.findall(self.parameters))

    @property
    def context_length(self) -> int:
        """The longest context that the model was made for, in tokens; 0 where unknown."""
        architecture = self.model_info.get("general.architecture", "")
        length = self.model_info.get(f"{architecture}.context_length", 0)
        return length if isinstance(length, int) else 0


class _Version(_Fact):
    version: str


class _Tags(_Fact):
    models: list[Listed] = Field(default_factory=list)


class _Running(_Fact):
    models: list[Loaded] = Field(default_factory=list)


class Connection:
    """An open line to the server at `address`, to be used on one event loop."""

    def __init__(
        self, address: Address, api_key: str, connect_seconds: float, key_hosts: Collection[str] = ()
    ) -> None:
        """`api_key` is sent to the server only where it may have it, see `Address.may_have_key`."""
        self._url = address.url
        self.tells_loaded = True  # servers before 0.1.38, and programs that stand in for one, do not
        self._key_place = (address.host, address.port) if address.may_have_key(key_hosts) else None
        certificates = httpx.create_ssl_context()
        environment_counts = not address.is_loopback  # a proxy cannot reach this machine's own server
        self._client = AsyncClient(
            address.url,
            timeout=httpx.Timeout(None, connect=connect_seconds),
            event_hooks={"request": [self._keep_key_safe]},
            verify=certificates,
            trust_env=environment_counts,
        )
        self._facts = httpx.AsyncClient(
            base_url=address.url,
            timeout=httpx.Timeout(_FACTS_SECONDS, connect=connect_seconds),
            headers={"authorization": f"Bearer {api_key}"} if api_key else {},
            event_hooks={"request": [self._keep_key_safe]},
            verify=certificates,
            trust_env=environment_counts,
        )

    async def _keep_key_safe(self, request: httpx.Request) -> None:
        """The client adds OLLAMA_API_KEY to requests for any host; it is only for those it may go to."""
        place = (request.url.host, request.url.port or 443)
        if request.url.scheme != "https" or place != self._key_place:
            request.headers.pop("authorization", None)

    # --- facts ---------------------------------------------------------------------------------------

    async def version(self) -> str:
        """The server's version, such as `0.33.0`."""
        return (await self._fact(_Version, "GET", "/api/version")).version

    async def listed(self) -> list[Listed]:
        """The models that the server has."""
        return (await self._fact(_Tags, "GET", "/api/tags")).models

    async def loaded(self) -> list[Loaded]:
        """The models that are in memory now; none where the server does not tell (`tells_loaded`)."""
        try:
            return (await self._fact(_Running, "GET", "/api/ps")).models
        except ServerUnreachable as error:
            if not _lacks_route(error):
                raise
            self.tells_loaded = False
            return []

    async def show(self, model: str) -> Shown:
        """What the server knows of `model`; `ModelNotFound` if nothing."""
        return await self._fact(Shown, "POST", "/api/show", model)

    async def _fact(self, kind: type[FactT], method: str, path: str, model: str = "") -> FactT:
        try:
            with suppress(StreamCut):  # the connection that was kept open may have been closed meanwhile
                return await self._read(kind, method, path, model)
            return await self._read(kind, method, path, model)
        except StreamCut as error:
            raise broken_off(self._url, error.detail) from error

    async def _read(self, kind: type[FactT], method: str, path: str, model: str) -> FactT:
        with failures_named(self._url, model):
            response = await self._facts.request(method, path, json={"model": model} if model else None)
            response.raise_for_status()
            return kind.model_validate_json(response.content)

    # --- work ----------------------------------------------------------------------------------------

    async def load(self, model: str, options: ModelOptions, keep_alive: str = KEEP_ALIVE) -> None:
        """Have the server load the model, with the very options that requests will have."""
        with failures_named(self._url, model):
            await self._client.chat(model, [], options=_options(options), keep_alive=keep_alive)

    async def unload(self, model: str) -> None:
        """Have the server free the memory that the model takes."""
        with failures_named(self._url, model):
            await self._client.generate(model, keep_alive=0)

    async def chat(self, request: ChatRequest, think: Think) -> AsyncGenerator[ChatResponse, None]:
        """The lines of a reply. Closing the generator closes the connection, which ends the generation."""
        with failures_named(self._url, request.model):
            stream = await self._client.chat(
                request.model,
                [_message(message) for message in request.messages],
                tools=[_tool(tool) for tool in request.tools],
                stream=True,
                think=think,
                logprobs=request.logprobs or None,
                format=None if request.format is None else dict(request.format),
                options=_options(request.options),
                keep_alive=KEEP_ALIVE,
            )
            async with aclosing(cast("AsyncGenerator[ChatResponse, None]", stream)) as lines:
                async for line in lines:
                    yield line

    async def embed(
        self, model: str, texts: Sequence[str], keep_alive: str = KEEP_ALIVE
    ) -> list[list[float]]:
        """One vector a text; without any the model is only kept so long."""
        with failures_named(self._url, model):
            response = await self._client.embed(model, list(texts), keep_alive=keep_alive)
            return [list(vector) for vector in response.embeddings]

    async def pull(self, model: str) -> AsyncGenerator[ProgressResponse, None]:
        """The lines of a download."""
        with failures_named(self._url, model):
            stream = await self._client.pull(model, stream=True)
            async with aclosing(cast("AsyncGenerator[ProgressResponse, None]", stream)) as lines:
                async for line in lines:
                    yield line

    async def delete(self, model: str) -> None:
        """Delete the model from the server's disk."""
        with failures_named(self._url, model):
            await self._client.delete(model)

    async def close(self) -> None:
        """Let go of both clients' connections."""
        await self._client.close()  # type: ignore[no-untyped-call]  # the package leaves it out
        await self._facts.aclose()


def _lacks_route(error: ServerUnreachable) -> bool:
    """Whether something answers there, but not what was asked for."""
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPStatusError) and cause.response.status_code == httpx.codes.NOT_FOUND


def _options(options: ModelOptions) -> dict[str, Any]:
    """Only what was chosen; the rest stays the model's own."""
    chosen: Mapping[str, Any] = {
        "num_ctx": options.num_ctx,
        "temperature": options.temperature,
        "seed": options.seed,
        "num_predict": options.num_predict,
        "stop": list(options.stop) or None,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _message(message: ChatMessage) -> dict[str, Any]:
    calls = [
        {"function": {"name": call.name, "arguments": dict(call.arguments)}} for call in message.tool_calls
    ]
    return {
        "role": message.role,
        "content": message.content or " ",  # the client leaves an empty one out, which not every server takes
        "tool_calls": calls,
        "tool_name": message.tool_name,
    }


def _tool(tool: ToolSpec) -> dict[str, Any]:
    """The client keeps of a parameter its type, items, description and enum."""
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.parameters),
        },
    }
