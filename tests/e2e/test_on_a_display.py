"""The window on a real X display: the demo starts, a person answers with mouse and keys, and leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.store.store import Store
from app.display import display_missing

pytestmark = [
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb: apt install xvfb"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool: apt install xdotool"),
]
PATIENCE = 45.0


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A screen of its own, on whatever number is free."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{answer.readline().strip()}"
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    if missing := display_missing():
        server.terminate()
        server.wait(10)
        pytest.skip(missing)
    yield name
    server.terminate()
    server.wait(10)


def xdotool(*arguments: str) -> str:
    return subprocess.run(
        ["xdotool", *arguments], capture_output=True, text=True, timeout=20, check=False
    ).stdout.strip()


def eventually(find: Callable[[], str]) -> str:
    """What `find` finds, as soon as it is something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


def window_named(pattern: str) -> str:
    return eventually(lambda: xdotool("search", "--onlyvisible", "--name", pattern).partition("\n")[0])


def state(home: Path) -> str:
    store = Store.open(home / "troupe.db")
    try:
        rows = store.runs()
        return rows[0].state if rows else ""
    finally:
        store.close()


def answered(dialog: str, home: Path) -> str:
    """Choose the second suggestion and answer; a dialog that has just come may not listen yet."""
    if xdotool("search", "--onlyvisible", "--name", "The team asks"):
        xdotool("windowfocus", dialog)
        xdotool("mousemove", "--window", dialog, "473", "100", "click", "1")
        time.sleep(0.3)
        xdotool("key", "alt+a")
        time.sleep(0.3)
        return ""
    return "answered" if state(home) else ""


def left(window: str, process: subprocess.Popen[bytes]) -> str:
    """Ask to quit, until it has."""
    if process.poll() is None:
        xdotool("windowfocus", window, "key", "ctrl+q")
        time.sleep(0.5)
    return "" if process.poll() is None else "left"


def test_a_person_answers_with_mouse_and_keys(display: str, troupe_home: Path) -> None:
    environment = {**os.environ, "TROUPE_DEMO_SPEED": "0"}
    process = subprocess.Popen([sys.executable, "-m", "app", "demo"], env=environment)
    try:
        dialog = window_named("The team asks")
        eventually(lambda: answered(dialog, troupe_home))
        eventually(lambda: "done" if state(troupe_home) == "succeeded" else "")
        window = window_named("Troupe$")
        eventually(lambda: left(window, process))
        assert process.returncode == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    [shares] = (troupe_home / "projects").rglob("shares.py")
    assert "last people named" in shares.read_text()
