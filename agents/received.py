"""A model's reply: its parts as they come, and the whole as the journal keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from agents.contracts import (
    FinalPart,
    Json,
    LoadingPart,
    ReplyPart,
    TakenPart,
    TextPart,
    ToolCall,
    ToolCallPart,
)
from agents.events import Ended
from agents.replies import Settling, without_thinking

Enough: TypeAlias = Callable[[str], str | None]
"""Of a reply so far (without its thinking) the part that is needed, once that is complete; None before."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A model's whole reply, as it is kept in the journal."""

    text: str
    thinking: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    prompt_cut: bool = False
    endless: bool = False
    broken: bool = False  # it could not become readable any more, and was ended
    ended: Ended = ""
    host: str = ""

    @classmethod
    def from_json(cls, stored: Json) -> ChatReply:
        """The reply recorded in the journal."""
        calls = tuple(ToolCall(**call) for call in stored.pop("tool_calls"))
        return cls(**stored, tool_calls=calls)


@dataclass(frozen=True, slots=True)
class WholeReply:
    """A reply with what continued it.

    `endless`: nothing in it can be trusted. `ended`: the model itself ended it there, at the first go.
    """

    text: str
    endless: bool
    ended: bool


class Received:
    """The parts of a reply as they come.

    `fits` says of a typed one whether an object is what was asked, `enough` of another one what is needed.
    `unneeded` is set when the whole reply is no longer; `host` is the server that has taken the request.
    """

    def __init__(self, fits: Callable[[str], bool] | None = None, enough: Enough | None = None) -> None:
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._calls: list[ToolCall] = []
        self._final: FinalPart | None = None
        self.host = ""
        self._started = time.monotonic()
        self._settling = Settling(fits) if fits else None
        self._value = ""
        self._broken = False
        self._enough = enough
        self._writing_since = 0.0
        self.unneeded = False
        self.endless = False

    @property
    def text(self) -> str:
        """What has come of the answer."""
        return self._value or "".join(self._text)

    @property
    def settled(self) -> bool:
        """Whether nothing that follows can change what is read: the rest need not be written."""
        return bool(self._value) or self._broken

    def add(self, part: ReplyPart) -> None:
        """Take in the next part."""
        match part:
            case TextPart():
                self._writing_since = self._writing_since or time.monotonic()
                (self._thinking if part.thinking else self._text).append(part.text)
                if self._settling and not part.thinking:
                    self._settle(self._settling, part.text)
                if self._enough and not part.thinking and part.text.strip():
                    self._value = self._enough(without_thinking(self.text)[0]) or ""
            case ToolCallPart():
                self._calls.append(part.call)
            case FinalPart():
                self._final = part
            case TakenPart():
                self.host, self._started = part.host, time.monotonic()  # until then it only waited
            case LoadingPart():
                pass
            case _:
                assert_never(part)

    def _settle(self, settling: Settling, text: str) -> None:
        verdict = settling.take(text)
        self._value = settling.value if verdict == "complete" else ""
        self._broken = verdict == "broken"

    def reply(self, prompt_characters: int, tokens_of: Callable[[int], int]) -> ChatReply:
        """The whole reply. One that was ended has no figures of the server.

        Then `tokens_of` estimates the tokens of a number of characters; a part of a stream is at least one.
        """
        answer, tagged = without_thinking(self.text)
        final = self._final or self._estimated(prompt_characters, tokens_of)
        return ChatReply(
            text=answer,
            thinking=("".join(self._thinking) + tagged).strip(),
            tool_calls=tuple(self._calls),
            prompt_tokens=final.prompt_tokens,
            output_tokens=final.output_tokens,
            seconds=final.seconds or time.monotonic() - self._started,
            reading_seconds=final.reading_seconds,
            writing_seconds=final.writing_seconds,
            truncated=final.truncated,
            prompt_cut=final.prompt_cut,
            endless=self.endless,
            broken=self._broken,
            ended=self._ended,
            host=self.host,
        )

    @property
    def _ended(self) -> Ended:
        if self.unneeded:
            return "unneeded"
        return "enough" if self._value and self._final is None else ""

    def _estimated(self, prompt_characters: int, tokens_of: Callable[[int], int]) -> FinalPart:
        parts = [*self._thinking, *self._text]
        return FinalPart(
            prompt_tokens=tokens_of(prompt_characters),
            output_tokens=max(len(parts), tokens_of(sum(map(len, parts)))),
            writing_seconds=time.monotonic() - self._writing_since if parts else 0.0,
        )
