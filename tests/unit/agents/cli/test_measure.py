"""`troupe models measure`."""

from __future__ import annotations

from tests.support.command import Troupe
from tests.support.ollama.scripted import Scripted
from tests.support.ollama_server import OllamaServer

SLOWLY = Scripted("1 2 3 4 5 6 7 8 9 10 11 12", chunk=2, delay=0.01)


def test_it_says_what_it_found_and_the_list_remembers_it(troupe: Troupe) -> None:
    with OllamaServer(lambda _: SLOWLY, parallel=2) as server:
        found = troupe("models", "measure", "--host", server.address)
        listed = troupe("models", "--host", server.address)
    assert found.code == 0
    assert "scripted:7b with a context of 16,384 tokens" in found.out
    assert "answers 2 at a time." in found.out
    assert "answers 2 requests at a time" in listed.out


def test_a_model_that_is_not_there_is_named(troupe: Troupe) -> None:
    with OllamaServer(lambda _: SLOWLY) as server:
        found = troupe("models", "measure", "no:1b", "--host", server.address)
    assert found.code != 0
    assert "no:1b" in found.out + found.err


def test_a_server_that_is_away_does_not_keep_the_others_from_being_measured(troupe: Troupe) -> None:
    with OllamaServer(lambda _: SLOWLY, parallel=2) as server:
        found = troupe("models", "measure", "--host", "http://127.0.0.1:9", "--host", server.address)
    assert found.code == 3
    assert "answers 2 at a time." in found.out
    assert "No Ollama server answers at http://127.0.0.1:9." in found.err
    assert f"Measuring {server.address}" in found.err
