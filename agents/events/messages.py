"""What agents say, while it comes and when it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Origin: TypeAlias = Literal["model", "template", "user", "engine"]
Ended: TypeAlias = Literal["", "enough", "unneeded"]  # it holds what was asked for; another one holds


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBegun:
    """An agent's turn begins: the model has been asked, nothing has been said yet."""

    message: str
    speaker: str
    to: str
    phase: str
    model: str = ""
    kind: Literal["message_begun"] = "message_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLoading:
    """The server is loading the model that `message` waits for. Ephemeral."""

    message: str
    model: str
    size: int = 0
    kind: Literal["model_loading"] = "model_loading"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStreamed:
    """A piece of a reply (or of the thinking before it). Ephemeral: `MessageCompleted` has it whole."""

    message: str
    text: str
    thinking: bool = False
    kind: Literal["text_streamed"] = "text_streamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCompleted:
    """A message as it is kept: `text` is Markdown; tokens and durations are the server's own count.

    `step` is the key of the journal's step with the exact request and reply, empty for a template's text.
    `context` is the number of tokens the model was given room for. Of the `seconds` of the whole call it
    read its prompt for `reading_seconds` (0 where the server does not say) and wrote for `writing_seconds`.
    `ended` says why we ended the reply, empty when the model did: then the server's count did not come, and
    tokens are estimated, durations by our clock. `host` is the short address of the server that replied.
    """

    message: str
    speaker: str
    to: str
    phase: str
    text: str
    thinking: str = ""
    origin: Origin = "model"
    model: str = ""
    step: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    context: int = 0
    seconds: float = 0.0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    ended: Ended = ""
    host: str = ""
    kind: Literal["message_completed"] = "message_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCut:
    """A turn was ended before it was complete (stop, lost connection); `text` is what had come."""

    message: str
    text: str
    reason: str
    kind: Literal["message_cut"] = "message_cut"
