"""Where the key goes, and what the environment may not change."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from agents.models._ollama.address import find_address
from agents.models._ollama.connection import Connection
from tests.support.asking import ask, using
from tests.support.ollama_server import OllamaServer

KEY = "key-of-the-user"


def test_the_key_is_never_sent_over_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    with OllamaServer() as server:
        ask(server, environment={"OLLAMA_API_KEY": KEY})
        using(server, lambda model: model.models(), environment={"OLLAMA_API_KEY": KEY})
        using(server, lambda model: model.embed("scripted:7b", ["x"]), environment={})
    assert len(server.visits) > 5
    assert not any("authorization" in visit.headers for visit in server.visits)


@pytest.mark.parametrize(
    ("address", "requested", "sent"),
    [
        ("https://box", "https://box/api/chat", True),
        ("ollama.com", "https://ollama.com/api/chat", True),
        ("http://box", "http://box/api/chat", False),
        ("https://box", "http://box/api/chat", False),
        ("https://box", "https://elsewhere/api/chat", False),
        ("https://box", "https://box:8443/api/chat", False),
        ("https://other", "https://other/api/chat", False),
    ],
)
def test_the_key_goes_to_the_chosen_host_alone_even_after_a_redirect(
    address: str, requested: str, sent: bool
) -> None:
    async def asking() -> httpx.Request:
        connection = Connection(find_address(address, {}), KEY, 1.0, ("box:443",))
        request = httpx.Request("POST", requested, headers={"authorization": f"Bearer {KEY}"})
        await connection._keep_key_safe(request)
        await connection.close()
        return request

    assert ("authorization" in asyncio.run(asking()).headers) is sent


def test_a_proxy_does_not_stand_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with OllamaServer() as server:
        assert using(server, lambda model: model.running()) == "0.33.0"
        ask(server)
