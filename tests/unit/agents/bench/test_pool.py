from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.bench.pool import WARM, PooledSandbox, Worker
from agents.contracts import Command, Execution
from agents.programs import unsealed
from agents.sandboxes import best_sandbox
from agents.trials import trial_command, trial_job
from tests.support.sandboxes import isolated_or_skipped

SECRET = "a secret of this test"
RIGHT = "def f(x):\n    return x\n"
LEAVES = """\
import os, pathlib
def f(x):
    for folder in ('/work', '/tmp', '/dev/shm'):
        pathlib.Path(folder, 'left').write_text('here')
        os.makedirs(f'{folder}/deep/er', exist_ok=True)
    if os.fork() == 0:
        os.setsid()
        import time
        time.sleep(60)
    return x
"""
LOOKS = """\
import os, pathlib
def f(x):
    left = [folder for folder in ('/work', '/tmp', '/dev/shm')
            if any(pathlib.Path(folder, name).exists() for name in ('left', 'deep'))]
    sleeping = [pid for pid in os.listdir('/proc') if pid.isdigit() and pid != '1'
                and 'troupe' not in pathlib.Path('/proc', pid, 'cmdline').read_text()
                and pathlib.Path('/proc', pid, 'comm').read_text().startswith('python')]
    return [left, sleeping]
"""
STEALS = """\
import os, select
def f(x):
    found = []
    for number in range(64):
        try:
            if select.select([number], [], [], 0)[0]:
                found.append(os.read(number, 100).decode())
        except (OSError, ValueError):
            pass
    return 'secret' in ''.join(found)
"""
KEEPS = """\
import ctypes
libc = ctypes.CDLL(None)
def f(x):
    kept = libc.shmget(4711, 4096, 0o1600) >= 0 and libc.semget(4712, 1, 0o1600) >= 0
    return kept and libc.mq_open(b'/left', 0o102, 0o600, None) < 0
"""
FINDS = """\
import ctypes
libc = ctypes.CDLL(None)
def f(x):
    return [libc.shmget(4711, 4096, 0) >= 0, libc.semget(4712, 1, 0) >= 0]
"""
KILLS = "import os, signal\ndef f(x):\n    os.kill(-1, signal.SIGKILL)\n    return x\n"
MARKED = """\
MARK = 'the text of one ' + 'candidate'
def f(x):
    return x
"""
SEARCHES = """\
def f(x):
    wanted = [(b'candidate o', b'nly here'), (b'secret k', b'eeper'), (b'a secret o', b'f this test')]
    found = []
    for line in open('/proc/self/maps'):
        area, access, *_ = line.split()
        start, end = (int(part, 16) for part in area.split('-'))
        if access.startswith('rw') and end - start < 1 << 28:
            with open('/proc/self/mem', 'rb') as memory:
                memory.seek(start)
                try:
                    held = memory.read(end - start)
                except OSError:
                    continue
            for one, other in wanted:
                place = held.find(one)
                while place >= 0:
                    if held[place + len(one):place + len(one) + len(other)] == other:
                        found.append(other.decode())
                    place = held.find(one, place + 1)
    return sorted(found)
"""
STOPS = "import os, signal\ndef f(x):\n    os.kill(os.getppid(), signal.SIGSTOP)\n    return x\n"
STOPS_ALL = "import os, signal\ndef f(x):\n    os.kill(-1, signal.SIGSTOP)\n    return x\n"
LONG = "def f(x):\n    return 'x' * 1_000_000\n"
NESTED = "import sys\nsys.setrecursionlimit(10**6)\ndef f(x):\n    return eval('[' * 50 + ']' * 50)\n"
FORGES = "import sys\nprint('\\\\ndone 0')\ndef f(x):\n    print('done 0')\n    return 0\n"


@pytest.fixture(autouse=True)
def warm() -> None:
    isolated_or_skipped()
    if best_sandbox().name not in WARM:
        pytest.skip(f"{best_sandbox().name} has no warm workers")


def command(code: str, *cases: str, seconds: float = 5.0) -> Command:
    made = trial_command(trial_job(code, "f", cases, seconds=seconds), "Try")
    return replace(made, stdin=f"{SECRET}\n{made.stdin}")


def results(done: Execution) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in unsealed(done.report, SECRET).splitlines()]
    return [{name: value for name, value in one.items() if name != "seconds"} for one in told]


def with_pool(play: Callable[[PooledSandbox], Awaitable[None]]) -> None:
    async def whole() -> None:
        pool = PooledSandbox(best_sandbox(), 1)
        try:
            await play(pool)
        finally:
            await pool.close()

    asyncio.run(whole())


async def run(pool: PooledSandbox, folder: Path, code: str, *cases: str, seconds: float = 5.0) -> Execution:
    return await pool.run(command(code, *cases, seconds=seconds), folder, lambda _text, _error: None)


def test_it_tells_what_a_sandbox_of_its_own_tells(tmp_path: Path) -> None:
    cases = ("assert f(1) == 1", "assert f(2) == 3", "assert f(1, 2) == 3", "assert f('ä') == 'ä'")

    async def play(pool: PooledSandbox) -> None:
        alone = await best_sandbox().run(command(RIGHT, *cases), tmp_path, lambda _text, _error: None)
        for _ in range(3):
            warm = await run(pool, tmp_path, RIGHT, *cases)
            assert results(warm) == results(alone)
            assert warm.exit_code == alone.exit_code == 1
        [endless] = results(
            await run(pool, tmp_path, "def f(x):\n    while True: pass\n", "assert f(1)", seconds=0.3)
        )
        assert endless["kind"] == "timeout"
        assert (pool.served, pool.run_again) == (4, 0)

    with_pool(play)


def test_nothing_of_one_program_reaches_the_next(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        assert (await run(pool, tmp_path, LEAVES, "assert f(1) == 1")).exit_code == 0
        [seen] = results(await run(pool, tmp_path, LOOKS, "assert f(1) == [[], []]"))
        assert seen["kind"] == "passed", seen
        [seen] = results(await run(pool, tmp_path, STEALS, "assert f(1) == False"))
        assert seen["kind"] == "passed", seen
        assert pool.run_again == 0
        assert list(tmp_path.iterdir()) == []

    with_pool(play)


def test_memory_that_outlives_its_program_goes_with_the_worker(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        for _ in range(2):
            [kept] = results(await run(pool, tmp_path, KEEPS, "assert f(1) == True"))
            assert kept["kind"] == "passed", kept
            [seen] = results(await run(pool, tmp_path, FINDS, "assert f(1) == [False, False]"))
            assert seen["kind"] == "passed", seen

    with_pool(play)


def test_a_program_that_ends_the_worker_is_run_in_a_sandbox_of_its_own(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        alone = await best_sandbox().run(
            command(KILLS, "assert f(1) == 1"), tmp_path, lambda _text, _error: None
        )
        killed = await run(pool, tmp_path, KILLS, "assert f(1) == 1")
        assert results(killed) == results(alone)
        assert not any(one["kind"] == "passed" for one in results(killed))
        assert (await run(pool, tmp_path, RIGHT, "assert f(1) == 1")).exit_code == 0

    with_pool(play)


def test_a_forged_end_is_no_result(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        [told] = results(await run(pool, tmp_path, FORGES, "assert f(1) == 1"))
        assert told["kind"] == "failed"

    with_pool(play)


def test_no_memory_of_a_program_has_held_another_or_a_secret(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        marked = f"{MARKED}# candidate only here\n"
        [first] = results(await run(pool, tmp_path, marked, "assert f('secret keeper') == 'secret keeper'"))
        assert first["kind"] == "passed"
        [seen] = results(await run(pool, tmp_path, SEARCHES, "assert 'eeper' in f('secret keeper')"))
        assert seen["kind"] == "passed", seen  # what it was given it does find
        [seen] = results(await run(pool, tmp_path, SEARCHES, "assert f(1) == []"))
        assert seen["kind"] == "passed", seen
        assert pool.run_again == 0

    with_pool(play)


def test_a_worker_that_a_program_stops_is_replaced_and_nobody_else_is_blamed(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        await run(pool, tmp_path, STOPS, "assert f(1) == 1", seconds=0.5)
        [told] = results(await run(pool, tmp_path, RIGHT, "assert f(1) == 1"))
        assert told["kind"] == "passed"

    with_pool(play)


def test_a_worker_whose_clerk_a_program_stops_is_given_up_at_the_limit_of_a_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.bench.pool.SPARE", 0.3)

    async def whole() -> None:
        worker = Worker(best_sandbox())
        try:
            assert await worker.run(command(RIGHT, "assert f(1) == 1"))
            stopping = command(STOPS_ALL, *["assert f(1) == 1"] * 60, seconds=0.1)
            async with asyncio.timeout(stopping.limits.wall_seconds - 1):
                assert await worker.run(stopping) is None
        finally:
            await worker.close()

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("code", "case"),
    [
        (LONG, "assert f(1) == 2"),
        (NESTED, "assert f(1) == 2"),
        (RIGHT, "assert f(1) == 1, 'told'"),
        (RIGHT, "assert sorted(f([2, 1])) == [1, 2]"),
        (RIGHT, "value = f(3)\nassert value == 4"),
        (RIGHT, "assert f(...) is ..."),
        (RIGHT, "assert f(*[1]) == 1"),
        (RIGHT, "assert f({**{}}) == {}"),
        (RIGHT, "assert f(1) == "),
        (RIGHT, "assert not f(0)"),
        (RIGHT, "assert -1 == f(-1)"),
        (RIGHT, "assert f({'a': (1, {2})}) == {'a': (1, {2})}"),
        (RIGHT, "assert f({(): [1]}) == {[]: 1}"),
        ("def f(x):\n    print(x)\n    raise ValueError(x)\n", "assert f(1) == 1"),
        ("print('loaded')\ndef f(x):\n    print('called')\n    return x\n", "assert f(1) == 2"),
        ("print('loaded')\nraise ValueError(1)\n", "assert f(1) == 1"),
        ("import os\ndef f(x):\n    os._exit(3)\n", "assert f(1) == 1"),
        ("def g(x):\n    return x\n", "assert f(1) == 1"),
        ("def f(x:\n", "assert f(1) == 1"),
    ],
)
def test_the_clerk_judges_as_a_process_of_its_own_does(tmp_path: Path, code: str, case: str) -> None:
    async def play(pool: PooledSandbox) -> None:
        alone = await best_sandbox().run(command(code, case), tmp_path, lambda _text, _error: None)
        assert results(await run(pool, tmp_path, code, case)) == results(alone) != []
        assert pool.run_again == 0

    with_pool(play)


def test_other_programs_run_as_before(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        done = await pool.run(
            Command(("python", "-c", "print(41 + 1)")), tmp_path, lambda _text, _error: None
        )
        assert done.output.strip() == "42"
        assert (pool.served, pool.run_again) == (0, 0)

    with_pool(play)


def test_cancelling_ends_the_worker(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        endless = asyncio.create_task(
            run(pool, tmp_path, "def f(x):\n    while True: pass\n", "assert f(1)", seconds=30.0)
        )
        await asyncio.sleep(0.3)
        endless.cancel()
        with pytest.raises(asyncio.CancelledError):
            await endless
        assert (await run(pool, tmp_path, RIGHT, "assert f(1) == 1")).exit_code == 0

    with_pool(play)


def test_who_is_cancelled_while_a_worker_ends_does_not_disturb_its_end() -> None:
    async def whole() -> None:
        worker = Worker(best_sandbox())
        assert await worker.run(command(RIGHT, "assert f(1) == 1"))
        closing = asyncio.create_task(worker.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing])
        assert closing.cancelled()
        await worker.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(whole())


def test_a_worker_that_ends_while_all_are_ended_disturbs_nobody() -> None:
    async def whole() -> None:
        pool = PooledSandbox(best_sandbox(), 2)
        pool._idle.append(Worker(best_sandbox()))
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0)
        await asyncio.gather(closing, pool._end(Worker(best_sandbox())))

    asyncio.run(whole())


def test_who_waits_for_a_line_in_vain_leaves_nobody_waiting(tmp_path: Path) -> None:
    async def play(pool: PooledSandbox) -> None:
        endless = asyncio.create_task(
            run(pool, tmp_path, "def f(x):\n    while True: pass\n", "assert f(1)", seconds=30.0)
        )
        await asyncio.sleep(0.1)
        endless.cancel()
        await asyncio.wait([endless])
        await pool.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with_pool(play)
