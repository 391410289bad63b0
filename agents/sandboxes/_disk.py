"""How much a program has written into the project's folder. The kernel limits single files only."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

LOOK_SECONDS = 0.5
MOST_FILES = 50_000  # a program that makes more has gone too far as well


class Disk:
    """Watches by how many bytes `folder` grows; looking happens in a thread, twice a second."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._looked = time.monotonic()
        self._before = asyncio.ensure_future(asyncio.to_thread(used, folder))

    async def full(self) -> bool:
        """It has grown by more than is allowed."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return False
        before = await self._before
        now = await asyncio.to_thread(used, self._folder)
        self._looked = time.monotonic()
        return now is None or (before is not None and now - before > self._most)

    async def close(self) -> None:
        """Wait for what still looks."""
        await asyncio.wait({self._before})


def used(folder: Path) -> int | None:
    """The bytes on the disk of everything in `folder`, links not followed; None for too many files."""
    total = count = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > MOST_FILES:
                        return None
                    total += _size(entry)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:  # it has been removed, or may not be read
            continue
    return total


def _size(entry: os.DirEntry[str]) -> int:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return 0
    # A file with holes takes less than its length; Windows does not tell.
    return int(status.st_blocks) * 512 if hasattr(status, "st_blocks") else status.st_size
