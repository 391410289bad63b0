"""Places of a server's prompt cache, kept for agents so that their talks need not be read again [ours].

A server that answers several requests at once has as many places, each with the text that it read and wrote
last. A request goes to the free place whose text begins most like it, the first of equals: one after another,
they would all share the first, since all begin with `You are`. So the first place is left for all the others:
while the server writes to one of them there, the first words of those whose talks grow long are sent at the
same time once, which gives each a place of its own.

Whether the server really has them is seen by how long it reads: where talks that go on are read from their
beginning after all, no place is kept any more. That follows from the replies alone, so it replays alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from agents.contracts import ChatMessage, ChatModel, ChatRequest, KeepsModels, TextPart
from agents.errors import UserFacingError
from agents.received import ChatReply
from agents.together import together

LEAST_PLACES = 4  # with fewer, who speaks in between takes the place of who was to keep it
TELLING = 400  # tokens: shorter prompts are read too soon to tell anything
MOSTLY = 0.5  # a talk goes on in what is known of it if that is more than this part
DISAPPOINTED = 2  # talks that were read again, until none is believed to be kept
HOLDING = 32  # tokens that the server may write while it takes in the others' first words


@dataclass(slots=True)
class Places:
    """The agents whose talks the server holds, whoever speaks in between, by their paths."""

    kept: frozenset[str] = frozenset()
    _first_words: Sequence[ChatRequest] = field(default=())
    _heard: dict[str, tuple[ChatMessage, ...]] = field(default_factory=dict)  # their latest requests
    _speeds: dict[str, float] = field(default_factory=dict)  # tokens a second of each model, read anew
    _again: int = 0

    def keep(self, kept: Sequence[str], first_words: Sequence[ChatRequest]) -> None:
        """From now on so; `first_words` are the beginnings of everybody else's requests and of theirs."""
        self.kept = frozenset(kept)
        self._first_words = first_words

    async def take(self, server: ChatModel, model: str) -> None:
        """Give each its place whom `model` speaks for, once: before it is first asked, so when it is loaded.

        Never fails: what is in the way, the next request will tell. They are still to be taken where this is
        cancelled.
        """
        taken = [words for words in self._first_words if words.model == model]
        self._first_words = [words for words in self._first_words if words.model != model]
        if taken and isinstance(server, KeepsModels):
            try:
                await _each_read_beside_the_first(server, *taken)
            except asyncio.CancelledError:
                self._first_words = [*taken, *self._first_words]
                raise

    def learn(self, agent: str, request: ChatRequest, reply: ChatReply) -> bool:
        """What a reply says of how much was read for it; whether no place is believed to be kept any more."""
        if agent not in self.kept or not reply.prompt_tokens:  # the user spoke, and the server read nothing
            return False
        before, self._heard[agent] = self._heard.get(agent, ()), request.messages
        if reply.prompt_tokens < TELLING or reply.reading_seconds <= 0:
            return False
        if request.messages[: len(before)] != before or not before:
            speed = reply.prompt_tokens / reply.reading_seconds
            self._speeds[request.model] = max(speed, self._speeds.get(request.model, 0.0))
            return False
        known = _characters(before) / _characters(request.messages)
        usual = self._speeds.get(request.model, 0.0)
        if known > MOSTLY and usual:
            expected = reply.prompt_tokens / usual * (1 - known / 2)  # half way between both
            self._again += reply.reading_seconds > expected
        if self._again < DISAPPOINTED:
            return False
        self.kept = frozenset()
        return True


def _characters(messages: Sequence[ChatMessage]) -> int:
    return sum(len(message.content) for message in messages)


async def _each_read_beside_the_first(server: ChatModel, first: ChatRequest, *others: ChatRequest) -> None:
    """Let the server read all; those after the first while it writes to that, in the first place.

    It need not write to its end. Nobody waits for that either, unless the server answers fewer at once.
    """
    begun = asyncio.Event()
    writing = asyncio.create_task(_read(server, first, HOLDING, begun))
    writing.add_done_callback(lambda _: begun.set())
    try:
        await begun.wait()
        await together([_read(server, words, 1) for words in others])
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _read(
    server: ChatModel, words: ChatRequest, tokens: int, begun: asyncio.Event | None = None
) -> None:
    """Let the server read this and write so many tokens; `begun` is set once it writes."""
    options = replace(words.options, num_predict=tokens)
    request = replace(words, messages=(*words.messages, ChatMessage("user", ".")), options=options)
    with suppress(UserFacingError):
        async for part in server.chat(request):
            if begun and isinstance(part, TextPart):
                begun.set()
