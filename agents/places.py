"""Places of a server's prompt cache, kept for agents so that their talks need not be read again [ours].

A server that answers several requests at once has as many places, each with the text that it read and wrote
last. A request goes to the free place whose text begins most like it: one after another, they would all share
the first, since all begin with `You are`. So the first words of those whose talks grow long are sent at the
same time once, which gives each a place of its own; one place is left for all the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from agents.contracts import ChatMessage, ChatModel, ChatRequest, KeepsModels
from agents.errors import UserFacingError
from agents.together import together

LEAST_PLACES = 4  # with fewer, who speaks in between takes the place of who was to keep it


@dataclass(slots=True)
class Places:
    """The agents whose talks the server holds, whoever speaks in between, by their paths."""

    kept: frozenset[str] = frozenset()
    _first_words: Sequence[ChatRequest] = field(default=())

    def keep(self, kept: Sequence[str], first_words: Sequence[ChatRequest]) -> None:
        """From now on so; `first_words` are the beginnings of theirs and of everybody else's requests."""
        self.kept = frozenset(kept)
        self._first_words = first_words

    async def take(self, server: ChatModel) -> None:
        """Give each its place, once. Never fails: what is in the way, the next request will tell."""
        first_words, self._first_words = self._first_words, ()
        if first_words and isinstance(server, KeepsModels):
            await together([_read(server, words) for words in first_words])


async def _read(server: ChatModel, words: ChatRequest) -> None:
    """Let the server read this; one token is the least that it writes."""
    options = replace(words.options, num_predict=1)
    request = replace(words, messages=(*words.messages, ChatMessage("user", ".")), options=options)
    with suppress(UserFacingError):
        async for _ in server.chat(request):
            pass
