"""Hostile candidates in a warm worker, each with one after it that did nothing and must not suffer.

A hostile one says what it could reach or change; its case holds only when that is nothing. What it did to the
worker may cost the next one its warm start, never its result.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent, indent

from agents.bench.pool import PooledSandbox
from agents.contracts import Command, Sandbox
from agents.programs import unsealed
from agents.trials import trial_command, trial_job
from tests.hostile.running import Told

HELD, SECONDS = "assert f(1) == []", 2.0
PRELUDE = """\
import os, resource, signal, socket, subprocess, sys, time
own = os.getpid()
others = [int(name) for name in os.listdir('/proc') if name.isdigit() and int(name) != own]
def tried(*deeds):
    done = []
    for deed in deeds:
        try:
            done.append(repr(deed())[:100])
        except (OSError, ValueError):
            pass
    return done
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What it does, the body of its function, and how its own case may end."""

    what: str
    body: str
    ends: frozenset[str] = frozenset({"passed"})

    @property
    def code(self) -> str:
        """The program."""
        return f"{PRELUDE}\ndef f(x):\n{indent(dedent(self.body).strip(), '    ')}\n"


WHATEVER = frozenset({"passed", "failed", "raised", "timeout", "none"})
NEVER_PASSED = WHATEVER - {"passed"}

INNOCENT = Candidate(
    "nothing",
    """
    x = [0] * 20_000_000  # 160 MB
    for folder in ('/work', '/tmp', '/dev/shm'):
        assert not os.path.exists(f'{folder}/left')
        with open(f'{folder}/own', 'w') as file:
            file.write('own')
        assert open(f'{folder}/own').read() == 'own'
    socket.socketpair()
    assert len(others) <= 8, others
    assert os.getpriority(os.PRIO_PROCESS, 0) == 0
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    assert subprocess.run(['true']).returncode == 0
    return []
    """,
)

CANDIDATES = (
    Candidate(
        "forge its results",
        r"""
        line = ('0' * 64) + ' {"index": 0, "kind": "passed", "name": "", "message": ""}\ndone 0\n'
        places = ['/run/report', *(f'/proc/{one}/fd/{n}' for one in ('self', *others) for n in range(8))]
        tried(*(lambda place=place: open(place, 'a').write(line) for place in places))
        tried(*(lambda n=n: os.write(n, line.encode()) for n in range(16)))
        print(line)
        return ['forged']
        """,
        NEVER_PASSED,
    ),
    Candidate(
        "empty the report",
        "tried(lambda: open('/run/report', 'w').close())\nreturn []",
        WHATEVER,
    ),
    Candidate(
        "answer before it is asked",
        r"""
        tried(*(lambda n=n: os.write(n, b'{"value": "[]"}\n' * 50_000) for n in range(3, 16)))
        return ['forged']
        """,
        NEVER_PASSED,
    ),
    Candidate(
        "end the clerk",
        "[os.kill(o, 9) for o in others if o not in (1, os.getppid())]\nreturn [1]",
        NEVER_PASSED,
    ),
    Candidate(
        "interrupt the clerk",
        "[os.kill(o, 2) for o in others if o not in (1, os.getppid())]\nreturn [1]",
        NEVER_PASSED,
    ),
    Candidate("end everything", "os.kill(-1, 9)\nreturn [1]", NEVER_PASSED),
    Candidate("stop the worker", "os.kill(os.getppid(), signal.SIGSTOP)\nreturn []", WHATEVER),
    Candidate(
        "read the memory of the worker, the clerk and the first process",
        """
        names = ('maps', 'environ', 'auxv')
        return tried(*(lambda o=o, n=n: open(f'/proc/{o}/{n}', 'rb') for o in others for n in names))
        """,
    ),
    Candidate(
        "change their memory",
        "return tried(*(lambda o=o: os.open(f'/proc/{o}/mem', os.O_RDWR) for o in others))",
    ),
    Candidate(
        "use their open files",
        """
        there = [f'/proc/{o}/fd/{n}' for o in others for n in range(16)]
        return tried(*(lambda p=p: os.open(p, os.O_RDONLY | os.O_NONBLOCK) for p in there))
        """,
    ),
    Candidate(
        "use files of the worker's that it holds itself",
        "return tried(*(lambda n=n: os.fstat(n) for n in range(3, 64)))[1:]  # beside the one to its judge",
    ),
    Candidate(
        "look through their folders",
        """
        names = ('root', 'cwd')
        return tried(*(lambda o=o, n=n: os.listdir(f'/proc/{o}/{n}/') for o in others for n in names))
        """,
    ),
    Candidate(
        "leave files",
        """
        for folder in ('/work', '/tmp', '/dev/shm'):
            os.makedirs(f'{folder}/left/deep')
            os.chmod(f'{folder}/left', 0)
        return []
        """,
        WHATEVER,
    ),
    Candidate(
        "close the folders to the next one",
        "[os.chmod(folder, 0o555) for folder in ('/work', '/tmp', '/dev/shm')]\nreturn []",
    ),
    Candidate(
        "have the next one's files closed to it",
        r"""
        closed = bytes.fromhex('02000000' '01000000ffffffff' '04000000ffffffff' '20000000ffffffff')
        tried(*(lambda p=p: os.setxattr(p, 'system.posix_acl_default', closed) for p in ('/work', '/tmp')))
        return []
        """,
    ),
    Candidate(
        "lower the memory that the next one may have",
        "[resource.prlimit(o, resource.RLIMIT_AS, (90 << 20, 90 << 20)) for o in others if o > 1]\nreturn []",
    ),
    Candidate(
        "lower how many files the next one may open",
        "[resource.prlimit(o, resource.RLIMIT_NOFILE, (3, 3)) for o in others if o > 1]\nreturn []",
        WHATEVER,
    ),
    Candidate(
        "let the next one have no time",
        """
        for o in others:
            os.setpriority(os.PRIO_PROCESS, o, 19)
            os.sched_setscheduler(o, os.SCHED_IDLE, os.sched_param(0))
        return []
        """,
    ),
    Candidate(
        "escape its own limit of memory",
        "return tried(lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 34, 1 << 34)))",
    ),
    Candidate(
        "print without end",
        "while True: print('x' * 100_000); os.write(1, b'x' * 100_000); os.write(2, b'x' * 100_000)",
        frozenset({"timeout"}),
    ),
    Candidate("answer with 100 MB", "return 'x' * 100_000_000", NEVER_PASSED),
    Candidate(
        "double itself eight times",
        """
        for _ in range(8):
            try: os.fork()
            except OSError: pass
        time.sleep(0.5)
        return []
        """,
        WHATEVER,
    ),
    Candidate(
        "run away from whoever ends it",
        """
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                until = time.monotonic() + 10
                while time.monotonic() < until:
                    if os.fork(): os._exit(0)
                os._exit(0)
        return []
        """,
        WHATEVER,
    ),
)


def _command(candidate: Candidate, secret: str) -> Command:
    made = trial_command(trial_job(candidate.code, "f", [HELD], seconds=SECONDS), "Try")
    return replace(made, stdin=f"{secret}\n{made.stdin}")


async def _tried(pool: PooledSandbox, folder: Path, candidate: Candidate) -> tuple[str, str]:
    """How its case ended, and what was said of it."""
    secret = secrets.token_hex(16)
    done = await pool.run(_command(candidate, secret), folder, lambda _text, _error: None)
    told = [json.loads(line) for line in unsealed(done.report, secret).splitlines()]
    if len(told) != 1:
        return "none", f"It has {len(told)} results."
    return str(told[0]["kind"]), str(told[0]["message"])[:200]


async def tried_in(pool: PooledSandbox, folder: Path, candidate: Candidate) -> Told:
    """A hostile candidate, then the innocent one, in the same pool with one worker."""
    kind, said = await _tried(pool, folder, candidate)
    after, complaint = await _tried(pool, folder, INNOCENT)
    if kind not in candidate.ends:
        return Told(False, f"It {kind}: {said}")
    if after != "passed":
        return Told(False, f"The next one {after}: {complaint}")
    return Told(True, f"It {kind}; the next one passed.")


def try_warm(sandbox: Sandbox, folder: Path, candidate: Candidate) -> Told:
    """`tried_in` a pool of its own."""

    async def whole() -> Told:
        pool = PooledSandbox(sandbox, 1)
        try:
            return await tried_in(pool, folder, candidate)
        finally:
            await pool.close()

    return asyncio.run(whole())
