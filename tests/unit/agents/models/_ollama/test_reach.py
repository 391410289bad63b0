"""Whether something listens is found out without Ollama's client."""

from __future__ import annotations

import asyncio
import socket

import pytest

from agents.errors import ServerUnreachable
from agents.models._ollama.address import Address
from agents.models._ollama.reach import reached


def test_nothing_listens() -> None:
    with socket.socket() as bound:  # and does not listen, so that nobody else gets the port
        bound.bind(("127.0.0.1", 0))
        address = Address("http", "127.0.0.1", bound.getsockname()[1])
        with pytest.raises(ServerUnreachable, match="No Ollama server answers at"):
            asyncio.run(reached(address, 5))


def test_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asyncio.run(reached(Address("http", "127.0.0.1", listening.getsockname()[1]), 5))
        listening.settimeout(5)
        connection, _ = listening.accept()
        with connection:
            assert connection.recv(1) == b""  # it came, said nothing and hung up


def test_another_machine_may_be_behind_a_proxy_so_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    async def connect(host: str, port: int) -> None:
        tried.append(host)

    monkeypatch.setattr(asyncio, "open_connection", connect)
    asyncio.run(reached(Address("http", "nowhere.invalid", 1), 5))
    assert not tried
