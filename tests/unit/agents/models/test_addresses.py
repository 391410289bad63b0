"""The addresses of servers as people write them, each server once."""

from __future__ import annotations

import pytest

from agents.models.addresses import hosts_in, server_at


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("", [""]),
        (" , ", [""]),
        ("gpu", ["gpu"]),
        ("gpu, other:11434,gpu,", ["gpu", "other:11434"]),
        ("http://me:a,b@gpu", ["http://me:a,b@gpu"]),
        ("localhost,127.0.0.1:11434,http://LOCALHOST:11434/,0.0.0.0", ["localhost"]),
        ("gpu:11434, GPU,http://gpu:11434/", ["gpu:11434"]),
        ("gpu:80,https://gpu,http://gpu,::1", ["gpu:80", "https://gpu", "::1"]),
        ("no address, gpu", ["no address", "gpu"]),
    ],
)
def test_addresses_are_parted_by_commas(written: str, hosts: list[str]) -> None:
    assert hosts_in(written) == hosts


def test_no_address_is_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "localhost:4711")
    assert server_at("") == server_at("127.0.0.1:4711") == "http://127.0.0.1:4711"
