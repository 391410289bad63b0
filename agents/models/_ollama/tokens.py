"""How many tokens a text has, learned from the server's own counts, since it offers no tokenizer."""

from __future__ import annotations

import json
import math

from agents.contracts import ChatRequest

_UNKNOWN_RATIO = 3.5
# Prompts below this are mostly the chat template's own tokens and teach nothing about text.
_LEAST_TO_LEARN = 400
# Outside of these no tokenizer reads natural text or code; the count would be of something else.
_PLAUSIBLE = (0.8, 8.0)
# A prompt that is counted at less than this share of what it must have been has lost messages.
_CLEARLY_LESS = 0.6
# Older counts weigh less, so that a run's own texts decide.
_REMEMBERED = 0.9


def prompt_characters(request: ChatRequest) -> int:
    """The characters of a request that the server turns into tokens: messages, tool calls and tools."""
    messages = sum(
        len(message.content) + sum(len(json.dumps(dict(call.arguments))) for call in message.tool_calls)
        for message in request.messages
    )
    tools = sum(len(tool.description) + len(json.dumps(dict(tool.parameters))) for tool in request.tools)
    return messages + tools


class TokenCounts:
    """Characters per token of each model."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[float, float]] = {}

    def ratio(self, model: str) -> float:
        """Characters per token: learned, or 3.5 until something was learned."""
        characters, tokens = self._seen.get(model, (_UNKNOWN_RATIO, 1.0))
        return characters / tokens

    def estimate(self, model: str, characters: int) -> int:
        """How many tokens a text of so many characters probably has."""
        return math.ceil(characters / self.ratio(model))

    def learn(self, model: str, characters: int, tokens: int) -> None:
        """Take in that the server counted `tokens` in a whole prompt of so many characters."""
        if characters < _LEAST_TO_LEARN or tokens <= 0:
            return
        least, most = _PLAUSIBLE
        if least <= characters / tokens <= most:
            old_characters, old_tokens = self._seen.get(model, (0.0, 0.0))
            self._seen[model] = (
                old_characters * _REMEMBERED + characters,
                old_tokens * _REMEMBERED + tokens,
            )

    def was_cut(self, model: str, num_ctx: int, characters: int, tokens: int) -> bool:
        """Whether the server dropped a part of a prompt that it counted at `tokens`.

        It did when what it read fills the whole context (the middle was cut), or when the prompt cannot
        have fit and the count is clearly below what it must have been (messages were dropped). Until the
        model's ratio is known, the highest plausible one stands for it: a false alarm is worse than none.
        """
        if tokens <= 0:
            return False
        if tokens >= num_ctx - 1:
            return True
        ratio = self.ratio(model) if model in self._seen else _PLAUSIBLE[1]
        expected = characters / ratio
        return expected > num_ctx and tokens < expected * _CLEARLY_LESS
