"""Who is at work on the database: locks that vanish with the process that holds them.

They are files in a folder beside the database, locked by the operating system, so that a crash leaves no
run locked. The file of a lock that nobody holds is removed by whoever lets go of it or finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from agents.errors import RunIsDriven
from agents.store.faults import not_writable

if TYPE_CHECKING:
    from filelock import BaseFileLock

_PATIENCE = 0.25
"""Seconds to wait for a lock: another process that only looks whether it is held has it for a moment."""


class Locks:
    """The locks beside one database. `OSError`s are raised as `DatabaseNotWritable`."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._folder = database.with_name(f"{database.name}.locks")

    def take(self, name: str, patience: float = _PATIENCE) -> BaseFileLock | None:
        """The lock `name`, None when another holds it for longer than `patience` seconds."""
        from filelock import FileLock, Timeout  # noqa: PLC0415

        try:
            self._folder.mkdir(exist_ok=True)
            lock = FileLock(self._folder / f"{name}.lock", thread_local=False)
            lock.acquire(timeout=patience, poll_interval=0.02)
        except Timeout:
            return None
        except OSError as error:
            raise not_writable(self._database, error) from error
        return lock

    def let_go(self, lock: BaseFileLock) -> None:
        """Release the lock. Its file goes first: whoever has just opened it sees that and opens anew."""
        with suppress(OSError):  # Windows does not remove an open file; it stays, unlocked
            Path(lock.lock_file).unlink()
        lock.release()

    def held(self) -> frozenset[str]:
        """The names of the runs' locks that some process holds now."""
        return frozenset(
            file.stem for file in sorted(self._folder.glob("run-*.lock")) if self.is_held(file.stem)
        )

    def is_held(self, name: str) -> bool:
        """Whether some process holds the lock now."""
        if not (self._folder / f"{name}.lock").exists():
            return False
        if lock := self.take(name, patience=0):
            self.let_go(lock)
            return False
        return True


def run_lock(run: int) -> str:
    """The name of a run's lock."""
    return f"run-{run}"


def already_driven(run: int) -> RunIsDriven:
    """The error of whoever comes second."""
    return RunIsDriven(
        f"Run {run} is being carried out by another window or command.",
        "Watch it there, or stop it there first.",
    )


class Lease:
    """The right to carry out one run, held from its making until `release` or the end of `with`."""

    def __init__(self, run: int, locks: Locks, released: Callable[[Lease], None]) -> None:
        self.run = run
        self._lock: BaseFileLock | None = None
        self._locks = locks
        self._released = released
        self.acquire()

    def acquire(self) -> None:
        """Take the right, unless it is held already; `RunIsDriven` when another process or window has it."""
        if self._lock is None:
            self._lock = self._locks.take(run_lock(self.run))
            if self._lock is None:
                raise already_driven(self.run)

    def release(self) -> None:
        """Give the right back; nothing happens the second time."""
        if self._lock:
            self._locks.let_go(self._lock)
            self._lock = None
            self._released(self)

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
