"""What `troupe doctor` says of Ollama and its models."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agents.machine import installing
from tests.support.command import Troupe
from tests.support.ollama_server import OllamaServer, ServedModel
from tests.support.programs import ollama, program


def test_missing_ollama_is_told_of_with_the_command_that_installs_it(
    troupe: Troupe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_OLLAMA", str(tmp_path / "none"))
    ill = troupe("doctor", "--host", "http://127.0.0.1:9")
    assert ill.code == 3
    assert "missing  Ollama: not installed." in ill.out
    assert installing().command in ill.out
    assert "troupe demo" in ill.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not read a program's first line")
def test_a_stopped_ollama_is_told_of_with_the_command_that_starts_it(
    troupe: Troupe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ollama(tmp_path)
    monkeypatch.setenv("TROUPE_OLLAMA", str(there))
    ill = troupe("doctor", "--host", "http://127.0.0.1:9")
    assert f"installed as {there}, but nothing answers at http://127.0.0.1:9" in ill.out
    assert "ollama serve" in ill.out


def test_a_server_elsewhere_is_not_looked_for_here(troupe: Troupe) -> None:
    ill = troupe("doctor", "--host", "http://255.255.255.255:9")
    assert "No Ollama server answers at http://255.255.255.255:9" in ill.out
    assert "Ollama: not installed" not in ill.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows finds programs by their endings")
def test_what_a_language_needs_is_told(
    troupe: Troupe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "node", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = troupe("doctor", "--host", "http://255.255.255.255:9").out
    assert "ok  JavaScript: programs are built, run and tested" in told
    assert (
        "without  Go: Go is not installed; install it (on Debian or Ubuntu: sudo apt install golang-go)."
        in told
    )


def test_without_a_model_those_that_fit_are_named(troupe: Troupe) -> None:
    with OllamaServer(models=(ServedModel("nomic-embed-text"),)) as server:
        ill = troupe("doctor", "--host", server.address)
    assert ill.code == 3
    assert "none of these can write text: nomic-embed-text" in ill.out
    assert f"--host {server.address}   (" in ill.out
    assert "troupe models pull " in ill.out
    assert "Memory: " in ill.out


def test_a_database_that_is_none_is_told_of_and_left_alone(troupe: Troupe, troupe_home: Path) -> None:
    path = troupe_home / "troupe.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"hello")
    ill = troupe("doctor", "--host", "http://127.0.0.1:9")
    assert ill.code == 3
    [told] = [line for line in ill.out.splitlines() if line.startswith(" missing  Database: ")]
    assert str(path) in told
    assert path.read_bytes() == b"hello"


def test_an_address_that_is_none_is_told_of(troupe: Troupe) -> None:
    ill = troupe("doctor", "--host", "no address")
    assert ill.code == 3
    assert "not the address of a server" in ill.out


def test_each_sandbox_says_what_it_keeps_in_or_why_it_cannot_be_used(troupe: Troupe) -> None:
    told = troupe("doctor", "--host", "http://127.0.0.1:9").out
    for name in ("bubblewrap", "namespaces", "seatbelt", "jobs", "limits"):
        assert f"Sandbox {name}: " in told
    assert told.count(" (used)") == 1
    assert "(written from documentation, not tested on a Mac)" in told
    assert "(written from documentation, not tested on Windows)" in told


def test_one_of_several_servers_is_enough_and_each_is_named(troupe: Troupe) -> None:
    with OllamaServer() as server:
        done = troupe("doctor", "--host", "http://127.0.0.1:9", "--host", server.address)
    assert done.code == 0
    assert "missing  Ollama" not in done.out
    [lost] = [line for line in done.out.splitlines() if "http://127.0.0.1:9" in line]
    assert lost.split()[0] == "without"
    assert "troupe demo" not in done.out.splitlines()[-1]
