"""The protocols of everything exchangeable, and the plain data that crosses them. One screen each.

`ChatModel` talks to a model server, `Sandbox` runs programs, `Consumer` watches a run, `User` answers
its questions. A workflow sees none of them: it works with a `Run`.
"""

from agents.contracts.models import (
    USUAL,
    ChatMessage,
    ChatModel,
    ChatRequest,
    FinalPart,
    HostFigures,
    Json,
    KeepsModels,
    LoadingPart,
    MessageRole,
    ModelInfo,
    ModelOptions,
    ReplyPart,
    Sampling,
    TakenPart,
    TextPart,
    Think,
    ToolCall,
    ToolCallPart,
    ToolSpec,
)
from agents.contracts.people import Answer, Consumer, Question, User
from agents.contracts.programs import PLACES, Command, EndedBy, Execution, Limits, OnOutput, Sandbox
from agents.contracts.work import Outcome, Task, Verdict

__all__ = [
    "PLACES",
    "USUAL",
    "Answer",
    "ChatMessage",
    "ChatModel",
    "ChatRequest",
    "Command",
    "Consumer",
    "EndedBy",
    "Execution",
    "FinalPart",
    "HostFigures",
    "Json",
    "KeepsModels",
    "Limits",
    "LoadingPart",
    "MessageRole",
    "ModelInfo",
    "ModelOptions",
    "OnOutput",
    "Outcome",
    "Question",
    "ReplyPart",
    "Sampling",
    "Sandbox",
    "TakenPart",
    "Task",
    "TextPart",
    "Think",
    "ToolCall",
    "ToolCallPart",
    "ToolSpec",
    "User",
    "Verdict",
]
