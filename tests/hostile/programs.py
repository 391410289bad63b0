"""Hostile programs that use up what a machine has, outlive their end, or leave something behind.

They are bounded where nothing would stop them: by their limits here, or by the numbers in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from agents.contracts import EndedBy, Limits

MEBIBYTE = 1024**2


@dataclass(frozen=True, slots=True)
class Program:
    """A program, what it does in words, its limits, how it may end, and what its verdict must say."""

    name: str
    what: str
    code: str
    limits: Limits
    ends: frozenset[EndedBy]
    says: str


def _program(name: str, what: str, code: str, says: str, *ends: EndedBy, **limits: float) -> Program:
    return Program(name, what, code, Limits(**limits), frozenset(ends), says)  # type: ignore[arg-type]


PROGRAMS = (
    _program(
        "fork-bomb",
        "double itself eight times",  # the kernel does not hold the real root to a number of processes
        "import os, time\nfor _ in range(8):\n    try: os.fork()\n    except OSError: pass\ntime.sleep(60)\n",
        "more than 40 processes",
        "processes",
        processes=40,
    ),
    _program(
        "threads",
        "start threads without end",
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
        "at most 40 processes and threads|more than 40 processes",
        "exit",
        "processes",
        processes=40,
    ),
    _program(
        "memory",
        "take 4 GiB of memory at once",
        "x = bytearray(4 * 1024**3)\n",
        "at most 256 MiB of memory",
        "exit",
        memory=256 * MEBIBYTE,
    ),
    _program(
        "memory-slowly",
        "take it piece by piece",
        "import time\nx = []\nfor _ in range(128): x.append(b'x' * (32 * 1024**2)); time.sleep(0.02)\n",
        "256 MiB of memory",
        "memory",
        "exit",
        memory=256 * MEBIBYTE,
    ),
    _program(
        "memory-shared-out",
        "take it over eight processes",
        "import os, time\nfor _ in range(8):\n"
        "    if not os.fork(): x = b'x' * (80 * 1024**2); time.sleep(20); os._exit(0)\ntime.sleep(20)\n",
        "more than 256 MiB of memory",
        "memory",
        memory=256 * MEBIBYTE,
    ),
    _program(
        "endless-loop",
        "run for ever",
        "while True: pass\n",
        "more than 1 s of processor time",
        "signal",
        cpu_seconds=1,
    ),
    _program(
        "endless-sleep",
        "sleep for ever and ignore SIGTERM",
        "import signal, time\nfor n in range(1, 32):\n"
        "    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass\nwhile True: time.sleep(60)\n",
        "did not end within 0.5 s",
        "timeout",
        wall_seconds=0.5,
    ),
    _program(
        "output",
        "print 1 GB",
        "import os\nfor _ in range(1000): os.write(1, b'x' * 1_000_000)\n",
        "printed without end",
        "output",
        output=64 * 1024,
    ),
    _program(
        "many-files",
        "make 100,000 files",
        "import os\nos.mkdir('many')\nfor n in range(100_000): os.close(os.open(f'many/{n}', os.O_CREAT))\n",
        "more than 2,000 files",
        "files",
        files=2_000,
    ),
    _program(
        "big-file",
        "make a file of 10 GB",
        "f = open('big', 'wb')\nf.truncate(10 * 10**9)\n",
        "at most 16 MiB",
        "exit",
        file_size=16 * MEBIBYTE,
    ),
    _program(
        "written-file",
        "really write it",
        "f = open('written', 'wb')\nfor _ in range(10_000): f.write(b'x' * 1_000_000)\n",
        "at most 16 MiB",
        "exit",
        file_size=16 * MEBIBYTE,
    ),
    _program(
        "many-big-files",
        "fill the disk with many",
        "import time\nfor n in range(1000):\n"
        "    open(f'part{n}', 'wb').write(b'x' * 1_000_000); time.sleep(0.005)\n",
        "more than 20 MiB of files",
        "disk",
        disk=20 * MEBIBYTE,
    ),
    _program(
        "scratch",
        "fill /tmp and /dev/shm",
        "for n in range(100):\n"
        "    for p in ('/tmp', '/dev/shm'): open(f'{p}/{n}', 'wb').write(b'x' * 10_000_000)\n",
        "No space left on device",
        "exit",
    ),
    _program(
        "many-open-files",
        "open files without end",
        "x = [open('/dev/null') for _ in range(100_000)]\n",
        "at most 256 files",
        "exit",
    ),
)
