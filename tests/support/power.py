"""What a disk may hold after the power was cut, imitated as SQLite's documentation describes it.

With `synchronous = FULL` in WAL mode each commit ends with a flush of the log, a checkpoint flushes the
log before and the database after it writes, and a log that begins anew flushes its header first. Between
two flushes a disk may have written any of the sectors in any order. So while nothing is being written
both files are copied; an image of a cut is the former copy in which any of the sectors that the next
commit (or checkpoint) changed are new.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from agents.events import MessageCompleted
from agents.store.rows import Step
from agents.store.store import Store

SECTOR = 512
WAL_HEADER = 32


@dataclass(frozen=True)
class Still:
    """Both files at a moment when everything that was acknowledged is flushed, and how much that is."""

    database: bytes
    log: bytes
    acknowledged: int
    by_checkpoint: bool = False


@dataclass
class Cuts:
    """What was found in the images."""

    images: int = 0
    torn: int = 0
    wrong: list[str] = field(default_factory=list)


def stills(folder: Path, steps: int, seed: int) -> list[Still]:
    """Record steps of one run, with a checkpoint now and then, and copy the files after each."""
    dice = random.Random(seed)
    path = folder / "troupe.db"
    taken: list[Still] = []

    def copy(done: int, *, by_checkpoint: bool = False) -> None:
        log = Path(f"{path}-wal")
        taken.append(Still(path.read_bytes(), log.read_bytes() if log.exists() else b"", done, by_checkpoint))

    async def work(store: Store) -> None:
        run = store.create_run(store.create_project("p", "p"), idea="", workflow="", model="", settings="{}")
        log = store.log(run)
        copy(0)
        for number in range(1, steps + 1):
            key = f"ceo#{number}"
            text = f"reply {number} " * dice.randrange(1, 900)
            said = MessageCompleted(message=key, speaker="ceo", to="cto", phase="p", text=text)
            await log.record(Step(key, "chat", "f", "{}", "{}"), [(said, f"message:{key}")])
            copy(number)
            if dice.random() < 0.15:
                with closing(sqlite3.connect(path)) as other:
                    other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                copy(number, by_checkpoint=True)
        await log.close()

    with closing(Store.open(path)) as store:
        asyncio.run(work(store))
    return taken


def mixed(before: bytes, after: bytes, dice: random.Random, header: int = 0) -> bytes:
    """`before` with any of the sectors in which `after` differs; a header that differs is flushed first."""
    # A file that grew has its new length or not; what was not written in it reads as zeros.
    image = bytearray(before.ljust(len(after), b"\0"))
    share, reached = dice.random(), len(before)
    for start in range(0, len(after), SECTOR):
        new = after[start : start + SECTOR]
        if new != before[start : start + SECTOR] and dice.random() < share:
            image[start : start + len(new)] = new
            reached = max(reached, start + len(new))
    if dice.random() < 0.5:
        del image[reached:]
    if before[:header] != after[:header]:
        image[:header] = after[:header]
    return bytes(image)


def cut(taken: list[Still], folder: Path, times: int, seed: int) -> Cuts:
    """Cut the power `times` times at random and examine what the next start finds."""
    dice, found = random.Random(seed), Cuts()
    for _ in range(times):
        place = dice.randrange(1, len(taken))
        before, after = taken[place - 1], taken[place]
        if after.by_checkpoint:
            database, log = mixed(before.database, after.database, dice), before.log
        else:
            database, log = before.database, mixed(before.log, after.log, dice, WAL_HEADER)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "troupe.db").write_bytes(database)
        (folder / "troupe.db-wal").write_bytes(log)
        found.images += 1
        found.torn += (database, log) not in {(s.database, s.log) for s in (before, after)}
        try:
            _examine(folder / "troupe.db", before.acknowledged, found)
        except Exception as error:  # noqa: BLE001 - it is what the campaign shows
            found.wrong.append(f"{type(error).__name__}: {error}")
    return found


def _examine(path: Path, acknowledged: int, found: Cuts) -> None:
    with closing(Store.open(path)) as store:
        runs = store.runs()
        events = list(store.events(1)) if runs else []
        steps = store.steps(1) if runs else []
        log = store.log(1) if runs else None
        if log:
            log.abandon()
    if len(steps) < acknowledged:
        found.wrong.append(f"{acknowledged} steps were acknowledged and {len(steps)} are there")
    if len(steps) > acknowledged + 1 or len(events) != len(steps):
        found.wrong.append(f"half of something is there: {len(steps)} steps, {len(events)} events")
    with closing(sqlite3.connect(path)) as connection:
        whole = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    if whole != ["ok"]:
        found.wrong.append(f"the database is damaged: {whole[:3]}")
