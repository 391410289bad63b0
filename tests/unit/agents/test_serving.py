from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from agents.contracts import ModelInfo
from agents.errors import ServerUnreachable
from agents.models.ollama import OllamaModel
from agents.serving import Readiness, readiness, start_ollama, together, writes_text
from tests.support.ollama.http import HttpRequest, HttpServer, Responder
from tests.support.ollama_server import OllamaServer, ServedModel
from tests.support.programs import ollama, program

ValueT = TypeVar("ValueT")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not read a program's first line")


def using(address: str, do: Callable[[OllamaModel], Awaitable[ValueT]]) -> ValueT:
    async def whole() -> ValueT:
        server = OllamaModel(address)
        try:
            return await do(server)
        finally:
            await server.close()

    return asyncio.run(whole())


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def failing_server() -> Iterator[str]:
    """The address of a server that answers everything with an error of its own."""

    async def fail(_: HttpRequest, responder: Responder) -> None:
        await responder.send(500, {"error": "out of order"})

    server = HttpServer(fail)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


# --- how it stands -----------------------------------------------------------------------------------


def test_a_server_with_a_model_is_ready() -> None:
    with OllamaServer() as server:
        found = using(server.address, readiness)
    assert (found.standing, found.label, found.local) == ("ready", "Ollama 0.33", True)
    assert [model.name for model in found.models] == ["scripted:7b"]
    assert found.loaded == 0


def test_a_server_without_a_model_that_writes_is_empty() -> None:
    with OllamaServer(models=(ServedModel("nomic-embed-text"),)) as server:
        found = using(server.address, readiness)
    assert found.standing == "empty"
    assert len(found.models) == 1


@posix
def test_nothing_answers_here_because_it_is_stopped_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ollama(tmp_path)
    monkeypatch.setenv("TROUPE_OLLAMA", str(there))
    stopped = using("127.0.0.1:9", readiness)
    assert (stopped.standing, stopped.program) == ("stopped", there)
    monkeypatch.setenv("TROUPE_OLLAMA", str(tmp_path / "none"))
    missing = using("127.0.0.1:9", readiness)
    assert (missing.standing, missing.program) == ("missing", None)
    assert "127.0.0.1:9" in missing.problem


def test_another_machine_is_unreachable_whatever_is_installed_here() -> None:
    found = using("http://255.255.255.255:11434", readiness)
    assert (found.standing, found.local) == ("unreachable", False)
    assert found.hint


def test_a_server_that_fails_is_unreachable_with_its_own_words() -> None:
    with failing_server() as address:
        found = using(address, readiness)
    assert found.standing == "unreachable"
    assert "out of order" in found.problem


def test_a_server_here_that_takes_connections_and_says_nothing_is_not_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.models._ollama.connection._FACTS_SECONDS", 0.1)
    with OllamaServer() as server:
        server.frozen = True
        found = using(server.address, readiness)
    assert found.standing == "unreachable"
    assert "takes the connection but does not answer" in found.problem
    assert "Restart it" in found.hint


def test_several_servers_stand_as_those_that_answer() -> None:
    small, large = ModelInfo("a:7b", loaded=5), ModelInfo("b:30b")
    gone = Readiness("unreachable", "http://gone", problem="Nothing answers.")
    one = Readiness("ready", "http://one", label="Ollama 0.33", models=(small,))
    other = Readiness("ready", "http://other", label="Ollama 0.34", models=(small, large))
    found = together([gone, one, other])
    assert (found.standing, found.label, found.answering, found.servers) == ("ready", "Ollama 0.33", 2, 3)
    assert [model.name for model in found.models] == ["a:7b", "b:30b"]
    assert found.loaded == 10
    assert together([gone, gone]).problem == "Nothing answers."
    assert together([gone, gone]).answering == 0


def test_which_models_write() -> None:
    assert writes_text(ModelInfo("llama3"))
    assert not writes_text(ModelInfo("mxbai-embed-large"))
    assert not writes_text(ModelInfo("x", capabilities=frozenset({"embedding"})))
    assert writes_text(ModelInfo("embedded-coder", capabilities=frozenset({"completion"})))


# --- starting ----------------------------------------------------------------------------------------


@posix
def test_a_started_server_answers_and_has_a_session_of_its_own(tmp_path: Path) -> None:
    address, log = f"http://127.0.0.1:{free_port()}", tmp_path / "logs" / "ollama.log"

    async def start(server: OllamaModel) -> tuple[int, Readiness]:
        process = await start_ollama(ollama(tmp_path), server, log)
        return process.pid, await readiness(server)

    pid, found = using(address, start)
    try:
        assert found.standing == "empty"
        assert os.getsid(pid) == pid != os.getsid(0)
        assert "listening" in log.read_text()
    finally:
        os.kill(pid, signal.SIGTERM)


@posix
def test_a_server_that_ends_at_once_is_told_of_with_its_last_words(tmp_path: Path) -> None:
    broken = program(tmp_path, "ollama", "import sys; sys.exit('no space left on device')")
    with pytest.raises(ServerUnreachable) as told:
        using("127.0.0.1:9", lambda server: start_ollama(broken, server, tmp_path / "log"))
    assert "exit code 1" in told.value.message
    assert "no space left" in told.value.detail


@posix
def test_a_server_that_does_not_answer_is_told_of_and_left_alone(tmp_path: Path) -> None:
    stubborn = program(tmp_path, "ollama", "import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    log = tmp_path / "log"
    with pytest.raises(ServerUnreachable, match="after 1 seconds"):
        using("127.0.0.1:9", lambda server: start_ollama(stubborn, server, log, seconds=1.0))
    pid = int(log.read_text())
    os.kill(pid, 0)
    os.kill(pid, signal.SIGTERM)


def test_a_program_that_cannot_be_started_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable, match="could not be started"):
        using("127.0.0.1:9", lambda server: start_ollama(tmp_path / "none", server, tmp_path / "log"))
