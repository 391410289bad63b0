"""Forks a launcher for each program, so that no program waits until an interpreter has started.

`python -I -S zygote.pyc LINE`, where LINE is an end of a pair of sockets for whole messages. It says `0` when
it is ready. Two orders are known. `f` comes with six open files, three for the launcher (see `launcher.py`,
whose words hold the program too) and three that become the program's standard ones; the answer is the number
of the forked process, or the negative number of the error. `r` and a number lets that process go once it has
ended: until then nobody else gets its number.

It has one thread, ends with whoever started it, and carries nothing of one run into another: it reads nothing
of what it passes on, closes it before it takes the next order, and never changes its own environment,
folders, limits or signals. What a run needs is changed in the fork.
"""

from __future__ import annotations

import _socket
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))  # an isolated interpreter does not look there by itself

import launcher

FILES = 6
CLOSE_ON_EXEC = 0x40000000  # MSG_CMSG_CLOEXEC


def serve(line: _socket.socket) -> None:
    """Follow orders until there is nobody left to give any."""
    own = os.getpid()
    line.send(b"0")
    while True:
        order, more, _, _ = line.recvmsg(32, _socket.CMSG_SPACE(4 * FILES), CLOSE_ON_EXEC)
        files = [number for _, _, held in more for number in memoryview(held).cast("i")]
        if not order:
            return
        if order[:1] == b"r":
            os.waitpid(int(order[1:]), 0)
            continue
        try:
            pid = os.fork()
        except OSError as error:
            pid = -(error.errno or 1)
        if not pid:
            become_launcher(own, line, files)
        for number in files:
            os.close(number)
        line.send(b"%d" % pid)


def become_launcher(zygote: int, line: _socket.socket, files: list[int]) -> None:
    """Launch what the files describe, in this fork, which does not come back."""
    try:
        launcher.die_with_parent()
        if os.getppid() != zygote:
            os._exit(1)  # it ended before that was said
        line.close()
        os.setsid()
        for number, stream in enumerate(files[3:]):
            os.dup2(stream, number)
            os.close(stream)
        launcher.launch(*files[:3])
    except (OSError, ValueError) as problem:
        launcher.tell(problem)
    finally:
        os._exit(1)


if __name__ == "__main__":
    launcher.die_with_parent()
    serve(_socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)
