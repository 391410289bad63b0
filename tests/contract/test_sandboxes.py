"""Every sandbox that works on this machine is held to one suite; the isolating ones to a second."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.contracts import Command, Limits, Sandbox
from agents.errors import SandboxError
from agents.registry import sandboxes
from agents.sandboxes import best_sandbox
from tests.support.sandboxes import processes_with, program, run, write

PYTHON = ("python", "main.py")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


# --- what every sandbox does -------------------------------------------------------------------------


def test_gives_the_exit_code_and_both_streams(sandbox: Sandbox, project: Path) -> None:
    program(project, "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)")
    pieces: list[tuple[str, bool]] = []

    async def go() -> None:
        execution = await sandbox.run(
            Command(PYTHON), project, lambda text, error: pieces.append((text, error))
        )
        assert (execution.exit_code, execution.ended_by) == (3, "exit")
        assert sorted(execution.output.splitlines()) == ["err", "out"]
        assert execution.errors == "err\n"
        assert 0 < execution.seconds < 30

    asyncio.run(go())
    assert "".join(text for text, error in pieces if not error) == "out\n"
    assert "".join(text for text, error in pieces if error) == "err\n"


def test_gives_input_and_then_its_end(sandbox: Sandbox, project: Path) -> None:
    program(project, "print(input() + '!')\ninput()")
    execution = run(sandbox, project, Command(PYTHON, stdin="hä\n"))
    assert execution.output.startswith("hä!\n")
    assert "EOFError" in execution.errors


def test_a_program_need_not_read_its_input(sandbox: Sandbox, project: Path) -> None:
    program(project, "print('done')")
    execution = run(sandbox, project, Command(PYTHON, stdin="x" * 1_000_000))
    assert (execution.exit_code, execution.output) == (0, "done\n")


def test_who_may_still_type_does_not_delay_the_end(
    sandbox: Sandbox, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.sandboxes._supervisor.PIPE_SECONDS", 3600.0)
    program(project, "print(input() + '!')")

    async def typed() -> AsyncIterator[str]:
        yield "hä\n"
        await asyncio.Event().wait()

    execution = run(sandbox, project, Command(PYTHON, typed=typed()))
    assert (execution.exit_code, execution.output) == (0, "hä!\n")


def test_a_character_may_arrive_in_pieces(sandbox: Sandbox, project: Path) -> None:
    text = "import sys, time\nfor byte in '€'.encode() + b'\\xff':\n"
    program(project, f"{text} sys.stdout.buffer.write(bytes([byte])); sys.stdout.flush(); time.sleep(0.02)")
    assert run(sandbox, project, Command(PYTHON)).output == "€\ufffd"


def test_output_is_capped_and_the_rest_counted(sandbox: Sandbox, project: Path) -> None:
    program(project, "print('x' * 2999)")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(output=1000)))
    assert execution.output == "x" * 1000 + "\n[2,000 more bytes of output were left out]\n"
    assert execution.exit_code == 0


def test_endless_output_is_ended(sandbox: Sandbox, project: Path) -> None:
    program(project, "while True: print('x' * 1000)")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(output=1000)))
    assert (execution.ended_by, execution.exit_code) == ("output", None)
    assert len(execution.output) < 1100


def test_a_signal_shows_as_a_negative_exit_code(sandbox: Sandbox, project: Path) -> None:
    program(project, "import os; os.kill(os.getpid(), 11)")
    execution = run(sandbox, project, Command(PYTHON))
    assert (execution.exit_code, execution.ended_by) == (-11, "signal")


def test_time_on_the_wall_is_limited(sandbox: Sandbox, project: Path) -> None:
    program(project, "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)")
    started = time.monotonic()
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(wall_seconds=0.4)))
    assert (execution.ended_by, execution.exit_code) == ("timeout", None)
    assert time.monotonic() - started < 5


def test_a_program_is_asked_to_end_before_it_is_ended(sandbox: Sandbox, project: Path) -> None:
    lines = ("import signal, sys, time", "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye')))")
    program(project, "\n".join((*lines, "print('hello')", "time.sleep(60)")))
    execution = run(sandbox, project, Command(PYTHON, stays_open=True, settle_seconds=0.5))
    assert (execution.ended_by, execution.output) == ("settled", "hello\nbye\n")


def test_a_window_that_ends_early_is_no_success(sandbox: Sandbox, project: Path) -> None:
    program(project, "raise SystemExit(2)")
    execution = run(sandbox, project, Command(PYTHON, stays_open=True))
    assert (execution.ended_by, execution.exit_code) == ("exit", 2)


def test_processor_time_is_limited(sandbox: Sandbox, project: Path) -> None:
    program(project, "while True: pass")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(cpu_seconds=1)))
    assert (execution.ended_by, execution.exit_code) == ("signal", -24)


def test_the_size_of_a_file_is_limited(sandbox: Sandbox, project: Path) -> None:
    program(project, "open('big', 'wb').write(b'x' * 2_000_000)")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(file_size=1024**2)))
    assert execution.exit_code != 0
    assert (project / "big").stat().st_size <= 1024**2


def test_many_files_are_limited_as_well(sandbox: Sandbox, project: Path) -> None:
    text = (
        "import time\nfor number in range(40): open(str(number), 'wb').write(b'x' * 100_000)\ntime.sleep(30)"
    )
    program(project, text)
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(disk=2_000_000)))
    assert (execution.ended_by, execution.exit_code) == ("disk", None)


@ON_LINUX
def test_memory_is_limited_over_all_processes(sandbox: Sandbox, project: Path) -> None:
    text = "import os, time\nfor _ in range(3):\n if not os.fork(): x = b'x' * 60_000_000; time.sleep(30)\n"
    program(project, f"{text}time.sleep(30)")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(memory=120 * 1024**2)))
    assert (execution.ended_by, execution.exit_code) == ("memory", None)


@ON_LINUX
def test_memory_that_is_shared_counts_once(sandbox: Sandbox, project: Path) -> None:
    text = "import os, time\nx = b'x' * 50_000_000\n"
    text += "for _ in range(4):\n if not os.fork(): time.sleep(0.3); os._exit(0)\n"
    program(project, f"{text}time.sleep(0.5)")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(memory=120 * 1024**2)))
    assert (execution.ended_by, execution.exit_code) == ("exit", 0)


@ON_LINUX
def test_the_number_of_processes_is_limited(sandbox: Sandbox, project: Path) -> None:
    program(project, "import os, time\nfor _ in range(40): os.fork() or time.sleep(30)\ntime.sleep(30)")
    execution = run(sandbox, project, Command(PYTHON, limits=Limits(processes=20)))
    assert execution.ended_by == "processes" or "BlockingIOError" in execution.errors


DAEMON = """\
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        nothing = subprocess.DEVNULL
        code = [sys.executable, "-c", "import time; time.sleep(60)", "{token}"]
        subprocess.Popen(code, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    os._exit(0)
os.wait()
{then}
"""


@ON_LINUX
@pytest.mark.parametrize("then", ["", "import time; time.sleep(60)"])
def test_a_daemon_does_not_survive(sandbox: Sandbox, project: Path, then: str) -> None:
    token = secrets.token_hex(8)
    program(project, DAEMON.format(token=token, then=then))
    run(sandbox, project, Command(PYTHON, limits=Limits(wall_seconds=1)))
    assert processes_with(token) == []


@ON_LINUX
def test_a_child_that_holds_the_output_does_not_delay_the_end(sandbox: Sandbox, project: Path) -> None:
    program(project, "import os, time\nif os.fork() == 0: os.setsid(); time.sleep(60)\nprint('parent')")
    execution = run(sandbox, project, Command(PYTHON))
    assert (execution.exit_code, execution.output) == (0, "parent\n")
    assert execution.seconds < 5


@ON_LINUX
def test_cancelling_ends_everything(sandbox: Sandbox, project: Path) -> None:
    token = secrets.token_hex(8)
    program(project, DAEMON.format(token=token, then="print('ready')\nimport time; time.sleep(60)"))

    async def go() -> None:
        ready = asyncio.Event()
        task = asyncio.create_task(sandbox.run(Command((*PYTHON, token)), project, lambda *_: ready.set()))
        await asyncio.wait_for(ready.wait(), 20)
        assert processes_with(token)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert processes_with(token) == []


@pytest.mark.parametrize("turns", range(0, 24, 2))
def test_cancelling_while_it_starts_leaves_nothing(sandbox: Sandbox, project: Path, turns: int) -> None:
    token = secrets.token_hex(8)
    program(project, "import time; time.sleep(60)")

    async def go() -> None:
        task = asyncio.create_task(sandbox.run(Command((*PYTHON, token)), project, lambda *_: None))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert processes_with(token) == []


def test_several_programs_run_side_by_side(sandbox: Sandbox, project: Path) -> None:
    program(project, "import sys, time; time.sleep(0.2); print(sys.argv[1])")

    async def go() -> list[str]:
        commands = [Command((*PYTHON, str(number))) for number in range(4)]
        runs = [sandbox.run(command, project, lambda *_: None) for command in commands]
        return [execution.output.strip() for execution in await asyncio.gather(*runs)]

    assert asyncio.run(go()) == ["0", "1", "2", "3"]


def test_the_loop_is_never_blocked(sandbox: Sandbox, project: Path) -> None:
    program(project, "import time; time.sleep(0.5)")
    run(sandbox, project, Command(PYTHON))  # what is made once has been made

    async def go() -> float:
        task = asyncio.create_task(sandbox.run(Command(PYTHON), project, lambda *_: None))
        worst = 0.0
        while not task.done():
            started = time.monotonic()
            await asyncio.sleep(0.001)
            worst = max(worst, time.monotonic() - started)
        return worst

    assert asyncio.run(go()) < 0.15  # a machine under load; a blocked loop would stand for half a second


def test_variables_of_troupe_do_not_reach_the_program(
    sandbox: Sandbox, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    program(project, "import json, os; print(json.dumps(dict(os.environ)))")
    variables = json.loads(run(sandbox, project, Command(PYTHON, env={"WANTED": "yes"})).output)
    assert "SECRET_TOKEN" not in variables
    assert "PYTHONPATH" not in variables
    assert variables["WANTED"] == "yes"
    assert variables["PYTHONDONTWRITEBYTECODE"] == "1"


@pytest.mark.parametrize("module", ["pydantic", "pytest", "agents", "pip", "app"])
def test_packages_of_troupe_are_out_of_reach(sandbox: Sandbox, project: Path, module: str) -> None:
    program(project, f"import {module}")
    execution = run(sandbox, project, Command(PYTHON))
    assert f"No module named '{module}'" in execution.errors


def test_nothing_is_added_to_the_project(sandbox: Sandbox, project: Path) -> None:
    write(project, {"main.py": "import other", "other.py": "", "test_it.py": "def test_it(): import other"})
    run(sandbox, project, Command(PYTHON))
    run(sandbox, project, Command(("python", "-m", "troupe_tests"), tests=True))
    assert sorted(path.name for path in project.iterdir()) == ["main.py", "other.py", "test_it.py"]


def test_a_program_that_is_not_there_is_named(sandbox: Sandbox, project: Path) -> None:
    with pytest.raises(SandboxError, match="no-such-program"):
        run(sandbox, project, Command(("no-such-program",)))
    with pytest.raises(SandboxError, match="empty"):
        run(sandbox, project, Command(()))


def test_a_missing_main_file_is_the_programs_failure(sandbox: Sandbox, project: Path) -> None:
    execution = run(sandbox, project, Command(PYTHON))
    assert execution.exit_code == 2
    assert "main.py" in execution.errors


TESTS = {
    "calc/core.py": "def add(a, b): return a + b\n",
    "tests/test_style.py": "import pytest\nfrom calc.core import add\n"
    "def test_right(tmp_path): assert add(1, 2) == 3\n"
    "def test_wrong(): assert add(1, 2) == 4\n"
    "@pytest.mark.skip(reason='later')\ndef test_later(): pass\n",
    "test_case.py": "import unittest\nfrom calc import core\n"
    "class Case(unittest.TestCase):\n def test_add(self): self.assertEqual(core.add(1, 1), 2)\n",
    "test_broken.py": "import not_there\n",
    "pytest.ini": "[pytest]\naddopts = --no-such-option\n",
    "packaging.py": "raise SystemExit('taken for a part of pytest')\n",
}


def test_the_test_kit_runs_both_styles(sandbox: Sandbox, project: Path) -> None:
    write(project, TESTS)
    execution = run(sandbox, project, Command(("python", "-m", "troupe_tests"), tests=True))
    cases = {case["name"]: case["outcome"] for case in map(json.loads, execution.report.splitlines())}
    assert cases == {
        "test_broken.py": "failed",
        "test_case.py::Case::test_add": "passed",
        "tests/test_style.py::test_right": "passed",
        "tests/test_style.py::test_wrong": "failed",
        "tests/test_style.py::test_later": "skipped",
    }


def test_the_best_sandbox_is_the_first_that_works() -> None:
    usable = [kind.name for kind in sandboxes() if not kind.probe()]
    assert best_sandbox().name == usable[0]
    assert len({kind.rank for kind in sandboxes()}) == len(sandboxes())


def test_a_sandbox_describes_itself(sandbox: Sandbox) -> None:
    assert sandbox.description.endswith(".")
    if not sandbox.isolated:
        assert "neither your files nor your network" in sandbox.description
