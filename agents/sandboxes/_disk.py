"""How much a program has written where it may write. The kernel limits single files only."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.contracts import Limits

LOOK_SECONDS = 0.5
MOST_FILES = 500_000  # a folder with more than this is not counted
FEW_FILES = 200  # are looked at faster than a thread takes it up


@dataclass(frozen=True, slots=True)
class Usage:
    """The bytes on the disk of everything in a folder, and the number of its files and folders."""

    bytes: int = 0
    files: int = 0


class Disk:
    """Watches by how much `folder` and `more` folders grow together.

    Looking happens twice a second, in a thread where there is much to look at.
    """

    def __init__(self, folder: Path, limits: Limits, *more: Path) -> None:
        self._folders = (folder, *more)
        self._limits = limits
        self._looked = time.monotonic()
        self._before = asyncio.ensure_future(self._look(MOST_FILES))

    async def exceeded(self, at_once: bool = False) -> Literal["disk", "files"] | None:
        """What it has grown by more than is allowed of; looks only when it is time to, or `at_once`."""
        if not at_once and time.monotonic() - self._looked < LOOK_SECONDS:
            return None
        before = await self._before
        if before is None:
            return None
        now = await self._look(before.files + self._limits.files)
        self._looked = time.monotonic()
        if now is None:
            return "files"
        return "disk" if now.bytes - before.bytes > self._limits.disk else None

    async def _look(self, most: int) -> Usage | None:
        few = _together(self._folders, min(FEW_FILES, most))
        return few or await asyncio.to_thread(_together, self._folders, most)

    async def close(self) -> None:
        """Wait for what still looks."""
        await asyncio.wait({self._before})


def _together(folders: Sequence[Path], most: int) -> Usage | None:
    """What is in all `folders`; None for more than `most` files and folders."""
    total = Usage()
    for folder in folders:
        found = used(folder, most - total.files)
        if found is None:
            return None
        total = Usage(total.bytes + found.bytes, total.files + found.files)
    return total


def used(folder: Path, most: int) -> Usage | None:
    """What is in `folder`, links not followed; None for more than `most` files and folders."""
    total = count = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > most:
                        return None
                    total += _size(entry)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:  # it has been removed, or may not be read
            continue
    return Usage(total, count)


def _size(entry: os.DirEntry[str]) -> int:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return 0
    # A file with holes takes less than its length; Windows does not tell.
    return int(status.st_blocks) * 512 if hasattr(status, "st_blocks") else status.st_size
