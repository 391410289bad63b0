"""A run in the terminal whose reader goes away, or whose user."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.store.store import Store
from tests.support.command import Troupe


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("options", [(), ("--events",)])
def test_when_nobody_reads_any_more_the_run_stops_and_can_be_continued(
    troupe_home: Path, options: tuple[str, ...]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "demo", "--headless", "--answers", "auto", *options],
        env={**os.environ, "TROUPE_DEMO_SPEED": "2000"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(6):  # until the team is at work
        process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 130
    assert told == "Interrupted. Continue with: troupe runs resume 1\n"
    store = Store.open(troupe_home / "troupe.db")
    assert store.run(1).state == "stopped"
    store.close()


def test_a_run_that_is_interrupted_while_it_is_put_together_says_how_to_continue(
    troupe: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr("agents.studio.compose", interrupted)
        done = troupe("demo", "--headless", "--answers", "auto")
    assert done.code == 130
    assert done.err.splitlines()[-1] == "Interrupted. Continue with: troupe runs resume 1"
    assert troupe("runs", "resume", "1", "--answers", "auto").code == 0
