"""The faults that befall a reply of the scripted server: before its first line, or in the middle of it."""

from __future__ import annotations

import asyncio

from tests.support.ollama.http import Responder
from tests.support.ollama.scripted import ChatCall


async def fails(call: ChatCall, fault: str, responder: Responder) -> bool:
    """Whether a fault befell the request before its first line; then it was told."""
    words = {
        "not_found": (404, f"model '{call.model}' not found"),
        "busy": (503, "server busy, please try again.  maximum pending requests exceeded"),
        "http_error": (500, "llama runner process has terminated: exit status 2"),
        "too_large": (500, "model requires more system memory (9.1 GiB) than is available (3.2 GiB)"),
    }
    if fault not in words:
        return False
    status, error = words[fault]
    await responder.send(status, {"error": error})
    return True


async def breaks(fault: str, responder: Responder) -> bool:
    """Whether a fault ends the stream here."""
    match fault:
        case "error_line":
            await responder.line({"error": "an error was encountered while running the model"})
            await responder.end()
        case "no_done":
            await responder.end()
        case "garbage":
            await responder.line("<html>not a line of JSON</html>")
            await responder.end()
        case "cut":
            responder.cut()
        case "hang":
            await asyncio.Event().wait()
        case _:
            return False
    return True
