"""A run on the command line that is killed with SIGKILL at every second of its calls, and continued.

After each single step runs in forked processes are killed, which is quicker: `test_killed_branches`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agents.store.store import Store
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.team import ROMAN, company

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
PATIENCE = 60


class KillingField:
    """Replies like the company, but holds every second new request until someone was killed."""

    def __init__(self) -> None:
        self._company = company(ROMAN)
        self._seen: set[str] = set()
        self.answered: list[str] = []
        self.holding = threading.Event()

    def __call__(self, call: ChatCall) -> Scripted:
        asked = json.dumps(call.messages)
        if asked not in self._seen:
            self._seen.add(asked)
            if len(self._seen) % 2:
                self.holding.set()
                return Scripted("", wait=PATIENCE)
        self.answered.append(asked)
        return self._company(call)


def troupe(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    # Whoever is started in the background ignores interrupts, and passes that on.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with home.with_name("printed").open("ab") as printed:
            return subprocess.Popen(
                [sys.executable, "-m", "app", *arguments],
                env={**os.environ, "TROUPE_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.timeout(240)
def test_killed_at_every_second_call_and_continued(tmp_path: Path) -> None:
    isolated_or_skipped()
    replies = KillingField()
    home, out = tmp_path / "home", tmp_path / "out"
    with OllamaServer(replies) as server:
        process = troupe(
            home, "build", ROMAN.idea, "--host", server.address, "--model", "scripted:7b", "--out", str(out)
        )
        kills = 0
        while kills < 40:
            while not replies.holding.wait(0.05) and process.poll() is None:
                pass
            if process.poll() is not None:
                break
            replies.holding.clear()
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
            kills += 1
            process = troupe(home, "runs", "resume", "1")
        assert [load.model for load in server.loads] == ["scripted:7b"], "a continued run finds it loaded"
        last = [visit.json() for visit in server.visits if visit.path == "/api/chat"][-1]
        assert (last["messages"], last["keep_alive"]) == ([], "2m"), "its memory is freed at the end"
    assert process.returncode == 0, (tmp_path / "printed").read_text()
    assert kills >= 5
    assert len(replies.answered) == len(set(replies.answered)), "a finished model call was asked again"
    assert (out / "roman" / "table.py").read_text() == ROMAN.repair["roman/table.py"]
    assert not_doubled(home)


def not_doubled(home: Path) -> bool:
    """Whether each stored event that tells a step stands in the database exactly once, in order."""
    store = Store.open(home / "troupe.db")
    try:
        told = list(store.events(1))
        steps = store.steps(1)
    finally:
        store.close()
    messages = [
        getattr(stamped.event, "message", "") for stamped in told if stamped.event.kind == "message_completed"
    ]
    assert len(messages) == len(set(messages))
    assert len(steps) == len({step.key for step in steps})
    return [stamped.seq for stamped in told] == list(range(1, len(told) + 1))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_how_to_continue_and_ends_with_130(
    tmp_path: Path, number: signal.Signals
) -> None:
    replies = KillingField()
    home = tmp_path / "home"
    with OllamaServer(replies) as server:
        process = troupe(home, "build", ROMAN.idea, "--host", server.address, "--out", str(tmp_path / "out"))
        assert replies.holding.wait(PATIENCE)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 130
    printed = (tmp_path / "printed").read_text()
    assert "troupe runs resume 1" in printed
    assert "Traceback" not in printed
