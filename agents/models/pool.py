"""Several Ollama servers as one: each request goes where it is probably answered soonest [ours].

What a request would take at a server is reckoned in seconds: the load, unless the model is loaded there with
this context; reading what the prompt does not share with the one that this server read last for the model;
writing, at the speed that was measured there; all that once more for every request that it has at hand. Equal
ones are taken in the order in which they were named.

A server that fails is set aside for a while. Its request is made elsewhere if the reply had not begun; else
whoever asked is told, and asks again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from agents.contracts import (
    ChatModel,
    ChatRequest,
    FinalPart,
    ModelInfo,
    ModelOptions,
    ReplyPart,
    TextPart,
)
from agents.errors import (
    ModelFailed,
    ModelNotFound,
    ModelUnavailable,
    ServerBusy,
    ServerUnreachable,
    StreamCut,
    UserFacingError,
)
from agents.models.ollama import OllamaModel
from agents.registry import model

SET_ASIDE = 60.0  # seconds for which a server is not asked after it failed
LOADING = 12.0  # what a load takes, until one was seen
WRITING = 35.0  # tokens a second, until they were measured
READING = 11.0  # so many times faster is a prompt read
REPLY = 400  # tokens of a usual reply
CHARACTERS_PER_TOKEN = 3.5
_AT_FAULT = (ServerUnreachable, ServerBusy, StreamCut, ModelFailed)  # and not one of their subclasses
LEARNING = 0.3  # how much the latest reply counts for a server's speed


AnswerT = TypeVar("AnswerT")


def hosts_in(written: str) -> list[str]:
    """The addresses in a list with commas; one with a login is never taken apart."""
    if "@" in written:
        return [written]
    return list(dict.fromkeys(part.strip() for part in written.split(",") if part.strip())) or [""]


@dataclass(eq=False, slots=True)
class Member:
    """A server of the pool: how busy it is and how fast it has been, why it is set aside and until when."""

    server: OllamaModel
    busy: int = 0
    speed: float = 0.0
    loading: float = LOADING
    problem: str = ""
    aside_until: float = 0.0
    _read: dict[tuple[str, int], str] = field(default_factory=dict)

    def seconds(self, request: ChatRequest, prompt: str, *, loaded: bool) -> float:
        """What the request would probably take here."""
        speed = self.speed or WRITING
        known = _alike(self._read.get(_kind(request), ""), prompt) if loaded else 0
        reading = (len(prompt) - known) / CHARACTERS_PER_TOKEN / (speed * READING)
        return (0 if loaded else self.loading) + (reading + REPLY / speed) * (1 + self.busy)

    def has_read(self, request: ChatRequest, prompt: str) -> None:
        """A reply has begun: the prompt is in the model's cache."""
        self._read[_kind(request)] = prompt

    def learn(self, request: ChatRequest, prompt: str, final: FinalPart) -> None:
        """A reply has come to its end: how fast it was written."""
        self.has_read(request, prompt)
        self.problem, self.aside_until = "", 0.0
        if final.loading_seconds > 1:
            self.loading = final.loading_seconds
        if final.writing_seconds > 0 and final.output_tokens:
            latest = final.output_tokens / final.writing_seconds
            self.speed += (latest - self.speed) * (LEARNING if self.speed else 1.0)

    def fail(self, error: UserFacingError, until: float) -> None:
        """Set it aside; what it has read may be gone."""
        self.problem, self.aside_until = error.message, until
        self._read.clear()


class OllamaPool:
    """The models of several Ollama servers; to be used on one event loop, like `OllamaModel`.

    `members` are in the order in which they were named. A model may be on some of them only.
    """

    name = "ollama"

    def __init__(self, servers: Sequence[OllamaModel], clock: Callable[[], float] = time.monotonic) -> None:
        self.members = tuple(Member(server) for server in servers)
        self._clock = clock
        self.label = "Ollama"
        self.cloud = all(server.cloud for server in servers)

    @property
    def at_once(self) -> int:
        """What all servers together answer at the same time."""
        return sum(member.server.at_once for member in self.members)

    @property
    def hosts(self) -> int:
        """The servers that were named."""
        return len(self.members)

    # --- what they have ------------------------------------------------------------------------------

    async def models(self) -> Sequence[ModelInfo]:
        """The models of all servers that answer, each once; the first one's error when none does."""
        found: dict[str, ModelInfo] = {}
        for listed in await self._asked(lambda server: server.models()):
            for info in listed:
                known = found.get(info.name, info)
                found[info.name] = replace(known, loaded=max(known.loaded, info.loaded))
        return list(found.values())

    async def describe(self, model: str) -> ModelInfo:
        """The model as every server can play it that has it: the least context, what all are capable of."""
        first, *others = await self._asked(lambda server: server.describe(model))
        for other in others:
            contexts = [context for context in (first.context, other.context) if context]
            first = replace(
                first,
                context=min(contexts, default=0),
                capabilities=first.capabilities & other.capabilities,
                loaded=max(first.loaded, other.loaded),
                remote=first.remote or other.remote,
            )
        return first

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, from the first server that can."""
        return await self._first(lambda server: server.embed(model, texts))

    def tokens(self, model: str, text_chars: int) -> int:
        """As the fastest of the servers that have answered has learned to estimate it."""
        return max(self.members, key=lambda member: member.speed).server.tokens(model, text_chars)

    async def preload(self, model: str, num_ctx: int) -> None:
        """Load a model on the server where the next request for it would go."""
        member = (await self._by_time(ChatRequest(model, (), ModelOptions(num_ctx))))[0]
        await member.server.preload(model, num_ctx)

    async def rest(self, model: str, num_ctx: int) -> None:
        """The model is not needed for now, on any of them."""
        for member in self._ready():
            with suppress(UserFacingError):
                await member.server.rest(model, num_ctx)

    async def close(self) -> None:
        """Let go of connections."""
        for member in self.members:
            await member.server.close()

    # --- asking --------------------------------------------------------------------------------------

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
        """Stream a reply as `OllamaModel.chat` does, from the server that is probably the soonest.

        The errors are those of the last server that was tried.
        """
        waiting = await self._by_time(request)
        for number, member in enumerate(waiting, start=1):
            begun = False
            try:
                async with aclosing(self._replied(member, request)) as parts:
                    async for part in parts:
                        begun = True
                        yield part
                return
            except (ServerUnreachable, ServerBusy, StreamCut, ModelFailed) as error:
                if type(error) not in _AT_FAULT:
                    raise  # it is the request's own, and would befall every server
                member.fail(error, self._clock() + SET_ASIDE)
                if begun or number == len(waiting):
                    raise

    async def _replied(self, member: Member, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
        prompt = _prompt(request)
        member.busy += 1
        try:
            async with aclosing(member.server.chat(request)) as parts:
                async for part in parts:
                    if isinstance(part, TextPart):
                        member.has_read(request, prompt)  # also of a reply that is not taken to its end
                    if isinstance(part, FinalPart):
                        member.learn(request, prompt, part)
                    yield part
        finally:
            member.busy -= 1

    async def _by_time(self, request: ChatRequest) -> list[Member]:
        """The servers that have the model, the soonest first; raises the first error when none has."""
        prompt, members = _prompt(request), self._ready()
        found = await asyncio.gather(
            *(member.server.is_loaded(request.model, request.options.num_ctx) for member in members),
            return_exceptions=True,
        )
        _raise_unexpected(found)
        times: dict[Member, float] = {}
        for member, loaded in zip(members, found, strict=True):
            if isinstance(loaded, bool):
                times[member] = member.seconds(request, prompt, loaded=loaded)
        if not times:
            raise self._worst(members, found)
        for member, error in zip(members, found, strict=True):
            self._note(member, error)
        return sorted(times, key=lambda member: times[member])

    # --- within --------------------------------------------------------------------------------------

    def _ready(self) -> list[Member]:
        """The servers that are not set aside; all of them when they all are."""
        now = self._clock()
        return [member for member in self.members if member.aside_until <= now] or list(self.members)

    def _note(self, member: Member, found: object) -> None:
        if isinstance(found, ServerUnreachable | ServerBusy):
            member.fail(found, self._clock() + SET_ASIDE)
        elif not isinstance(found, BaseException):
            member.problem, member.aside_until = "", 0.0

    def _worst(self, members: Sequence[Member], found: Sequence[object]) -> BaseException:
        """What to say when no server can do it: that the model is missing, where one of them answers."""
        errors = [error for error in found if isinstance(error, BaseException)]
        return next((error for error in errors if isinstance(error, ModelNotFound)), errors[0])

    async def _asked(self, ask: Callable[[OllamaModel], Awaitable[AnswerT]]) -> list[AnswerT]:
        """The answers of all servers that give one."""
        members = self._ready()
        found = await asyncio.gather(*(ask(member.server) for member in members), return_exceptions=True)
        _raise_unexpected(found)
        answers = [answer for answer in found if not isinstance(answer, BaseException)]
        if not answers:
            raise self._worst(members, found)
        for member, answer in zip(members, found, strict=True):
            self._note(member, answer)
        self.label = f"{members[0].server.label} on {len(answers)} of {len(self.members)} servers"
        return answers

    async def _first(self, ask: Callable[[OllamaModel], Awaitable[AnswerT]]) -> AnswerT:
        *others, last = self._ready()
        for member in others:
            with suppress(ModelUnavailable, ModelFailed):
                return await ask(member.server)
        return await ask(last.server)


def _raise_unexpected(found: Sequence[object]) -> None:
    """What is no failure of a server is raised."""
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, ModelUnavailable | ModelFailed):
            raise error


def _kind(request: ChatRequest) -> tuple[str, int]:
    return request.model, request.options.num_ctx


def _prompt(request: ChatRequest) -> str:
    return "".join(f"<{message.role}>{message.content}" for message in request.messages)


def _alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


@model(name="ollama")
def ollama(address: str, cloud: bool = False) -> ChatModel:
    """The models of the Ollama server at `address`; of `OLLAMA_HOST` or this machine where it is empty.

    Several addresses with commas between them make a pool.
    """
    servers = [OllamaModel(host, cloud=cloud) for host in hosts_in(address)]
    if len(servers) == 1:
        return servers[0]
    return OllamaPool(servers)
