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


def test_another_machine_may_be_behind_a_proxy_so_nothing_is_tried() -> None:
    asyncio.run(reached(Address("http", "nowhere.invalid", 1), 5))
