"""What talks to a model server, and the plain data that crosses that seam."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

Json: TypeAlias = dict[str, Any]
MessageRole: TypeAlias = Literal["system", "user", "assistant", "tool"]
Think: TypeAlias = bool | Literal["low", "medium", "high", "max"] | None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model asks for, natively or written as JSON text."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a conversation as it is sent."""

    role: MessageRole
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_name: str = ""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Options of a request. `num_ctx` stays the same for a model during a run: a change reloads it."""

    num_ctx: int
    temperature: float | None = None
    seed: int | None = None
    num_predict: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely a model is to choose its words in one call; None leaves it to the server.

    Samples that shall differ need a temperature above 0 and a seed each.
    """

    temperature: float | None = None
    seed: int | None = None


USUAL = Sampling()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request to a model. `format` is the JSON schema that the reply must fit.

    `refused_by` names the servers (as `TakenPart` does) whose replies to this could not be used, one entry a
    reply; it is no part of what is asked.
    """

    model: str
    messages: tuple[ChatMessage, ...]
    options: ModelOptions
    format: Mapping[str, Any] | None = None
    tools: tuple[ToolSpec, ...] = ()
    think: Think = None
    logprobs: bool = False
    refused_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of the reply, or of the thinking before it."""

    text: str
    thinking: bool = False
    logprobs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A native tool call in a reply."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A server takes the request, which may have waited for it; `host` is its short address."""

    host: str


@dataclass(frozen=True, slots=True)
class LoadingPart:
    """The server loads the model first; `size` in bytes, 0 where unknown."""

    size: int = 0


@dataclass(frozen=True, slots=True)
class FinalPart:
    """The end of a reply with the server's own figures; durations in seconds.

    `truncated`: the reply was cut at its length limit. `prompt_cut`: the server dropped a part of the
    prompt because it did not fit.
    """

    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    loading_seconds: float = 0.0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    prompt_cut: bool = False


ReplyPart: TypeAlias = TextPart | ToolCallPart | TakenPart | LoadingPart | FinalPart


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a server says of a model: sizes in bytes, `context` in tokens (0 where unknown).

    `loaded` is the memory it takes now, 0 when it is not loaded, and `loaded_context` the context it has.
    `remote` is the host of a cloud model, empty for one that runs on the server itself.
    """

    name: str
    size: int = 0
    context: int = 0
    capabilities: frozenset[str] = frozenset()
    parameters: str = ""
    quantization: str = ""
    loaded: int = 0
    remote: str = ""
    loaded_context: int = 0


@dataclass(frozen=True, slots=True)
class HostFigures:
    """How a server stands with this program: requests that it has and that wait for it, and what was learned.

    `at_once` is how many it answers at the same time; `writing` and `reading` are tokens a second, 0 where
    unknown. `problem` says why it is set aside.
    """

    at_hand: int = 0
    waiting: int = 0
    at_once: int = 1
    writing: float = 0.0
    reading: float = 0.0
    problem: str = ""


class ChatModel(Protocol):
    """A server of models. Every failure it meets is raised as one of `agents.errors`."""

    name: str
    label: str  # what stands in the window where a server is named, e.g. "Ollama 0.33"
    cloud: bool  # whether its models that run on somebody else's machine may be asked

    @property
    def at_once(self) -> int:
        """How many requests it is known to answer at the same time; at least 1."""

    @property
    def hosts(self) -> int:
        """How many machines answer: what is asked of one at the same time shares its speed."""

    async def models(self) -> Sequence[ModelInfo]:
        """The models that the server has."""

    async def describe(self, model: str) -> ModelInfo:
        """One model with its context length and capabilities; `ModelNotFound` when it is not there."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
        """Stream a reply, ending with one `FinalPart`. Closing the generator ends the generation."""

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text."""

    def tokens(self, model: str, text_chars: int) -> int:
        """How many tokens a text of so many characters probably has for `model`."""

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class KeepsModels(Protocol):
    """A server that can be told when its models are needed."""

    async def preload(self, model: str, num_ctx: int, beside: Collection[tuple[str, int]] = ()) -> None:
        """Load a model with this context, if it is not loaded; never in the place of those `beside`.

        Those are models with their contexts in tokens.
        """

    def expect(self, at_once: int) -> None:
        """So many requests will be made at the same time; until it is seen otherwise it answers them so."""

    async def rest(self, model: str, num_ctx: int) -> None:
        """The model is not needed for now: its memory is freed soon, unless somebody asks it before."""
