"""A scripted Ollama server: the real wire format over a real socket, with replies and faults by script.

    with OllamaServer(lambda call: f"I am the {call.role}.") as server:
        model = OllamaModel(server.address)

or as a command that prints its address: `python -m tests.support.ollama_server --script FILE --port 0`, with
a script as `tests.support.ollama.command.load_script` reads it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from tests.support.ollama.command import read_arguments
from tests.support.ollama.faults import breaks, fails
from tests.support.ollama.http import HttpRequest, HttpServer, Responder
from tests.support.ollama.memory import KEPT_SECONDS, Memory, Places
from tests.support.ollama.scripted import (
    DEFAULT_CONTEXT,
    HOLDING,
    ChatCall,
    Load,
    ReplyScript,
    Scripted,
    ServedModel,
    check_fault,
    fit,
)
from tests.support.ollama.slots import PLACING, PromptCache
from tests.support.ollama.speech import (
    READS,
    WRITES,
    details,
    last_line,
    lines,
    listed,
    no_reply,
    now,
    read_call,
    shaped,
    whole,
)

__all__ = ["ChatCall", "Load", "OllamaServer", "Scripted", "ServedModel", "eventually"]


class OllamaServer:
    """The server, as a context manager; at its end it raises what went wrong in the script itself.

    Written down: `requests` (every request for a reply, in order; loads without messages are not among
    them), `visits` (method, path and headers of everything), `loads`, `aborted_loads`, `pulled`, `deleted`
    and `disconnects` (clients that went away in the middle of a response).

    Faults to be set at any time: `down`, `fault` (of every reply that has none of its own), `busy` (how
    many more requests are refused with 503), `slow_load` (seconds), `pull_fault` ("error", "cut", "broken"),
    `too_large` (models that the memory cannot hold; `refused_loads` counts the requests for them), `frozen`
    (it takes connections and says nothing), `frozen_at` (only to a request of this kind: "load", "reply").
    `tells` is what it tells of what is loaded: "all", only "names" as older ones do, or "nothing".
    A pull fetches `pull_size` bytes, `pull_step` every `pull_delay` seconds; what a broken one has fetched is
    kept in `partial`. Requests that only take a place in the prompt cache are in `placed`, and not scripted.
    """

    def __init__(
        self,
        reply: ReplyScript | str = "OK.",
        models: Sequence[ServedModel] = (ServedModel("scripted:7b"),),
        version: str = "0.33.0",
        port: int = 0,
        slots: int = 3,
        tls: ssl.SSLContext | None = None,
        parallel: int = 0,
    ) -> None:
        """`reply` is asked on the server's thread; `slots` is how many models fit into memory at once.

        `parallel` is how many requests of a model are answered at the same time, as with
        `OLLAMA_NUM_PARALLEL`; the others wait in the order in which they came. 0: as many as come.
        """
        self._reply: ReplyScript = (lambda _: reply) if isinstance(reply, str) else reply
        self.models = {model.name: model for model in models}
        self.version = version
        self.busy = 0
        self.too_large: set[str] = set()
        self.refused_loads = 0
        self.frozen = False
        self.frozen_at = ""
        self.tells = "all"
        self.reads, self.writes = READS, WRITES
        self.pull_fault = ""
        self.requests: list[ChatCall] = []
        self.placed: list[ChatCall] = []
        self.visits: list[HttpRequest] = []
        self.pull_size = 1000
        self.pull_step = 500
        self.pull_delay = 0.0
        self.partial: dict[str, int] = {}
        self.pulled: list[str] = []
        self.deleted: list[str] = []
        self._fault = ""
        self._down = False
        self._memory = Memory(slots)
        self._places = Places(parallel)
        self._cache = PromptCache()
        self._scheme = "https" if tls else "http"
        self._http = HttpServer(self._handle, port, tls)

    # --- its life ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._http.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.stop()
        if error is None and self._http.failures:
            raise self._http.failures[0]

    @property
    def address(self) -> str:
        """Where it listens, as a URL."""
        return f"{self._scheme}://127.0.0.1:{self._http.port}"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._http.port

    @property
    def disconnects(self) -> int:
        """How many clients went away in the middle of a response."""
        return self._http.disconnects

    @property
    def fault(self) -> str:
        """What befalls every reply that has no fault of its own."""
        return self._fault

    @fault.setter
    def fault(self, name: str) -> None:
        self._fault = check_fault(name)

    @property
    def down(self) -> bool:
        """Whether it refuses connections; becoming so breaks the open ones."""
        return self._down

    @down.setter
    def down(self, value: bool) -> None:
        self._down = value
        self._http.call(self._http.refuse() if value else self._http.listen())

    @property
    def in_memory(self) -> dict[str, int]:
        """The models that are loaded, with their contexts in tokens."""
        return self._memory.contexts

    def forget(self, model: str) -> None:
        """Unload a model, as the server does when another one needs the memory."""
        self._memory.forget(model)

    @property
    def most_at_once(self) -> int:
        """The most requests of one model that it answered or let wait at the same time."""
        return self._places.most

    @property
    def loads(self) -> list[Load]:
        """Every load so far."""
        return self._memory.loads

    @property
    def aborted_loads(self) -> int:
        """How many loads were given up because the client went away."""
        return self._memory.aborted

    @property
    def slow_load(self) -> float:
        """The seconds that a load takes."""
        return self._memory.slow_load

    @slow_load.setter
    def slow_load(self, seconds: float) -> None:
        self._memory.slow_load = seconds

    # --- its routes ----------------------------------------------------------------------------------

    async def _handle(self, request: HttpRequest, responder: Responder) -> None:
        self.visits.append(request)
        await self._freezes(self.frozen)
        routes = {
            ("GET", "/api/version"): self._version,
            ("GET", "/api/tags"): self._tags,
            ("GET", "/api/ps"): self._ps,
            ("POST", "/api/show"): self._show,
            ("POST", "/api/chat"): self._chat,
            ("POST", "/api/generate"): self._chat,
            ("POST", "/api/embed"): self._embed,
            ("POST", "/api/pull"): self._pull,
            ("DELETE", "/api/delete"): self._delete,
        }
        route = routes.get((request.method, request.path))
        if route is None or (route == self._ps and self.tells == "nothing"):
            await responder.send(404, "404 page not found")
        else:
            await route(request, responder)

    async def _version(self, _: HttpRequest, responder: Responder) -> None:
        await responder.send(200, {"version": self.version})

    async def _tags(self, _: HttpRequest, responder: Responder) -> None:
        shown = [listed(model) for model in self.models.values() if model.listed]
        await responder.send(200, {"models": shown})

    async def _ps(self, _: HttpRequest, responder: Responder) -> None:
        held = [
            listed(self.models[name])
            | {"size_vram": self.models[name].size, "expires_at": now(KEPT_SECONDS)}
            | ({"context_length": context} if self.tells == "all" else {})
            for name, context in self.in_memory.items()
            if name in self.models  # else it was deleted meanwhile
        ]
        await responder.send(200, {"models": held})

    async def _show(self, request: HttpRequest, responder: Responder) -> None:
        model = await self._known(request.json().get("model", ""), responder)
        if model is not None:
            shown: dict[str, Any] = {
                "details": details(model),
                "model_info": {
                    "general.architecture": "scripted",
                    "scripted.context_length": model.context,
                },
                "capabilities": list(model.capabilities),
                "parameters": "".join(f"stop{'':27}{json.dumps(stop)}\n" for stop in model.stops),
            }
            remote = {"remote_host": model.remote_host} if model.remote_host else {}
            await responder.send(200, shown | remote)

    async def _embed(self, request: HttpRequest, responder: Responder) -> None:
        body = request.json()
        model = await self._known(body.get("model", ""), responder)
        if model is not None:
            texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
            held = self.in_memory.get(model.name, DEFAULT_CONTEXT)
            await self._memory.hold(model, held, body.get("keep_alive"))
            vectors = [[float(len(text)), float(text.count(" ")), 1.0] for text in texts]
            await responder.send(200, {"model": model.name, "embeddings": vectors})

    async def _delete(self, request: HttpRequest, responder: Responder) -> None:
        model = await self._known(request.json().get("model", ""), responder)
        if model is not None:
            del self.models[model.name]
            self._memory.forget(model.name)
            self.deleted.append(model.name)
            await responder.send(200, "")

    async def _pull(self, request: HttpRequest, responder: Responder) -> None:
        name = request.json()["model"]
        await responder.line({"status": "pulling manifest"})
        if self.pull_fault == "error":
            await responder.line({"error": "pull model manifest: file does not exist"})
            await responder.end()
            return
        layer = {"status": "pulling 8eeb52dfb3bb", "digest": "sha256:8eeb52dfb3bb", "total": self.pull_size}
        done = self.partial.get(name, 0)
        await responder.line(layer | ({"completed": done} if done else {}))
        while done < self.pull_size:
            await asyncio.sleep(self.pull_delay)
            done = self.partial[name] = min(self.pull_size, done + self.pull_step)
            await responder.line(layer | {"completed": done})
            if self.pull_fault == "broken":
                await responder.line({"error": "max retries exceeded: unexpected EOF"})
                await responder.end()
                return
        if self.pull_fault == "cut":
            await responder.end()
            return
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            await responder.line({"status": status})
        self.models.setdefault(name, ServedModel(name))
        self.pulled.append(name)
        self.partial.pop(name, None)
        await responder.end()

    # --- its replies ---------------------------------------------------------------------------------

    async def _chat(self, request: HttpRequest, responder: Responder) -> None:
        call = read_call(request)
        model = await self._known(call.model, responder)
        if model is None or await self._refused(call, model, responder):
            return
        await self._freezes(self.frozen_at == ("reply" if call.messages else "load"))
        started = time.monotonic_ns()
        loaded = await self._memory.hold(model, min(call.num_ctx, model.context), call.keep_alive)
        loading_ns = time.monotonic_ns() - started if loaded else 0
        if loaded:
            self._cache.forget(model.name)
        if not call.messages:
            await responder.send(200, no_reply(call, "load" if model.name in self.in_memory else "unload"))
            return
        async with self._places.of(model.name):
            with self._cache.reading(model.name, call.prompt) as known:
                self._count(call, model, known)
                await self._answer(call, loading_ns, responder)

    async def _answer(self, call: ChatCall, loading_ns: int, responder: Responder) -> None:
        scripted = _placing(call) if call.takes_a_place else self._reply(call)
        scripted = Scripted(scripted) if isinstance(scripted, str) else scripted
        if self._fault and not scripted.fault:
            scripted = replace(scripted, fault=self._fault)
        if not await fails(call, scripted.fault, responder):
            await self._speak(call, shaped(scripted, call), loading_ns, responder)

    async def _refused(self, call: ChatCall, model: ServedModel, responder: Responder) -> bool:
        if model.name in self.too_large:
            self.refused_loads += 1
            return await fails(call, "too_large", responder)
        if self.busy > 0:
            self.busy -= 1
            return await fails(call, "busy", responder)
        for wanted, capability in ((call.think, "thinking"), (call.tools, "tools")):
            if wanted and capability not in model.capabilities:
                await responder.send(400, {"error": f'"{call.model}" does not support {capability}'})
                return True
        return False

    def _count(self, call: ChatCall, model: ServedModel, known: int) -> None:
        call.prompt_tokens, call.dropped = fit(call.messages, min(call.num_ctx, model.context))
        if not call.dropped:
            call.cached_tokens = max(0, min(known, call.prompt_tokens - 1))
        (self.placed if call.takes_a_place else self.requests).append(call)

    async def _speak(self, call: ChatCall, scripted: Scripted, loading_ns: int, responder: Responder) -> None:
        await asyncio.sleep(scripted.wait)
        last = last_line(call, scripted, loading_ns, self.reads, self.writes)
        if not call.stream:
            await responder.send(200, whole([*lines(call, scripted), last]))
            return
        middle = (len(scripted.content) + len(scripted.thinking)) // scripted.chunk // 2
        for number, line in enumerate(lines(call, scripted)):
            if number >= middle and await breaks(scripted.fault, responder):
                return
            await responder.line(line)
            await asyncio.sleep(scripted.delay)
        if not await breaks(scripted.fault, responder):
            await responder.line(last)
            await responder.end()

    async def _freezes(self, frozen: bool) -> None:
        if frozen:
            await asyncio.Event().wait()

    async def _known(self, name: str, responder: Responder) -> ServedModel | None:
        model = self.models.get(name) or self.models.get(f"{name}:latest")
        if model is None:
            await responder.send(404, {"error": f"model '{name}' not found"})
        return model


async def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something comes to hold within so many seconds; the server's thread is given the time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        await asyncio.sleep(0.005)
    return holds()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    chosen = read_arguments(arguments, __doc__)
    models = [ServedModel(name) for name in chosen.models]
    with suppress(KeyboardInterrupt), OllamaServer(chosen.script, models, port=chosen.port) as server:
        print(server.address, flush=True)  # noqa: T201
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()


def _placing(call: ChatCall) -> Scripted:
    """What is said to who takes a place: a word after a while, or words until others have theirs."""
    if call.options["num_predict"] == HOLDING:
        return Scripted("." * HOLDING, chunk=1, delay=PLACING / HOLDING)
    return Scripted(".", wait=PLACING)
