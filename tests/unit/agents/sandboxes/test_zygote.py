"""The process that forks launchers: replaced when it has ended, never a way from one run into another."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.contracts import Command, Limits
from agents.errors import SandboxError
from agents.sandboxes import namespaces
from agents.sandboxes._processes import identity
from agents.sandboxes._zygote import Zygote
from tests.support.sandboxes import kind, program, run, write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux")
PATIENCE = 20.0
LOOK = """
import os, resource, signal, sys
fds = sorted(int(name) for name in os.listdir("/proc/self/fd"))
print(fds[:3], len(fds) <= 4, os.getcwd(), oct(os.umask(0)), sorted(os.environ))
print(resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CPU))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), os.getpriority(os.PRIO_PROCESS, 0), sys.stdin.read())
"""


@pytest.fixture(autouse=True)
def _usable() -> None:
    if refusal := kind("namespaces").probe():
        pytest.skip(refusal)


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def zygote_of(zygote: Zygote) -> int:
    process = zygote._process
    assert process is not None
    return process.pid


def hello(folder: Path) -> str:
    told = run(kind("namespaces").build(), folder, Command(("python", "-c", "print('hello')")))
    assert told.exit_code == 0, told
    return told.output


def test_another_one_takes_its_place_when_it_has_ended(tmp_path: Path) -> None:
    hello(tmp_path)
    first = zygote_of(namespaces.ZYGOTE)
    os.kill(first, signal.SIGKILL)
    assert hello(tmp_path) == "hello\n"
    assert zygote_of(namespaces.ZYGOTE) != first


def test_programs_end_with_it(tmp_path: Path) -> None:
    folder = program(tmp_path, "import time\nprint('up', flush=True)\ntime.sleep(60)\n")

    async def killed() -> None:
        up = asyncio.Event()
        running = asyncio.create_task(
            kind("namespaces").build().run(Command(("python", "main.py")), folder, lambda *_: up.set())
        )
        await asyncio.wait_for(up.wait(), PATIENCE)
        os.kill(zygote_of(namespaces.ZYGOTE), signal.SIGKILL)
        with pytest.raises(SandboxError):
            await asyncio.wait_for(running, PATIENCE)

    asyncio.run(killed())
    assert hello(tmp_path) == "hello\n"


def test_nothing_of_one_run_is_in_the_next(tmp_path: Path) -> None:
    folder = program(tmp_path, LOOK)
    sandbox = kind("namespaces").build()
    usual = Command(("python", "main.py"), stdin="one")
    before = run(sandbox, folder, usual)
    other = Command(
        ("python", "main.py"), stdin="two", env={"SECRET": "s"}, limits=Limits(open_files=99, cpu_seconds=7)
    )
    between = run(sandbox, folder, other)
    assert "'SECRET'" in between.output
    assert "(99, 99) (7, 8)" in between.output
    assert run(sandbox, folder, usual).output == before.output
    assert "[0, 1, 2] True /work" in before.output


def test_it_keeps_nothing_open_and_leaves_no_process(tmp_path: Path) -> None:
    hello(tmp_path)
    own = Path(f"/proc/{zygote_of(namespaces.ZYGOTE)}")
    open_before = sorted(path.name for path in (own / "fd").iterdir())
    for _ in range(5):
        hello(tmp_path)
    assert sorted(path.name for path in (own / "fd").iterdir()) == open_before
    assert until(lambda: not (own / f"task/{own.name}/children").read_text())


def test_many_at_once_get_their_own_answers(tmp_path: Path) -> None:
    sandbox = kind("namespaces").build()

    async def one(number: int) -> str:
        command = Command(("python", "-c", "print(input())"), stdin=f"{number}\n")
        return (await sandbox.run(command, tmp_path, lambda *_: None)).output

    async def all_of_them() -> list[str]:
        return list(await asyncio.gather(*map(one, range(8))))

    assert asyncio.run(all_of_them()) == [f"{number}\n" for number in range(8)]


def test_it_ends_when_troupe_is_killed(tmp_path: Path) -> None:
    source = (
        "import asyncio, pathlib, sys\n"
        "from agents.contracts import Command\n"
        "from agents.sandboxes import namespaces\n"
        "def heard(text, error):\n"
        "    print(namespaces.ZYGOTE._process.pid, flush=True)\n"
        "command = Command(('python', '-c', 'import time; print(1, flush=True); time.sleep(60)'))\n"
        "box = namespaces.NamespacesSandbox.build()\n"
        "asyncio.run(box.run(command, pathlib.Path(sys.argv[1]), heard))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", source, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as troupe:
        assert troupe.stdout is not None
        zygote = int(troupe.stdout.readline())
        below = [int(pid) for pid in Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()]
        assert below
        troupe.kill()
    assert until(lambda: not any(identity(pid) for pid in (zygote, *below)))


def test_a_fork_of_this_process_has_its_own(tmp_path: Path) -> None:
    hello(tmp_path)
    first = zygote_of(namespaces.ZYGOTE)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            hello(tmp_path)
            os.write(writing, str(zygote_of(namespaces.ZYGOTE)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        other = int(told.read())
    os.waitpid(child, 0)
    assert other != first
    assert hello(tmp_path) == "hello\n"
    assert zygote_of(namespaces.ZYGOTE) == first


def test_it_can_be_named_where_nothing_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork")
    assert Zygote(lambda _line: ())._process is None


def test_one_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    missing = Zygote(lambda _line: (str(tmp_path / "nowhere"),))
    with pytest.raises(SandboxError, match="could not be started"):
        missing.start()
    mute = Zygote(lambda _line: ("/bin/true",))
    with pytest.raises(SandboxError, match="does not answer"):
        mute.fork(())


@pytest.mark.parametrize("name", ["namespaces", "bubblewrap"])
def test_a_script_without_a_first_line_and_one_that_is_missing(name: str, tmp_path: Path) -> None:
    if refusal := kind(name).probe():
        pytest.skip(refusal)
    write(tmp_path, {"run.sh": "echo from a shell\n"})
    (tmp_path / "run.sh").chmod(0o755)
    assert run(kind(name).build(), tmp_path, Command(("./run.sh",))).output == "from a shell\n"
    missing = run(kind(name).build(), tmp_path, Command(("./gone.sh",)))
    assert missing.exit_code == 127
    assert "gone.sh" in missing.errors


def test_a_folder_that_was_taken_away_is_named_and_not_the_sandbox(tmp_path: Path) -> None:
    if refusal := kind("bubblewrap").probe():
        pytest.skip(refusal)
    with pytest.raises(SandboxError, match=f"The folder {tmp_path / 'gone'} is gone."):
        run(kind("bubblewrap").build(), tmp_path / "gone", Command(("true",)))
