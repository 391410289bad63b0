"""The process that forks launchers (`resources/sandbox/zygote.py`): one for all programs of this Troupe.

It is started when it is first needed, and again when it has ended. A thread of its own starts it and lives as
long: the zygote ends with the thread that started it, and also when its line to here is closed.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress

from agents.errors import SandboxError

ANSWER_SECONDS = 10.0
ATTEMPTS = 2


class Zygote:
    """Forks launchers. `command` says how it is started, by the number of its end of the line.

    May be used by several threads. A fork of this process has a zygote of its own.
    """

    def __init__(self, command: Callable[[int], Sequence[str]]) -> None:
        self._command = command
        self._forget()
        if hasattr(os, "register_at_fork"):  # Windows, where this is never used, cannot fork
            os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Have it running, which takes as long as an interpreter's start. `SandboxError` if it cannot be."""
        with self._lock:
            if not self.running:
                with suppress(OSError):  # who needs it tries again, and is told
                    self._begin()

    def fork(self, files: Sequence[int]) -> int:
        """The number of a new launcher, which gets `files`; it stays its own until `release`.

        Takes a millisecond where it is running. `SandboxError` when it cannot be had.
        """
        with self._lock:
            for _ in range(ATTEMPTS):
                with suppress(OSError):  # it has ended, or does not answer: another one
                    return self._asked(files)
                self._end()
        raise SandboxError(
            "The launcher of sandboxes does not answer.", "Try again; `troupe doctor` says what is missing."
        )

    def release(self, pid: int) -> None:
        """Let go of a launcher that has ended."""
        with suppress(OSError), self._lock:  # ended as well, it has nothing to let go of
            if self._line is not None:
                self._line.send(b"r%d" % pid)

    def _asked(self, files: Sequence[int]) -> int:
        line = self._line or self._begin()
        socket.send_fds(line, [b"f"], list(files))
        answer = line.recv(32)
        if not answer:
            raise ConnectionResetError
        pid = int(answer)
        if pid < 0:
            raise SandboxError(f"No further program can be started: {os.strerror(-pid)}.")
        return pid

    def _begin(self) -> socket.socket:
        self._end()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        here.settimeout(ANSWER_SECONDS)
        started: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(target=self._keep, args=(there, started), name="zygote", daemon=True).start()
        try:
            self._process = started.result()
        except OSError as error:
            here.close()
            raise SandboxError(f"The launcher of sandboxes could not be started: {error}.") from error
        self._line = here
        if not here.recv(32):  # it says when it is ready
            raise ConnectionResetError
        return here

    def _keep(self, there: socket.socket, started: Future[subprocess.Popen[bytes]]) -> None:
        """Start the process and wait for its end: this thread must live as long."""
        with there:
            try:
                process = subprocess.Popen(
                    self._command(there.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env={"PATH": os.environ.get("PATH", "")},
                    pass_fds=(there.fileno(),),
                    start_new_session=True,
                )
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                started.set_exception(error)
                return
        started.set_result(process)
        process.wait()

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            self._process = None
