"""What all agents of a run share: its log, its journal, the model server, the user's remarks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import assert_never

from agents.cast import Cast
from agents.contracts import (
    ChatModel,
    ChatRequest,
    FinalPart,
    Json,
    LoadingPart,
    ReplyPart,
    TextPart,
    ToolCall,
    ToolCallPart,
)
from agents.errors import EndlessReply, ModelFailed, ModelUnavailable
from agents.events import (
    EVERYONE,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    ModelLoading,
    NoticeGiven,
    TextStreamed,
)
from agents.journal import Journal, Performed
from agents.replies import without_thinking
from agents.store.runlog import RunLog


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A model's whole reply, as it is kept in the journal."""

    text: str
    thinking: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    prompt_cut: bool = False
    endless: bool = False

    @classmethod
    def from_json(cls, stored: Json) -> ChatReply:
        """The reply recorded in the journal."""
        calls = tuple(ToolCall(**call) for call in stored.pop("tool_calls"))
        return cls(**stored, tool_calls=calls)


@dataclass(slots=True)
class Totals:
    """What a run has cost so far; the same in a replay, since replayed steps count too."""

    utterances: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of an agent: who speaks to whom, under which key, and how the reply is shown."""

    key: str
    speaker: str
    to: str
    phase: str
    render: Callable[[str], str]


class Inbox:
    """The user's remarks that no agent has heard yet."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, str]] = []

    def put(self, remark: str, to: str, text: str) -> None:
        """Keep a remark (by its identity) until its addressee's next turn."""
        self._waiting.append((remark, to, text))

    def take(self, agent: str) -> list[tuple[str, str]]:
        """The remarks, with their identities, that `agent` is the first to hear; they are gone then."""
        heard = [(remark, text) for remark, to, text in self._waiting if to in (agent, EVERYONE)]
        self._waiting = [waiting for waiting in self._waiting if waiting[1] not in (agent, EVERYONE)]
        return heard


@dataclass(slots=True)
class Stage:
    """The shared ground of a run's agents."""

    log: RunLog
    journal: Journal
    server: ChatModel
    cast: Cast
    inbox: Inbox = field(default_factory=Inbox)
    totals: Totals = field(default_factory=Totals)
    think: bool | None = None

    async def chat(self, turn: Turn, request: ChatRequest, remarks: list[tuple[str, str]]) -> ChatReply:
        """A model's reply to `request`: from the journal, or asked for now, streamed to whoever watches.

        `remarks` are the user's, already part of the request's last message; they are recorded aside.
        """
        stored = await self.journal.step(
            turn.key,
            "chat",
            _request_json(request),
            lambda: self._ask(turn, request),
            aside={"remarks": [list(remark) for remark in remarks]},
        )
        reply = ChatReply.from_json(stored)
        self.totals.model_calls += 1
        self.totals.utterances += 1
        self.totals.prompt_tokens += reply.prompt_tokens
        self.totals.output_tokens += reply.output_tokens
        self.totals.seconds += reply.seconds
        self._report(turn, request, reply)
        return reply

    def _report(self, turn: Turn, request: ChatRequest, reply: ChatReply) -> None:
        problems = {
            "The reply was cut off at its length limit.": reply.truncated,
            "The reply repeated itself and was ended.": reply.endless,
            f"The prompt did not fit the context of {request.options.num_ctx:,} tokens; "
            "the server dropped a part of it.": reply.prompt_cut,
        }
        for text, happened in problems.items():
            if happened:
                notice = NoticeGiven(text=text, level="warning", phase=turn.phase, agent=turn.speaker)
                self.log.emit(notice, f"notice:{turn.key}:{text[:12]}")

    async def _ask(self, turn: Turn, request: ChatRequest) -> Performed:
        begun = MessageBegun(
            message=turn.key, speaker=turn.speaker, to=turn.to, phase=turn.phase, model=request.model
        )
        self.log.emit(begun, f"begun:{turn.key}")
        received = _Received()
        try:
            async with aclosing(self.server.chat(request)) as parts:
                async for part in parts:
                    received.add(part)
                    if shown := _shown(part, turn.key, request.model):
                        self.log.emit(shown)
        except EndlessReply:
            received.endless = True
        except (ModelFailed, ModelUnavailable) as error:
            self.log.emit(MessageCut(message=turn.key, text=received.text, reason=error.message))
            raise
        except asyncio.CancelledError:
            self.log.emit(MessageCut(message=turn.key, text=received.text, reason="stopped"))
            raise
        reply = received.reply()
        completed = MessageCompleted(
            message=turn.key,
            speaker=turn.speaker,
            to=turn.to,
            phase=turn.phase,
            text=turn.render(reply.text),
            thinking=reply.thinking,
            model=request.model,
            step=turn.key,
            prompt_tokens=reply.prompt_tokens,
            output_tokens=reply.output_tokens,
            context=request.options.num_ctx,
            seconds=reply.seconds,
            writing_seconds=reply.writing_seconds,
            truncated=reply.truncated or reply.endless,
        )
        return Performed(asdict(reply), [(completed, f"message:{turn.key}")])


class _Received:
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
        return "".join(self._text)

    def add(self, part: ReplyPart) -> None:
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
        answer, tagged = without_thinking(self.text)
        return ChatReply(
            text=answer,
            thinking=("".join(self._thinking) + tagged).strip(),
            tool_calls=tuple(self._calls),
            prompt_tokens=self._final.prompt_tokens,
            output_tokens=self._final.output_tokens,
            seconds=self._final.seconds or time.monotonic() - self._started,
            writing_seconds=self._final.writing_seconds,
            truncated=self._final.truncated,
            prompt_cut=self._final.prompt_cut,
            endless=self.endless,
        )


def _shown(part: ReplyPart, message: str, model: str) -> TextStreamed | ModelLoading | None:
    match part:
        case TextPart():
            return TextStreamed(message=message, text=part.text, thinking=part.thinking)
        case LoadingPart():
            return ModelLoading(message=message, model=model, size=part.size)
        case _:
            return None


def _request_json(request: ChatRequest) -> Json:
    """The request as plain data, as the journal keeps it."""
    return {
        "model": request.model,
        "messages": [
            {name: value for name, value in asdict(message).items() if value} for message in request.messages
        ],
        "format": request.format,
        "tools": [asdict(tool) for tool in request.tools],
        "options": asdict(request.options),
        "think": request.think,
    }
