"""A model's reply: its parts as they come, and the whole as the journal keeps it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import assert_never

from agents.contracts import FinalPart, Json, LoadingPart, ReplyPart, TextPart, ToolCall, ToolCallPart
from agents.replies import without_thinking


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

    @classmethod
    def from_json(cls, stored: Json) -> ChatReply:
        """The reply recorded in the journal."""
        calls = tuple(ToolCall(**call) for call in stored.pop("tool_calls"))
        return cls(**stored, tool_calls=calls)


class Received:
    """The parts of a reply as they come."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._calls: list[ToolCall] = []
        self._final = FinalPart()
        self._started = time.monotonic()
        self.endless = False

    @property
    def text(self) -> str:
        """What has come of the answer."""
        return "".join(self._text)

    def add(self, part: ReplyPart) -> None:
        """Take in the next part."""
        match part:
            case TextPart():
                (self._thinking if part.thinking else self._text).append(part.text)
            case ToolCallPart():
                self._calls.append(part.call)
            case FinalPart():
                self._final = part
            case LoadingPart():
                pass
            case _:
                assert_never(part)

    def reply(self) -> ChatReply:
        """The whole reply."""
        answer, tagged = without_thinking(self.text)
        return ChatReply(
            text=answer,
            thinking=("".join(self._thinking) + tagged).strip(),
            tool_calls=tuple(self._calls),
            prompt_tokens=self._final.prompt_tokens,
            output_tokens=self._final.output_tokens,
            seconds=self._final.seconds or time.monotonic() - self._started,
            reading_seconds=self._final.reading_seconds,
            writing_seconds=self._final.writing_seconds,
            truncated=self._final.truncated,
            prompt_cut=self._final.prompt_cut,
            endless=self.endless,
        )
