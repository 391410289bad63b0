"""Which processes belong to a program and what they hold, read from `/proc`.

Where there is no `/proc` (macOS, Windows) nothing is found: only the limits of the kernel hold there.
Everything here copes with processes that end while they are looked at.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
MOST = 4096  # a bound for every walk; a program with this many processes is ended long before
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that have not ended."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        return found
    return found


def descendants(pid: int) -> list[int]:
    """Everything below `pid`, without itself, nearest first; at most `MOST`."""
    found: list[int] = []
    waiting = [pid]
    while waiting and len(found) < MOST:
        new = children(waiting.pop(0))
        found += new
        waiting += new
    return found


def identity(pid: int) -> str:
    """When `pid` was started: tells a process from a later one with the same number. Empty: it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]


def marked(token: str) -> list[int]:
    """The processes that were started with `token` in their environment, wherever they now belong."""
    wanted = token.encode()
    found: list[int] = []
    try:
        processes = [process for process in PROC.iterdir() if process.name.isdigit()]
    except OSError:
        return found
    for process in processes:
        try:
            if wanted in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended, or belongs to another user
            continue
    return [pid for pid in found if identity(pid)]


def resident(pids: Iterable[int]) -> int:
    """The memory in bytes that `pids` hold; what they share is counted for each."""
    return sum(_pages(pid) for pid in pids) * PAGE


def proportional(pids: Iterable[int]) -> int:
    """The memory in bytes that `pids` hold, with what they share counted once. Slower than `resident`."""
    return sum(_share(pid) for pid in pids)


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Signal each of `pids` that is still there and may be signalled."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _pages(pid) * PAGE
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
