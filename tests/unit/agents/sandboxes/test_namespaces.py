"""What `tests/contract` cannot show of the built-in sandbox: that it says why it cannot be used."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.contracts import Command
from agents.errors import SandboxError
from agents.sandboxes import _interpreter, namespaces
from agents.sandboxes._interpreter import Interpreter
from agents.sandboxes._view import View, file_of, joined
from tests.support.sandboxes import kind, run


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """The trial is made once for a machine; here machines change."""
    caches = (namespaces._without, namespaces._launcher)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


def test_only_linux_has_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert kind("namespaces").probe() == "Only Linux has namespaces."


def test_an_old_kernel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "5.10.0-28-amd64")
    assert kind("namespaces").probe() == "Linux 5.12 or newer is needed. Install bubblewrap instead."


def test_an_unknown_processor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert "riscv64" in kind("namespaces").probe()


def test_a_refusal_is_told_in_the_launchers_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespaces, "_launcher", lambda: tmp_path / "launcher.pyc")
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'make namespaces: Operation not permitted' >&2; exit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(namespaces, "base_interpreter", lambda: Interpreter(python, (tmp_path,)))
    refusal = kind("namespaces").probe()
    assert refusal.startswith("This machine does not let programs make namespaces of their own.")
    assert refusal.endswith("make namespaces: Operation not permitted")


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux")
def test_a_sandbox_that_breaks_off_is_no_failure_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refusal := kind("namespaces").probe():
        pytest.skip(refusal)
    missing = tmp_path / "gone"
    with pytest.raises(SandboxError, match="could not be set up") as caught:
        run(kind("namespaces").build(), tmp_path, Command(("true",), read_only=(missing,)))
    assert f"open {missing}: No such file or directory" in caught.value.detail


def test_the_launcher_is_made_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_CACHE", str(tmp_path / "cache"))
    made = namespaces._launcher()
    assert made.parent == tmp_path / "cache"
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert namespaces._launcher() == made

    (tmp_path / "file").touch()
    monkeypatch.setenv("TROUPE_CACHE", str(tmp_path / "file" / "cache"))
    namespaces._launcher.cache_clear()
    with pytest.raises(SandboxError, match="TROUPE_HOME"):
        namespaces._launcher()


def test_the_network_is_shared_only_when_asked(tmp_path: Path) -> None:
    _interpreter.base_interpreter()

    def words(command: Command) -> list[str]:
        return list(namespaces._arguments(View(command, tmp_path, tmp_path), frozenset()))

    assert "--share-net" not in words(Command(("true",)))
    assert "--share-net" in words(Command(("true",), network=True))


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="files in memory are Linux")
def test_words_of_any_length_are_handed_over_in_a_file_in_memory() -> None:
    words = ["--setenv", "LONG", "x" * 200_000]
    with file_of(joined(words)) as descriptor:
        text = b""
        while piece := os.read(descriptor, 65536):
            text += piece
    assert text.decode().split("\0")[:-1] == words
