from __future__ import annotations

from pathlib import Path

import pytest

from agents.contracts import Command
from agents.sandboxes import bubblewrap
from tests.support.sandboxes import kind


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """The trial is made once for a machine; here machines change."""
    bubblewrap._without.cache_clear()


def fake(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `bwrap` that does what `script` says."""
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refusal = kind("bubblewrap").probe()
    assert refusal == "bubblewrap is not installed. On Debian or Ubuntu: sudo apt install bubblewrap."
    bubblewrap._without.cache_clear()


def test_a_refusal_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, "echo 'bwrap: No permissions to create new namespace' >&2; exit 1", monkeypatch)
    assert "bwrap: No permissions to create new namespace" in kind("bubblewrap").probe()
    bubblewrap._without.cache_clear()


def test_arguments_that_are_refused_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, 'case " $* " in *" --disable-userns "*|*" --size "*) exit 1;; esac', monkeypatch)
    assert kind("bubblewrap").probe() == ""
    assert bubblewrap._without() == {"disable-userns", "size"}
    bubblewrap._without.cache_clear()


def test_the_network_is_shared_only_when_asked(tmp_path: Path) -> None:
    def arguments(command: Command) -> list[str]:
        return list(bubblewrap._arguments(bubblewrap.View(command, tmp_path, tmp_path), frozenset()))

    assert "--share-net" not in arguments(Command(("true",)))
    assert "/etc/resolv.conf" not in arguments(Command(("true",)))
    assert "--share-net" in arguments(Command(("true",), network=True))
    assert "/etc/shadow" not in arguments(Command(("true",), network=True))
