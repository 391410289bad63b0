"""A warm worker for trials: started once in the sandbox, it forks what each job needs.

It never reads a job. Its *clerk* does (`troupe_clerk`), a process that settles plain jobs and orders what has
to be forked; so no memory from which a program is forked has ever held a case, a secret, or another program's
text. After each job whatever it started is ended, and whatever it left in the folders that can be written is
removed; where that does not work the worker ends, and another one takes its place.

Input: for each job a `j`, then its length in bytes as twelve characters, then the job as `troupe_trials`
takes it. Output: the lines of the report, signed with the job's own secret, then `done` and the exit code. It
only works in namespaces of its own, where it is sure that nothing of the user's is removed, and where the
first process, which outlives every program, is out of their reach. What a program can change for those after
it (limits and priority of the worker and the clerk, permissions of the folders) is looked at after each job.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import troupe_clerk
import troupe_program as program
import troupe_trials as trials

PLACES = ("/work", "/project", "/troupe-project")  # where a sandbox has the project's folder
SCRATCH = ("/tmp", "/dev/shm")
SHARED = tuple(f"/proc/sysvipc/{kind}" for kind in ("shm", "sem", "msg"))
LIMITS = tuple(getattr(resource, name) for name in sorted(dir(resource)) if name.startswith("RLIMIT_"))


def main() -> int:
    """Follow the clerk's orders until it ends; the exit code."""
    report = os.environ.pop("TROUPE_REPORT")
    if socket.gethostname() != "sandbox" or os.getcwd() not in PLACES or not hasattr(os, "fork"):
        sys.stderr.write("A warm worker needs namespaces of its own.\n")
        return 3
    if _reaches_first():
        sys.stderr.write("A warm worker needs a first process that no program can reach.\n")
        return 3
    trials._control(trials.DUMPABLE, 0)
    trials._control(trials.SUBREAPER, 1)
    scratch = [folder for folder in (os.getcwd(), *SCRATCH) if os.path.isdir(folder)]
    kept = {entry: _marks(entry) for folder in scratch for entry in (folder, *_there(folder))}
    resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))  # POSIX queues outlive their programs unseen
    gc.freeze()
    line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    clerk = os.fork()
    if clerk == 0:
        line.close()
        troupe_clerk.serve(other, report)
    other.close()
    _let_go()
    settings = [_settings(pid) for pid in (os.getpid(), clerk)]

    def as_before() -> bool:
        if [_settings(pid) for pid in (os.getpid(), clerk)] != settings:
            return False
        return all(_cleaned(folder, kept) for folder in scratch) and not _shared_left()

    return _follow(line, clerk, report, as_before)


def _follow(line: socket.socket, clerk: int, report: str, as_before: Callable[[], bool]) -> int:
    """Carry the orders out (`troupe_clerk` says which there are); the exit code."""
    pid = 0
    while True:
        order, files, _, _ = socket.recv_fds(line, 1, 1)
        if not order:
            return 0
        answer = troupe_clerk.DONE
        if order in (troupe_clerk.START, troupe_clerk.TRIAL):
            pid = os.fork()
            if pid == 0:
                line.close()
                _become(order, files[0], report)
            os.close(files[0])
        if order == troupe_clerk.TRIAL:
            answer += b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if order in (troupe_clerk.END, troupe_clerk.TRIAL) and pid:
            if not trials._sweep(pid, clerk):
                return 1
            pid = 0
        if order == troupe_clerk.CLEAN and not as_before():
            return 1
        if order != troupe_clerk.END:
            line.send(answer)


def _become(order: bytes, file: int, report: str) -> NoReturn:
    """Be a process of the program, or a whole trial; the process ends with it."""
    code = 1
    try:
        os.setsid()
        if order == troupe_clerk.START:
            program.serve(file)
        os.environ["TROUPE_REPORT"] = report
        code = trials.main(lambda: _everything(file), (file,))
    finally:
        os._exit(code)


def _everything(source: int) -> str:
    with os.fdopen(source, encoding="utf-8") as file:
        return file.read()


def _let_go() -> None:
    """The streams are the clerk's alone."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _reaches_first() -> bool:
    """Whether a process here may change the first one."""
    try:
        os.close(os.open("/proc/1/mem", os.O_RDWR))
    except OSError:
        return False
    return True


def _settings(pid: int) -> tuple[Any, ...]:
    """What another process of the same user can set of one, and what is forked from it inherits."""
    limits = tuple(resource.prlimit(pid, limit) for limit in LIMITS)
    scheduling = os.sched_getscheduler(pid), os.sched_getparam(pid).sched_priority
    return (*limits, *scheduling, os.getpriority(os.PRIO_PROCESS, pid), os.sched_getaffinity(pid))


def _marks(entry: str) -> tuple[Any, ...]:
    """What a program can change of a file or folder that stays, beside what lies in the folder."""
    state = os.lstat(entry)
    changed = 0 if stat.S_ISDIR(state.st_mode) else state.st_ctime_ns
    try:
        named = os.listxattr(entry, follow_symlinks=False)
    except OSError:
        named = []
    return (state.st_mode, state.st_uid, state.st_gid, changed, named)


def _shared_left() -> bool:
    """Whether something of System V's outlived its program: it goes with the worker's namespace alone."""
    try:
        return any(trials._contents(table).count(b"\n") > 1 for table in SHARED)  # below its heading
    except OSError:
        return True  # what cannot be seen may be there


def _entries(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in os.listdir(folder)]


def _is_folder(entry: str) -> bool:
    return os.path.isdir(entry) and not os.path.islink(entry)


def _there(folder: str) -> Iterator[str]:
    """Everything below a folder, but for what is mounted there."""
    for entry in _entries(folder) if _is_folder(folder) else ():
        yield entry
        if not os.path.ismount(entry):
            yield from _there(entry)


def _cleaned(folder: str, kept: dict[str, tuple[Any, ...]]) -> bool:
    """Remove from a folder what was not there in the beginning; whether it is then as it was."""
    return _marks(folder) == kept[folder] and all(_as_it_was(entry, kept) for entry in _entries(folder))


def _as_it_was(entry: str, kept: dict[str, tuple[Any, ...]]) -> bool:
    if entry not in kept:
        return _removed(entry)
    if os.path.ismount(entry):
        return True
    if _is_folder(entry):
        return _cleaned(entry, kept)
    return _marks(entry) == kept[entry]


def _removed(entry: str) -> bool:
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(os.lstat(entry).st_mode):
            import shutil  # noqa: PLC0415 - all that is loaded makes each process's start slower

            shutil.rmtree(entry)
        else:
            os.unlink(entry)
    return not os.path.lexists(entry)


if __name__ == "__main__":
    sys.exit(main())
