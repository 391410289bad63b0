"""The scripted server, writing down when it was asked what and what it said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from agents.models._ollama.connection import AFTERWARDS
from tests.benchmarks.machine.reckoning import Exchange
from tests.support.ollama.http import HttpRequest, Responder
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama.speech import read_call
from tests.support.ollama_server import OllamaServer

_TOGETHER = 0.01  # seconds in which requests that are sent together all arrive
_LINE = 400  # characters; how finely a reply is cut is not what is measured here


class RecordingServer(OllamaServer):
    """A server whose `exchanges` a machine can reckon with."""

    def __init__(self, reply: Callable[[ChatCall], Scripted], models: tuple[str, ...]) -> None:
        self._script = reply
        self._said: dict[str, str] = {}
        self.exchanges: list[Exchange] = []
        super().__init__(self._remembered, [ServedModel(name) for name in models])

    def _remembered(self, call: ChatCall) -> Scripted:
        scripted = self._script(call)
        scripted.chunk = _LINE
        self._said[call.prompt] = f"<assistant>{scripted.content}"
        return scripted

    async def _chat(self, request: HttpRequest, responder: Responder) -> None:
        began, call = time.monotonic(), read_call(request)
        if not call.messages and call.keep_alive == AFTERWARDS:  # asks only a model that is loaded
            await super()._chat(request, responder)
            return
        await asyncio.sleep(_TOGETHER)
        try:
            await super()._chat(request, responder)
        finally:
            reply = self._said.get(call.prompt, "")
            ended, unloads = time.monotonic(), not call.messages and call.keep_alive in (0, "0")
            self.exchanges.append(
                Exchange(call.model, call.num_ctx, call.prompt, reply, began, ended, unloads)
            )
