"""A warm worker for trials: started once in the sandbox, it forks a `troupe_trials` for each job.

It reads one byte for a job and never the job itself: the fork does, once it has forked those processes that
must not know it. So no memory from which a program is forked has ever held a case or a secret. After each job
whatever it started is ended, and whatever it left in the folders that can be written is removed; where that
does not work the worker ends, and another one takes its place.

Input: for each job a `j`, then its length in bytes as twelve characters, then the job as `troupe_trials`
takes it. Output: the lines of the report, signed with the job's own secret, then `done` and the exit code. It
only works in namespaces of its own, where it is sure that nothing of the user's is removed.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import troupe_trials as trials

JOB = b"j"
LENGTH = 12
PLACES = ("/work", "/project", "/troupe-project")  # where a sandbox has the project's folder
SHARED = Path("/proc/sysvipc")


def main() -> int:
    """Serve until the input ends; the exit code."""
    report = Path(os.environ["TROUPE_REPORT"])
    if socket.gethostname() != "sandbox" or str(Path.cwd()) not in PLACES or not hasattr(os, "fork"):
        sys.stderr.write("A warm worker needs namespaces of its own.\n")
        return 3
    trials._control(trials.DUMPABLE, 0)
    trials._control(trials.SUBREAPER, 1)
    scratch = [folder for folder in (Path.cwd(), Path("/tmp"), Path("/dev/shm")) if folder.is_dir()]
    kept = frozenset(entry for folder in scratch for entry in _there(folder))
    resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))  # POSIX queues outlive their programs unseen
    gc.freeze()
    while os.read(0, 1) == JOB:
        begun = report.stat().st_size
        pid = os.fork()
        if pid == 0:
            _try()
        _, status = os.waitpid(pid, 0)
        trials._sweep(pid)
        with report.open(encoding="utf-8", errors="replace") as file:
            file.seek(begun)
            sys.stdout.write(f"\n{file.read().rstrip()}\ndone {os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
        if not all(_cleaned(folder, kept) for folder in scratch) or _shared_left():
            return 1
    return 0


def _try() -> None:
    """Carry one job out in this fork, which ends with it."""
    code = 1
    try:
        source = os.dup(0)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.close(null)
        code = trials.main(lambda: _framed(source), (source,))
    finally:
        os._exit(code)


def _framed(source: int) -> str:
    """One job; nothing of the next one is read."""
    with os.fdopen(source, "rb", buffering=0) as file:
        size = int(_exactly(file.fileno(), LENGTH))
        return _exactly(file.fileno(), size).decode()


def _exactly(source: int, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(source, size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _shared_left() -> bool:
    """Whether something of System V's outlived its program: it goes with the worker's namespace alone."""
    try:
        tables = [(SHARED / kind).read_text().splitlines() for kind in ("shm", "sem", "msg")]
    except OSError:
        return True  # what cannot be seen may be there
    return any(len(table) > 1 for table in tables)  # below its heading


def _there(folder: Path) -> Iterator[Path]:
    """Everything below a folder, but for what is mounted there."""
    for entry in folder.iterdir() if folder.is_dir() and not folder.is_symlink() else ():
        yield entry
        if not entry.is_mount():
            yield from _there(entry)


def _cleaned(folder: Path, kept: frozenset[Path]) -> bool:
    """Remove from a folder what was not there in the beginning; whether nothing of that is left."""
    for entry in list(folder.iterdir()):
        if entry not in kept:
            if not _removed(entry):
                return False
        elif entry.is_dir() and not entry.is_symlink() and not entry.is_mount() and not _cleaned(entry, kept):
            return False
    return True


def _removed(entry: Path) -> bool:
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(entry.lstat().st_mode):
            shutil.rmtree(entry)
        else:
            entry.unlink()
    return not os.path.lexists(entry)


if __name__ == "__main__":
    sys.exit(main())
