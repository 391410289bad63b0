"""Ollama servers, one or several as one: each request goes where it is probably answered soonest [ours].

`agents.models.placing` reckons where that is. Then it waits in the queue of that server, and of every other
one that has the model loaded, until one of them lets it through.

A server that fails is set aside for a while, and whoever waits for it looks for another. Its request is made
elsewhere if the reply had not begun, as is that to one that has lost the model; else whoever asked is told,
and asks again. One that says nothing for much longer than it should fails too, where another can be asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, aclosing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from agents.contracts import (
    ChatModel,
    ChatRequest,
    FinalPart,
    LoadingPart,
    ModelInfo,
    ReplyPart,
    TakenPart,
    TextPart,
    ToolCallPart,
)
from agents.errors import (
    ModelFailed,
    ModelNotFound,
    ModelUnavailable,
    UserFacingError,
)
from agents.models._ollama.loads import Kind, kind_of
from agents.models._ollama.silence import begun_in_time
from agents.models.addresses import hosts_in
from agents.models.admission import Ticket, admitted
from agents.models.faults import AT_FAULT, CANNOT, TooSilent, at_fault, elsewhere, raise_unexpected, worst
from agents.models.host import Asked
from agents.models.hosts import Hosts
from agents.models.ollama import OllamaModel
from agents.models.placing import Choice, Member, Placing
from agents.registry import model

AnswerT = TypeVar("AnswerT")

LATER = 1.2  # so many times longer may another server take that has a place before the soonest


class OllamaPool:
    """The models of Ollama servers; to be used on one event loop, like `OllamaModel`.

    `members` are in the order in which they were named, each server once. A model may be on some of them
    only. Pools that are made with the same `hosts` stand in the same queues.
    """

    name = "ollama"

    def __init__(
        self,
        servers: Sequence[OllamaModel],
        hosts: Hosts | None = None,
        clock: Callable[[], float] = time.monotonic,
        doubt: float = 1.0,
    ) -> None:
        """`doubt`: how many times sooner than usual a silent server is given up for another one."""
        self._hosts = hosts or Hosts()
        each = [self._member(server) for server in servers]
        self.members = tuple({member.host: member for member in reversed(each)}.values())[::-1]
        self._placing = Placing(self.members, clock)
        self._doubt = doubt
        self.label = "Ollama"
        self.cloud = all(server.cloud for server in servers)

    def _member(self, server: OllamaModel) -> Member:
        host = self._hosts.of(server.address, server.at_once)
        server.loads = host.loads
        return Member(server, host)

    @property
    def at_once(self) -> int:
        """What all servers together are known to answer at the same time."""
        return sum(member.host.grants.at_once for member in self.members)

    def expect(self, at_once: int) -> None:
        """Together they answer so many requests at the same time, as far as nothing else was seen of them."""
        each = -(-at_once // len(self.members))
        for member in self.members:
            for grants in (member.host.grants, member.host.elsewhere):
                grants.expected = max(grants.expected, each)

    @contextmanager
    def counting_anew(self) -> Iterator[None]:
        """How many requests they answer at once is found out anew; broken off, what was known still holds."""
        all_grants = [member.host.grants for member in self.members]
        with ExitStack() as undo:
            for grants in all_grants:
                undo.callback(grants.remember, grants.at_once, grants.settled)
                grants.forget()
            yield
            undo.pop_all()

    @property
    def busy(self) -> bool:
        """Whether somebody of this program is asking one of them."""
        return any(member.host.figures.at_hand for member in self.members)

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
        return max(self.members, key=lambda member: member.host.writing).server.tokens(model, text_chars)

    async def preload(self, model: str, num_ctx: int, beside: Collection[Kind] = ()) -> None:
        """Load a model on all servers that have it; the first one's error where none can."""
        await self._asked(lambda server: server.preload(model, num_ctx, beside))

    async def rest(self, model: str, num_ctx: int) -> None:
        """The model is not needed for now, on any of them; one that fails keeps none from resting elsewhere.

        Those that are set aside are told as well: a server that failed once may still hold it.
        """
        rested = await asyncio.gather(
            *(member.server.rest(model, num_ctx) for member in self.members), return_exceptions=True
        )
        for error in rested:
            if isinstance(error, BaseException) and not isinstance(error, UserFacingError):
                raise error

    async def close(self) -> None:
        """Let go of connections, and keep what was learned of the servers."""
        self._hosts.remember()
        await self._placing.close()
        for member in self.members:
            await member.server.close()

    # --- asking --------------------------------------------------------------------------------------

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
        """Stream a reply as `OllamaModel.chat` does, from the server that is probably the soonest.

        Each server that takes the request says so first with a `TakenPart`.

        The errors are those of the last server that was tried.
        """
        prompt = _prompt(request)
        failed: dict[Member, UserFacingError] = {}
        ticket = Ticket(kind_of(request), prompt)
        while True:
            ranked = await self._ranked(request, prompt, failed)
            ticket = ticket.again()
            member = await self._let_through(ticket, ranked)
            if member is None:
                continue  # the server that it waited for is set aside
            begun = False
            try:
                alone = len(ranked) == 1 and not failed
                async with aclosing(self._replied(member, request, prompt, alone=alone)) as parts:
                    async for part in parts:
                        begun = begun or isinstance(part, TextPart | ToolCallPart)
                        yield part
                return
            except (*AT_FAULT, ModelNotFound) as error:
                if begun or len(self.members) == 1 or not elsewhere(error):
                    raise
                failed[member] = error
                if isinstance(error, CANNOT):
                    self._placing.lacks(member, request, error)

    async def _ranked(
        self, request: ChatRequest, prompt: str, failed: dict[Member, UserFacingError]
    ) -> Sequence[Choice]:
        """The servers that can be asked, the soonest first; the latest failure where none is left.

        Where one of them only was silent, all are asked again, and given more time.
        """
        try:
            able = await self._placing.by_time(request, prompt)
        except (ModelUnavailable, ModelFailed):
            able = []
            if not failed:
                raise
        if ranked := [choice for choice in able if choice.member not in failed]:
            return ranked
        if not (able and any(isinstance(error, TooSilent) for error in failed.values())):
            raise list(failed.values())[-1]
        failed.clear()
        return able

    async def _let_through(self, ticket: Ticket, ranked: Sequence[Choice]) -> Member | None:
        """The first server that has a place: the soonest, or another one that need not load the model.

        None that is so much slower that to wait for the soonest takes less time.
        """
        soonest = ranked[0]
        doors = {
            choice.member.host.queue: choice.member
            for choice in ranked
            if choice is soonest or (choice.loaded and choice.seconds <= LATER * soonest.seconds)
        }
        door = await admitted(ticket, list(doors))
        return None if door is None else doors[door]

    async def _replied(
        self, member: Member, request: ChatRequest, prompt: str, *, alone: bool
    ) -> AsyncGenerator[ReplyPart, None]:
        """The reply of a server that has let the request through; at its end it lets the next one through.

        Unless it is `alone`, it must begin in time, and not fall silent for long.
        """
        host, kind, final = member.host, kind_of(request), None
        asked, said = host.ask(kind, prompt), [said_by("assistant", "")]
        try:
            yield TakenPart(member.server.short_address)
            silent = None if alone else partial(self._silent, member, asked, prompt)
            gap = None if alone else host.pause(self._placing.fastest)
            async with (
                aclosing(member.server.chat(request, gap)) as parts,
                aclosing(begun_in_time(parts, silent)) as timely,
            ):
                async for part in timely:
                    if isinstance(part, FinalPart):
                        final = part
                        host.answered(asked, final)
                    elif isinstance(part, LoadingPart):
                        host.load(asked)
                    else:
                        host.heard(asked)
                        said += [part.text] if isinstance(part, TextPart) and not part.thinking else []
                    yield part
        except AT_FAULT as error:
            if at_fault(error):
                self._placing.set_aside(member, error)
            raise
        finally:
            host.over(asked, final, "".join(said))
            host.queue.leave(kind)

    async def _silent(self, member: Member, asked: Asked, prompt: str, load: int | None) -> Exception:
        """Return why a server is given up that has said nothing for too long."""
        host = member.host
        slack = host.slack
        seconds = slack * host.patience(prompt, load, self._placing.fastest) / self._doubt
        await host.silent(asked, seconds)
        host.slack = max(host.slack, 2 * slack)
        return TooSilent(
            f"The Ollama server at {member.server.address} has said nothing for {seconds:.0f} seconds.",
            "Look into the log of `ollama serve` there, and restart it.",
        )

    # --- within --------------------------------------------------------------------------------------

    async def _asked(self, ask: Callable[[OllamaModel], Awaitable[AnswerT]]) -> list[AnswerT]:
        """The answers of all servers that give one."""
        members = self._placing.ready()
        found = await asyncio.gather(*(ask(member.server) for member in members), return_exceptions=True)
        raise_unexpected(found)
        answers = [answer for answer in found if not isinstance(answer, BaseException)]
        if not answers:
            raise worst(found)
        for member, answer in zip(members, found, strict=True):
            self._placing.note(member, answer)
        self.label = members[0].server.label
        if len(self.members) > 1:
            self.label += f" on {len(answers)} of {len(self.members)} servers"
        return answers

    async def _first(self, ask: Callable[[OllamaModel], Awaitable[AnswerT]]) -> AnswerT:
        *others, last = self._placing.ready()
        for member in others:
            with suppress(ModelUnavailable, ModelFailed):
                return await ask(member.server)
        return await ask(last.server)


def _prompt(request: ChatRequest) -> str:
    return "".join(said_by(message.role, message.content) for message in request.messages)


def said_by(role: str, text: str) -> str:
    """A message as a part of a prompt."""
    return f"<{role}>{text}"


@model(name="ollama")
def ollama(address: str, cloud: bool = False, hosts: Hosts | None = None) -> ChatModel:
    """The models of the Ollama server at `address`; of `OLLAMA_HOST` or this machine where it is empty.

    Several addresses with commas between them make a pool.
    """
    return OllamaPool([OllamaModel(host, cloud=cloud) for host in hosts_in(address)], hosts)
