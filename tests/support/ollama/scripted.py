"""What a scripted server is told to say, and what it writes down of being asked."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

CHARACTERS_PER_TOKEN = 4
HOLDING = 32
"""Tokens that `agents.places` asks for while others take their places; earlier engines know of none."""
DEFAULT_CONTEXT = 4096

FAULTS = (
    "",
    "not_found",  # 404, as if the model were not there
    "busy",  # 503, as if the queue were full
    "http_error",  # 500 before the reply
    "error_line",  # an error in the middle of the stream
    "cut",  # the connection breaks in the middle of the stream
    "no_done",  # the stream ends properly without its last line
    "garbage",  # a line that is not JSON
    "hang",  # nothing more comes, and the connection stays
    "empty",  # a reply without a word
    "invalid_json",  # the reply's own text is broken JSON
    "truncated",  # half of the reply, with done_reason "length"
    "endless",  # the reply again and again
)

_ROLE = re.compile(r"\s*You are ([^.,\n]+)")
_TEAM = "You are Software Team."


@dataclass(slots=True)
class Scripted:
    """One reply. `wait` is the seconds before its first line, `delay` those between lines.

    `chunk` is the number of characters in a line; `tool_calls` are names with arguments; `fault` is one of
    `FAULTS`.
    """

    content: str = ""
    thinking: str = ""
    tool_calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    done_reason: str = "stop"
    fault: str = ""
    wait: float = 0.0
    delay: float = 0.0
    chunk: int = 12
    logprob: float = -0.25

    def __post_init__(self) -> None:
        check_fault(self.fault)


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that the server has: `size` in bytes, `context` in tokens; `listed` only if it says so.

    `stops` are those of its own file, which count where a request names none.
    """

    name: str
    context: int = 32_768
    capabilities: tuple[str, ...] = ("completion", "tools")
    size: int = 4_683_087_332
    parameters: str = "7.6B"
    quantization: str = "Q4_K_M"
    remote_host: str = ""
    listed: bool = True
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """The server loaded a model; `reload` when it was loaded already with other options."""

    model: str
    num_ctx: int
    reload: bool = False


@dataclass(slots=True)
class ChatCall:
    """One request for a reply, with what the server made of it.

    `prompt_tokens` is the count that it reports, `dropped` the messages that it left out for lack of
    context, `cached_tokens` the part of the prompt that begins like the one before.
    """

    model: str
    messages: list[dict[str, Any]]
    options: dict[str, Any] = field(default_factory=dict)
    format: dict[str, Any] | str | None = None
    think: bool | str | None = None
    tools: list[dict[str, Any]] = field(default_factory=list)
    keep_alive: float | str | None = None
    stream: bool = True
    logprobs: bool = False
    path: str = "/api/chat"
    headers: dict[str, str] = field(default_factory=dict)
    prompt_tokens: int = 0
    cached_tokens: int = 0
    dropped: int = 0

    @property
    def num_ctx(self) -> int:
        """The context that is asked for, in tokens."""
        return int(self.options.get("num_ctx", DEFAULT_CONTEXT))

    @property
    def takes_a_place(self) -> bool:
        """Whether it is only to be read, into a place of the prompt cache."""
        return self.options.get("num_predict") in (1, HOLDING)

    @property
    def system(self) -> str:
        """The first system message, or nothing."""
        return next((said["content"] for said in self.messages if said["role"] == "system"), "")

    @property
    def shared(self) -> bool:
        """Whether a whole team speaks in this talk."""
        return self.system.startswith(_TEAM)

    @property
    def role(self) -> str:
        """The `<Role>` of a system message that begins `You are <Role>`, up to a period, comma or newline.

        In a talk that a team shares it is whom the latest message speaks to.
        """
        told = [str(said.get("content", "")) for said in self.messages if said["role"] == "user"]
        texts = [*reversed(told), self.system] if self.shared else [self.system]
        found = next((found for text in texts if (found := _ROLE.match(text))), None)
        return found.group(1).removesuffix(" again").strip() if found else ""

    @property
    def title(self) -> str:
        """The title of the format that the reply must have, or nothing."""
        return str(self.format.get("title", "")) if isinstance(self.format, dict) else ""

    @property
    def last(self) -> str:
        """The text of the last message."""
        return str(self.messages[-1].get("content", "")) if self.messages else ""

    @property
    def prompt(self) -> str:
        """The whole prompt, as it would stand before the model."""
        tools = "".join(str(tool) for tool in self.tools)
        return tools + "".join(f"<{said['role']}>{said.get('content', '')}" for said in self.messages)


ReplyScript: TypeAlias = Callable[[ChatCall], "Scripted | str"]


def check_fault(name: str) -> str:
    """The name itself; `ValueError` when there is no such fault."""
    if name not in FAULTS:
        raise ValueError(f"no such fault: {name!r}; there are {', '.join(FAULTS[1:])}")
    return name


def count_tokens(text: str) -> int:
    """How many tokens the scripted models make of a text."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def fit(messages: Sequence[Mapping[str, Any]], num_ctx: int) -> tuple[int, int]:
    """How Ollama cuts a prompt, in silence: the tokens that are left, and how many messages were dropped.

    The oldest messages that are no system messages go first, never the last one; then the middle is cut.
    """
    kept = list(messages)
    dropped = 0

    def tokens() -> int:
        return count_tokens("".join(str(said.get("content", "")) for said in kept))

    while tokens() > num_ctx:
        droppable = [said for said in kept[:-1] if said["role"] != "system"]
        if not droppable:
            return num_ctx, dropped
        kept.remove(droppable[0])
        dropped += 1
    return tokens(), dropped


def common_start(one: str, other: str) -> str:
    """What both texts begin with."""
    lengths = range(1, min(len(one), len(other)) + 1)
    return one[: bisect_left(lengths, True, key=lambda length: one[:length] != other[:length])]
