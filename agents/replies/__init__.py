"""What a model's reply means: files, typed values, tool calls, and the thinking before them."""

from agents.replies.continuation import join
from agents.replies.document import read_document
from agents.replies.edits import Edit
from agents.replies.files import FilesReply, read_files
from agents.replies.rendering import as_markdown
from agents.replies.settled import Settling
from agents.replies.thinking import without_thinking
from agents.replies.toolcalls import read_tool_calls
from agents.replies.values import read_value

__all__ = [
    "Edit",
    "FilesReply",
    "Settling",
    "as_markdown",
    "join",
    "read_document",
    "read_files",
    "read_tool_calls",
    "read_value",
    "without_thinking",
]
