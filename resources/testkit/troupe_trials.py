"""Tries a program out: its assertions are judged, or its behaviour is observed, case by case.

Four kinds of processes keep the program from telling its own results. The *keeper* holds the report and the
secret that signs each line of it, and runs nothing. The *foreman* holds the cases, and forks a *judge* for
each. The *nursery*, which never sees a case or the secret, forks a process of the *program* for each. The
judge carries the assertion out, and every call of the function asked for goes to the program's process, which
gets the arguments, never the expected value; what comes back is plain data (`troupe_values`). Only what needs
an object of the program itself (a closure, a class) is judged in the program's own process.

A case that does not end is ended alone; after `patience` of these, the rest count as endless too. Input: the
secret, a line end, then one JSON object: `{"code", "entry", "cases": [source], "asserts", "seconds",
"patience"}`. The first `asserts` cases are judged; the others, which are expressions, are observed. The
report (`TROUPE_REPORT`) has one line a case: an HMAC, a space, JSON. Exit codes: 0 all passed, 1 some failed,
3 no forking here. Needs POSIX.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import troupe_judging as judging
import troupe_program as program

LONGEST = 32 * 1024**2
SUBREAPER, DUMPABLE = 36, 4
START, END, DONE = b"s", b"e", b"d"


def main(read: Callable[[], str] | None = None, closed: tuple[int, ...] = ()) -> int:
    """Try all cases; the exit code. The input is what `read` gives, else the standard one.

    `closed` are descriptors of this process that none of the others may hold.
    """
    if not hasattr(os, "fork"):
        sys.stderr.write("Programs are tried out by forking, which this system cannot do.\n")
        return 3
    report = os.environ.pop("TROUPE_REPORT", os.devnull)
    _control(DUMPABLE, 0)  # no process of the program may read or change the memory of this one
    foreman, nursery = socket.socketpair()
    job_read, job_write = os.pipe()
    told_read, told_write = os.pipe()
    # Both are forked before anything is read: what they must not know is in no copy of this memory.
    if os.fork() == 0:
        foreman.close()
        for descriptor in (job_read, job_write, told_read, told_write, *closed):
            os.close(descriptor)
        _as_child(lambda: _nursery(nursery))
    nursery.close()
    if os.fork() == 0:
        for descriptor in (job_write, told_read, *closed):
            os.close(descriptor)
        _as_child(lambda: _foreman(foreman, job_read, told_write))
    foreman.close()
    os.close(job_read)
    os.close(told_write)
    secret, _, job = (read or sys.stdin.read)().partition("\n")
    with contextlib.suppress(BrokenPipeError), os.fdopen(job_write, "w", encoding="utf-8") as to:
        to.write(job)
    return _keep(report, secret, told_read, json.loads(job)["asserts"])


def _keep(report: str, secret: str, told_read: int, wrong: int) -> int:
    """Sign what the foreman tells and write it down; the exit code."""
    with open(report, "a", encoding="utf-8") as file, os.fdopen(told_read, encoding="utf-8") as lines:
        for line in lines:
            told = line.rstrip("\n")
            file.write(f"{signed(secret, told)}\n")
            file.flush()
            result = json.loads(told)
            wrong -= result["kind"] == "passed"
            sys.stdout.write(f"{result['kind']:8} {result['name'][:200]}\n")
            sys.stdout.flush()
    return 1 if wrong else 0


def signed(secret: str, told: str) -> str:
    """A line of the report."""
    return f"{hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()} {told}"


# --- the nursery -----------------------------------------------------------------------------------


def _nursery(connection: socket.socket) -> None:
    """Fork a process of the program for each connection that comes, and end it when told to."""
    _control(SUBREAPER, 1)
    size = int.from_bytes(_exactly(connection, 8), "big")
    known = json.loads(_exactly(connection, size))
    while True:
        order, given, _, _ = socket.recv_fds(connection, 1, 1)
        if not order:
            return
        if order == START:
            pid = os.fork()
            if pid == 0:
                connection.close()
                os.setsid()
                program.serve(given[0], (known["code"], known["entry"]))
            os.close(given[0])
        else:
            _sweep(pid)
        connection.sendall(DONE)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


# --- the foreman -----------------------------------------------------------------------------------


def _foreman(nursery: socket.socket, job_read: int, told: int) -> None:
    """Fork a judge for each case and pass on what it says, or that it said nothing in time."""
    with os.fdopen(job_read, encoding="utf-8") as lines:
        job = json.load(lines)
    known = json.dumps({"code": job["code"], "entry": job["entry"]}).encode()
    nursery.sendall(len(known).to_bytes(8, "big") + known)
    for result in carried_out(job, lambda index: _case(job, index, nursery, told)):
        _write(told, f"{json.dumps(result)}\n".encode())


def carried_out(job: dict[str, Any], case: Callable[[int], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What every case came to, each carried out by `case` as long as there is patience."""
    endless = 0
    for index, source in enumerate(job["cases"]):
        started = time.monotonic()
        said = timeout(job) if endless >= job["patience"] else case(index)
        endless += said["kind"] == "timeout"
        result = {"index": index, "name": source, "seconds": round(time.monotonic() - started, 4), **said}
        if index < job["asserts"]:  # what is observed is no test
            result["outcome"] = "passed" if result["kind"] == "passed" else "failed"
        yield {"message": "", **result}


def _case(job: dict[str, Any], index: int, nursery: socket.socket, told: int) -> dict[str, Any]:
    """One case: a process of the program, a judge beside it, and the end of both."""
    reading, writing = os.pipe()
    try:
        here = _program(nursery)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            for descriptor in (reading, told, nursery.fileno()):
                os.close(descriptor)
            _as_child(lambda: _write(writing, _judgement(job, index, here)))
        here.close()
        os.close(writing)
        text = _read(reading, time.monotonic() + job["seconds"])
        _sweep(pid)
        nursery.sendall(END)
        nursery.recv(1)
    except OSError:  # the program has ended the process that starts it, so there can be no more cases
        text = b""
    finally:
        os.close(reading)
    if text is None:
        return timeout(job)
    try:
        said: dict[str, Any] = json.loads(text)
    except ValueError:
        ended: dict[str, Any] = judging.raised("Ended", "Its process ended in the middle of the case.")
        return ended
    return said


def _judgement(job: dict[str, Any], index: int, connection: socket.socket) -> bytes:
    return json.dumps(judging.judge(job, index, judging.Program(connection))).encode()


def _program(nursery: socket.socket) -> socket.socket:
    """A connection to a new process of the program; `OSError` when the nursery is gone."""
    here, there = socket.socketpair()
    with there:
        socket.send_fds(nursery, [START], [there.fileno()])
    if nursery.recv(1) != DONE:
        raise BrokenPipeError
    return here


def timeout(job: dict[str, Any]) -> dict[str, Any]:
    """The result of a case that did not come to its end."""
    told = f"It did not end within {job['seconds']:g} s."
    return {"kind": "timeout", "limit": job["seconds"], "message": told}


def _read(reading: int, deadline: float) -> bytes | None:
    """Everything until the end; None when that has not come by the deadline."""
    parts: list[bytes] = []
    size = 0
    while size < LONGEST:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return None
        part = os.read(reading, 1 << 16)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _sweep(pid: int, spared: int = 0) -> bool:
    """End the case's session, and whatever has left it and was adopted by this process; not `spared`.

    Whether nothing is left of it for sure.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
    children = f"/proc/self/task/{os.getpid()}/children"
    for _ in range(100):
        try:
            left = [child for child in map(int, _contents(children).split()) if child != spared]
        except (OSError, ValueError):
            return False
        if not left:
            return True
        for child in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)
    return False


def _contents(path: str) -> bytes:
    """A file of the kernel's, whole; `OSError` when it cannot be read."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(file, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)


def _as_child(work: Any) -> None:
    """Do the work of a forked process, which then ends without coming back."""
    try:
        work()
    finally:
        os._exit(0)


def _write(to: int, data: bytes) -> None:
    while data:
        data = data[os.write(to, data) :]


def _control(option: int, value: int) -> None:
    """Linux's `prctl`; elsewhere the program's processes are told apart by their session alone."""
    with contextlib.suppress(Exception):
        import ctypes  # noqa: PLC0415 - not everywhere

        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
