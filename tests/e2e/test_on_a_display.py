"""The window on a real X display, with real keys and a real mouse.

The demo with its question, and a run of one's own from its idea to its branch.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.store.store import Store
from app.display import display_missing
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.team import GREETER, company

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


class Person:
    """Somebody at the keyboard of the watched window."""

    def __init__(self, process: subprocess.Popen[bytes], report: Path) -> None:
        self.process, self._report = process, report

    def seen(self) -> dict[str, Any]:
        """What is to be seen now."""
        try:
            facts: dict[str, Any] = json.loads(self._report.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return facts

    def wait(self, sight: Callable[[dict[str, Any]], object], again: Callable[[], object] = str) -> None:
        """Wait for a sight; what a window that has just come may have missed is done `again` each second."""
        until, next_time = time.monotonic() + PATIENCE, time.monotonic() + 1.0
        while not sight(self.seen()):
            assert self.process.poll() is None, "the window is gone"
            assert time.monotonic() < until, self.seen()
            if time.monotonic() > next_time:
                again()
                next_time = time.monotonic() + 1.0
            time.sleep(0.05)

    def keys(self, *keys: str) -> None:
        """Press keys in the window on top."""
        windows = self.seen()["windows"]
        top = next((number for name, number in windows.items() if name != "MainWindow"), None)
        xdotool("windowfocus", str(top or windows["MainWindow"]), "key", *keys)

    def types(self, text: str) -> None:
        """Type a text where the focus is."""
        xdotool("type", "--delay", "3", text)


def dialog(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda seen: name in seen.get("windows", {})


def alone(seen: dict[str, Any]) -> object:
    return list(seen["windows"]) == ["MainWindow"]


def test_a_day_at_the_keyboard(display: str, troupe_home: Path, tmp_path: Path) -> None:
    isolated_or_skipped()
    slow = [True]

    def reply(call: ChatCall) -> Scripted:
        if call.title == "LanguageChoice" and slow.pop():
            slow.insert(0, False)
            return Scripted("word " * 5000, delay=0.01)
        slow[:] = slow or [False]
        return company(GREETER)(call)

    report = tmp_path / "seen.json"
    with OllamaServer(reply) as server:
        environment = {**os.environ, "OLLAMA_HOST": server.address}
        arguments = [sys.executable, "-m", "tests.support.spied", str(report)]
        process = subprocess.Popen(arguments, env=environment)
        person = Person(process, report)
        try:
            build(person)
            take_part(person, server)
            look_back(person)
            window = str(person.seen()["windows"]["MainWindow"])  # no longer there when it has quit
            eventually(lambda: left(window, process))
            assert process.returncode == 0
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def build(person: Person) -> None:
    """A new project with the keyboard alone."""
    person.wait(lambda seen: seen.get("ready"))
    person.keys("ctrl+n")
    person.wait(dialog("NewProjectDialog"), lambda: person.keys("ctrl+n"))
    person.wait(lambda seen: seen["focus"] == "Idea")
    person.types("A program that greets")
    person.keys("ctrl+Return")
    person.wait(lambda seen: seen.get("run") == 1 and alone(seen), lambda: person.keys("ctrl+Return"))


def take_part(person: Person, server: OllamaServer) -> None:
    """A word to the team, a pause, a call that is stopped, and on to the end."""
    person.wait(lambda _: "LanguageChoice" in [call.title for call in server.requests])
    person.keys("ctrl+p")
    person.wait(lambda seen: seen["paused"])
    person.keys("ctrl+m")
    person.wait(lambda seen: seen["focus"] == "Message to the team")
    person.types("Please greet in French.")
    person.keys("Return")
    person.keys("ctrl+period")
    person.wait(lambda seen: not seen["writing"])
    assert person.seen()["going"]
    person.keys("F5")
    person.wait(lambda seen: seen["state"] == "succeeded" and not seen["going"])
    assert any("Please greet in French." in str(call.messages) for call in server.requests)


def look_back(person: Person) -> None:
    """The replay through the palette, a branch, and the first run again with the mouse."""
    person.keys("ctrl+k")
    person.wait(lambda seen: seen["focus"] == "Find anything", lambda: person.keys("ctrl+k"))
    person.types("replay the run")
    person.keys("Return")
    person.wait(lambda seen: seen["replay"] > 1)
    person.keys("Escape")
    person.wait(lambda seen: not seen["replay"])
    person.keys("ctrl+b")
    person.wait(dialog("BranchDialog"))
    person.keys("ctrl+Return")
    person.wait(lambda seen: seen["run"] == 2 and alone(seen), lambda: person.keys("ctrl+Return"))
    person.wait(lambda seen: seen["state"] == "succeeded" and not seen["going"])
    [(x, y)] = person.seen()["rows"].values()
    xdotool("mousemove", str(x), str(y), "click", "1")
    person.wait(lambda seen: seen["run"] == 1)
