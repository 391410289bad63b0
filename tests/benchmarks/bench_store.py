"""What storing costs: `python -m tests.benchmarks.bench_store [--events N]`.

Prints each figure beside its limit, and beside plain `sqlite3` doing the least that keeps the same promise
(one prepared statement, one transaction for a batch of 1,000, WAL, synchronous=FULL) in the same run.
Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from agents.events import Event, MessageCompleted, PhaseEnded, TextStreamed
from agents.store.codec import encode
from agents.store.rows import Step
from agents.store.store import Store
from tests.benchmarks.rows import Row, shown

_TEXT = (
    "the program reads every line of a file counts words prints a sorted table and stops when input ends "
    "module function class test error window button colour player board score timer"
)
_WORDS = _TEXT.split()


def small_event(number: int) -> Event:
    """An event without text to search."""
    return PhaseEnded(phase=f"review/{number}/modification", conclusion="The reviewer has no remarks.")


def message(number: int) -> Event:
    """A message of about 60 words, every one of them searchable."""
    words = [_WORDS[(number * 7 + place * place) % len(_WORDS)] for place in range(60)]
    return MessageCompleted(
        message=f"ceo/cto/programmer#{number}",
        speaker="ceo/cto/programmer",
        to="ceo/cto/reviewer",
        phase="review",
        text=" ".join(words) + f" number{number}",
    )


def new_run(store: Store) -> int:
    """A run to write to."""
    project = store.create_project("bench", "bench")
    return store.create_run(project, idea="bench", workflow="bench", model="none", settings="{}")


async def emit_all(store: Store, events: list[Event]) -> float:
    """Events stored a second, from the first `emit` to the last one durable and shown."""
    log = store.log(new_run(store))
    begun = time.perf_counter()
    for number, event in enumerate(events):
        log.emit(event, f"k{number}")
        if number % 100 == 99:
            await asyncio.sleep(0)
    await log.flush()
    seconds = time.perf_counter() - begun
    await log.close()
    return len(events) / seconds


async def record_latency(store: Store, count: int) -> float:
    """Milliseconds that one `record` takes when nothing else is written (median)."""
    log = store.log(new_run(store))
    took: list[float] = []
    for number in range(count):
        begun = time.perf_counter()
        await log.record(Step(f"ceo#{number}", "chat", "f", "{}", "{}"), [(message(number), f"m{number}")])
        took.append((time.perf_counter() - begun) * 1000)
    await log.close()
    return sorted(took)[count // 2]


async def stream_cost(store: Store, count: int) -> float:
    """Microseconds that showing one streamed token costs."""
    log = store.log(new_run(store))
    begun = time.perf_counter()
    for _ in range(count):
        log.emit(TextStreamed(message="ceo#1", text="word"))
    await asyncio.sleep(0)
    seconds = time.perf_counter() - begun
    await log.close()
    return seconds / count * 1e6


def _peer_connection(path: Path, *, searchable: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE events "
        "(id INTEGER PRIMARY KEY, run INT, seq INT, at REAL, kind TEXT, key TEXT, body TEXT)"
    )
    connection.execute("CREATE UNIQUE INDEX place ON events (run, seq)")
    connection.execute("CREATE UNIQUE INDEX known ON events (run, key)")
    if searchable:
        connection.execute("CREATE VIRTUAL TABLE found USING fts5 (text)")
    return connection


def peer_rate(path: Path, events: list[Event], *, searchable: bool) -> float:
    """Events a second that plain sqlite3 stores, in batches of 1,000."""
    with closing(_peer_connection(path, searchable=searchable)) as connection:
        begun = time.perf_counter()
        for start in range(0, len(events), 1000):
            connection.execute("BEGIN")
            rows = []
            for number, event in enumerate(events[start : start + 1000], start + 1):
                rows.append((1, number, time.time(), event.kind, f"k{number}", encode(event)))
                if searchable and isinstance(event, MessageCompleted):
                    connection.execute("INSERT INTO found (rowid, text) VALUES (?, ?)", (number, event.text))
            connection.executemany(
                "INSERT INTO events (run, seq, at, kind, key, body) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
            connection.execute("COMMIT")
        return len(events) / (time.perf_counter() - begun)


def milliseconds(work: Callable[[], object], times: int = 20) -> float:
    """The median time of `work`."""
    took: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)[times // 2]


def fill(path: Path, count: int) -> None:
    """A database of `count` events, a tenth of them messages, in ten runs."""
    with closing(Store.open(path)) as store:
        share = count // 10
        for part in range(10):
            numbers = range(part * share, (part + 1) * share)
            events = [message(n) if n % 10 == 0 else small_event(n) for n in numbers]
            asyncio.run(emit_all(store, events))


def rows(quick: bool) -> Iterator[Row]:
    """Every measurement, with a big database of a tenth of the size where it has to be quick."""
    yield from figures(100_000 if quick else 1_000_000)


def figures(count: int) -> Iterator[Row]:
    """Every measurement, with a big database of `count` events."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _writing(folder)
        path = folder / "big.db"
        fill(path, count)
        took, plain = map(milliseconds, (lambda: Store.open(path).close(), lambda: _open_plainly(path)))
        yield Row(f"open a database of {count:,} events", took, 10, "ms", beside=_beside(plain, "ms"))
        with closing(Store.open(path)) as store:
            for words, limit in (("program", 5), ("the program reads", 5), ("number7000", 5), ("progr", 25)):
                took = milliseconds(partial(store.search, words))
                yield Row(f"search {count:,} events for '{words}'", took, limit, "ms")


def _writing(folder: Path) -> Iterator[Row]:
    small = [small_event(number) for number in range(100_000)]
    texts = [message(number) for number in range(30_000)]
    with closing(Store.open(folder / "rates.db")) as store:
        rate = asyncio.run(emit_all(store, small))
        peer = peer_rate(folder / "peer1.db", small, searchable=False)
        yield Row("events stored", rate, 50_000, "/s", True, _beside(peer, "/s"))
        rate = asyncio.run(emit_all(store, texts))
        peer = peer_rate(folder / "peer2.db", texts, searchable=True)
        yield Row("messages stored and searchable", rate, 20_000, "/s", True, _beside(peer, "/s"))
        yield Row("one step durable", asyncio.run(record_latency(store, 200)), 50, "ms")
        yield Row("one streamed token shown", asyncio.run(stream_cost(store, 50_000)), 20, "µs")


def _beside(peer: float, unit: str) -> str:
    return f"plain sqlite3 {peer:,.{0 if peer >= 100 else 2}f} {unit}"


def _open_plainly(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def main() -> int:
    """Measure, print, and say by the exit code whether every limit is kept."""
    parser = argparse.ArgumentParser(description="What storing costs.")
    parser.add_argument("--events", type=int, default=1_000_000, help="size of the big database")
    return shown(figures(parser.parse_args().events))


if __name__ == "__main__":
    sys.exit(main())
