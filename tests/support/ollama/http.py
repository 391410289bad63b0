"""A small HTTP/1.1 server in a thread of its own, which notices at once when a client goes away."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

_CALL_SECONDS = 10.0
_LONGEST_BODY = 64 * 1024**2

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request; the names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object, empty where there is none."""
        return json.loads(self.body) if self.body else {}


class Responder:
    """Writes one response: whole, or line by line."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.begun = False
        self.is_cut = False

    async def send(self, status: int, payload: object) -> None:
        """A whole response: an object as JSON, a string as plain text."""
        plain = isinstance(payload, str)
        body = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
        kind = "text/plain" if plain else "application/json; charset=utf-8"
        self._head(status, f"Content-Type: {kind}\r\nContent-Length: {len(body)}")
        self._writer.write(body)
        await self._writer.drain()

    async def line(self, payload: object) -> None:
        """One line of a streamed response; a string is sent as it is, whether it is JSON or not."""
        if not self.begun:
            self._head(200, "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked")
        text = payload if isinstance(payload, str) else json.dumps(payload)
        data = f"{text}\n".encode()
        self._writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await self._writer.drain()

    async def end(self) -> None:
        """The proper end of a streamed response."""
        if not self.begun:
            self._head(200, "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked")
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    def cut(self) -> None:
        """Break the connection here, in the middle of whatever was sent."""
        self.is_cut = True

    def _head(self, status: int, headers: str) -> None:
        self.begun = True
        self._writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{headers}\r\n\r\n".encode())


Handler: TypeAlias = Callable[[HttpRequest, Responder], Coroutine[Any, Any, None]]


class HttpServer:
    """Serves on a loopback port until it is stopped; `handle` runs on the server's own event loop.

    `disconnects` counts clients that went away while a response to them was in the making: the handler is
    then cancelled. `failures` are the handler's own exceptions.
    """

    def __init__(self, handle: Handler, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._handle = handle
        self.port = port
        self.disconnects = 0
        self.failures: list[Exception] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="http-server", daemon=True)
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen, from now on."""
        self._thread.start()
        self.call(self.listen())

    def stop(self) -> None:
        """End every response and the thread."""
        self.call(self.refuse())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_SECONDS)
        self._loop.close()

    def call(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Do something on the server's loop, from another thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_SECONDS)

    async def listen(self) -> None:
        """Take connections at the port, which stays the same once it was chosen."""
        if self._server is None:
            listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
            self.port = listener.getsockname()[1]
            self._server = await asyncio.start_server(
                self._accept, sock=listener, limit=_LONGEST_BODY, ssl=self._tls
            )

    async def refuse(self) -> None:
        """Refuse new connections and break the open ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        clients = list(self._clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.current_task()
        assert client is not None
        self._clients.add(client)
        # asyncio does this only for sockets of its own making; without it each response waits 40 ms.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            self._clients.discard(client)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ahead = b""
        while True:
            request = await _read_request(reader, ahead)
            responder = Responder(writer)
            work = asyncio.ensure_future(self._handle(request, responder))
            watch = asyncio.ensure_future(_read_one(reader))
            try:
                await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
                if watch.done() and watch.result() == b"" and not work.done():
                    self.disconnects += 1
                    return
                await asyncio.wait({work})
            finally:
                await _ended(work)
                await _ended(watch)
            if not await self._went_well(work, responder) or responder.is_cut:
                return
            ahead = b"" if watch.cancelled() else watch.result()
            if not ahead and not watch.cancelled():
                return

    async def _went_well(self, work: asyncio.Future[None], responder: Responder) -> bool:
        """Whether the handler came to its end; if not, its failure is kept for the test."""
        match work.exception():
            case None:
                return True
            case ConnectionError():
                self.disconnects += 1
            case Exception() as error:
                self.failures.append(error)
                if not responder.begun:
                    await responder.send(500, {"error": f"the script failed: {error!r}"})
        return False


async def _read_one(reader: asyncio.StreamReader) -> bytes:
    """The next byte, or nothing when the client has gone."""
    try:
        return await reader.read(1)
    except ConnectionError:
        return b""


async def _ended(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})  # who cancels the waiter meanwhile is heard


async def _read_request(reader: asyncio.StreamReader, ahead: bytes) -> HttpRequest:
    head = (ahead + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    named = (line.partition(":") for line in rest if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in named}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return HttpRequest(method, path, headers, body)
