"""How much memory a long run takes: `python -m tests.benchmarks.bench_memory [--events 100000]`.

A journal takes a step a hundred events, with a prompt of 20,000 characters and a reply of 4,000 each, first
anew and then continued from its beginning, each in a process of its own. Printed is by how much the process
has grown from the first tenth of the events to the last, beside its limit and beside what is stored of the
run meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from agents.events import MessageCompleted, NoticeGiven
from agents.journal import Journal, Performed
from agents.store.store import Store
from tests.benchmarks.rows import Row, shown

LIMIT_MB = 40.0
EVENTS_A_STEP = 100
PROMPT, REPLY = "word " * 4000, "reply " * 666


async def nothing() -> None:
    """Never pauses."""


def megabytes() -> float:
    """What the process holds in memory now."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines() if sys.platform == "linux" else ():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def carried_out(path: Path, events: int) -> tuple[float, float]:
    """The memory after a tenth of the run and at its end."""
    store = Store.open(path)
    if not store.runs():
        store.create_run(store.create_project("p", "p"), idea="", workflow="", model="", settings="{}")
    log = store.log(1)
    journal = Journal(log, nothing)
    early = 0.0
    steps = events // EVENTS_A_STEP
    for number in range(steps):
        key = f"ceo/cto/programmer#{number}"
        said = MessageCompleted(message=key, speaker="p", to="c", phase="work", text=REPLY)

        async def perform(key: str = key, said: MessageCompleted = said) -> Performed:
            return Performed({"text": REPLY}, [(said, f"message:{key}")])

        await journal.step(key, "chat", {"messages": [PROMPT + key]}, perform)
        for notice in range(EVENTS_A_STEP - 1):
            log.emit(NoticeGiven(text=f"notice {notice} of {key}"), f"notice:{key}:{notice}")
        if number == steps // 10:
            await log.flush()
            early = megabytes()
    await log.flush()
    late = megabytes()
    await log.close()
    store.close()
    return early, late


def measured(path: Path, events: int, to: Connection) -> None:
    """Carry a run out, or continue it, in this process."""
    to.send(asyncio.run(carried_out(path, events)))


def rows(quick: bool) -> Iterator[Row]:
    """A run of 100,000 events, however quick it has to be: it takes seconds."""
    del quick
    yield from grown(100_000)


def grown(events: int) -> Iterator[Row]:
    """By how much the process grows over a run of so many events, and over continuing it."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "troupe.db"
        for what in ("a run", "a continued run"):
            here, there = context.Pipe()
            process = context.Process(target=measured, args=(path, events, there))
            process.start()
            early, late = here.recv()
            process.join()
            stored = path.stat().st_size / 1024**2
            beside = f"{early:.0f} MB → {late:.0f} MB while {stored:,.0f} MB are stored"
            yield Row(f"memory of {what} of {events:,} events", late - early, LIMIT_MB, "MB", beside=beside)


def main() -> int:
    """Measure, print, and say by the exit code whether the limit is kept."""
    parser = argparse.ArgumentParser(description="How much memory a long run takes.")
    parser.add_argument("--events", type=int, default=100_000, help="of the run")
    return shown(grown(parser.parse_args().events))


if __name__ == "__main__":
    sys.exit(main())
