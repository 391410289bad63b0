"""The way to a server on another machine: encrypted, to the right one, and with the key for it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from agents.errors import ServerNotTrusted, ServerUnreachable, UsageError
from agents.models.addresses import key_place
from agents.models.ollama import OllamaModel
from tests.support.asking import ask, text_of, using
from tests.support.certificates import self_signed
from tests.support.ollama_server import OllamaServer

KEY = "key-of-the-user"
WITH_KEY = {"OLLAMA_API_KEY": KEY}


def test_a_certificate_that_nobody_signed_is_refused_in_a_sentence(tmp_path: Path) -> None:
    tls, _ = self_signed(tmp_path)
    with OllamaServer("Yes.", tls=tls) as server:
        for asking in (
            lambda: ask(server, environment=WITH_KEY, key_hosts=(f"127.0.0.1:{server.port}",)),
            lambda: using(server, lambda model: model.embed("scripted:7b", ["x"])),
        ):
            with pytest.raises(
                ServerNotTrusted, match=r"certificate of https://.*self.signed.*Nothing was sent"
            ):
                asking()
    assert server.visits == []


def test_an_address_whose_server_is_encrypted_or_not_is_told(tmp_path: Path) -> None:
    tls, _ = self_signed(tmp_path)
    with OllamaServer("Yes.", tls=tls) as server:
        plain = server.address.replace("https://", "http://")
        with pytest.raises(ServerUnreachable, match="without an answer") as told:
            using(plain, lambda model: model.running())
    assert told.value.listens
    assert f"https, write {server.address}." in told.value.hint
    with refusing() as address:
        with pytest.raises(ServerUnreachable, match="does not speak https") as told:
            using(f"https://{address}", lambda model: model.running())
    assert told.value.hint == f"Write http://{address}."


@contextmanager
def refusing() -> Iterator[str]:
    """The address of a server that answers whatever comes with plain text, as those do that know no https."""

    class Refuses(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request")

    with ThreadingTCPServer(("127.0.0.1", 0), Refuses) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("bound", [True, False])
def test_the_key_reaches_only_the_server_that_it_is_bound_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: bool
) -> None:
    tls, certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    with OllamaServer("Yes.", tls=tls) as server:
        hosts = (f"127.0.0.1:{server.port}",) if bound else ("127.0.0.1:1", "localhost")
        assert text_of(ask(server, environment=WITH_KEY, key_hosts=hosts)) == "Yes."
        using(server, lambda model: model.models(), environment=WITH_KEY, key_hosts=hosts)
    assert len(server.visits) > 5
    sent = {visit.headers.get("authorization") for visit in server.visits}
    assert sent == ({f"Bearer {KEY}"} if bound else {None})


def test_an_open_way_to_another_machine_is_told() -> None:
    assert "not encrypted" in OllamaModel("192.0.2.1").warning
    assert OllamaModel("https://192.0.2.1").warning == OllamaModel("").warning == ""


def test_the_hosted_service_is_in_the_cloud() -> None:
    assert OllamaModel("ollama.com")._hosted == "ollama.com"
    assert OllamaModel("notollama.com")._hosted == ""


def test_a_key_is_bound_to_encrypted_addresses_only() -> None:
    assert key_place("https://box") == "box:443"
    assert key_place("https://box:8443/behind") == "box:8443"
    with pytest.raises(UsageError, match="encrypted only"):
        key_place("box")


def test_a_proxy_that_cannot_be_used_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://anna:geheim99@proxy:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(UsageError, match="proxy") as refused:
        using("https://192.0.2.1", lambda model: model.running())
    assert "geheim99" not in str(refused.value)
