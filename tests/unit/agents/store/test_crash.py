"""Killed at any moment: what was acknowledged is stored, once, and the run goes on."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run

WRITER = """
import asyncio, sys
from pathlib import Path
from agents.store.codec import encode
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, notice, step

encode(notice("what is imported at first use is imported now"))

class Printer:
    def receive(self, stamped):
        sys.stdout.write(f"{stamped.seq}\\n")
        sys.stdout.flush()

store = Store.open(Path(sys.argv[1]))

async def session():
    log = store.log(1)
    log.subscribe(Printer())
    print("begun", log.steps_finished(), flush=True)
    for number in range(100_000):
        key = f"s{number}"
        for part in range(3):
            log.emit(notice(f"{key} {part}"), f"{key} {part}")
        if not log.finished(key):
            log.keep(key.encode())
            await log.record(step(key), [(message(key), f"message {key}")])

asyncio.run(session())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_killed_ten_times_nothing_acknowledged_is_lost_or_doubled(path: Path) -> None:
    with closing(Store.open(path)) as store:
        new_run(store)
    acknowledged = steps = 0
    for attempt in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            begun, found = process.stdout.readline().split()
            assert (begun, int(found) >= steps) == ("begun", True)
            time.sleep(0.02 + random.Random(attempt).random() / 10)
            process.kill()
            lines = process.stdout.read().split("\n")[:-1]
        acknowledged = max([acknowledged, *map(int, lines)])
        with closing(Store.open(path)) as store:
            stamps = list(store.events(1))
            steps = len(store.steps(1))
            seqs = [stamped.seq for stamped in stamps]
            said = [str(stamped.event) for stamped in stamps]
            assert seqs == list(range(1, len(seqs) + 1))
            assert len(seqs) >= acknowledged
            assert len(set(said)) == len(said)
            assert [step.key for step in store.steps(1)] == [f"s{number}" for number in range(steps)]
            assert len(store.search("s0")) == min(steps, 1)
            assert not store.run(1).driven
    assert steps > 10
