"""Every sandbox that works on this machine is held to one suite; the isolating ones to a second."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.contracts import Command, Limits, Sandbox
from agents.errors import SandboxError
from agents.registry import SandboxKind, sandboxes
from agents.sandboxes import best_sandbox
from tests.support.sandboxes import processes_with, run, write

PYTHON = ("python", "main.py")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(params=sandboxes(), ids=lambda kind: kind.name)
def sandbox(request: pytest.FixtureRequest, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("TROUPE_CACHE", str(cache))
    kind: SandboxKind = request.param
    if refusal := kind.probe():
        pytest.skip(f"{kind.name} cannot be used here: {refusal}")
    return kind.build()


@pytest.fixture
def isolated(sandbox: Sandbox) -> Sandbox:
    if not sandbox.isolated:
        pytest.skip(f"{sandbox.name} does not promise it")
    return sandbox


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def program(project: Path, text: str) -> Path:
    return write(project, {"main.py": text})


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


# --- what an isolating sandbox keeps in ---------------------------------------------------------------


def outcome_of(isolated: Sandbox, project: Path, attempt: str) -> str:
    """`done`, or the error that the attempt met."""
    lines = "".join(f"    {line}\n" for line in attempt.splitlines())
    program(
        project,
        f"try:\n{lines}    print('done')\nexcept OSError as error:\n    print(type(error).__name__)\n",
    )
    execution = run(isolated, project, Command(PYTHON))
    assert execution.exit_code == 0, execution.errors
    return execution.output.strip()


def test_files_outside_the_project_are_not_there(isolated: Sandbox, project: Path) -> None:
    (project.parent / "secret").write_text("secret")
    for path in (project.parent / "secret", Path("/etc/shadow"), Path.home() / ".profile", Path(__file__)):
        assert outcome_of(isolated, project, f"open({str(path)!r}).read()") == "FileNotFoundError"


@pytest.mark.parametrize("folder", ["", "/usr", "/usr/lib", "/etc", "/usr/bin", "/dev", "/run", "/proc"])
def test_the_system_cannot_be_changed(isolated: Sandbox, project: Path, folder: str) -> None:
    attempt = f"open('{folder}/troupe-was-here', 'w')"
    assert outcome_of(isolated, project, attempt) in ("OSError", "FileNotFoundError")
    assert not Path(folder or "/", "troupe-was-here").exists()


def test_the_interpreter_cannot_be_changed(isolated: Sandbox, project: Path) -> None:
    for place in ("os.path.dirname(os.__file__)", "sys.prefix", "sys.base_prefix"):
        attempt = f"import os, sys\nopen(os.path.join({place}, 'troupe-was-here'), 'w')"
        assert outcome_of(isolated, project, attempt) == "OSError"


def test_the_project_can_be_changed_and_a_link_leads_nowhere(isolated: Sandbox, project: Path) -> None:
    secret = project.parent / "secret"
    secret.write_text("secret")
    attempt = (
        f"open('made', 'w').write('x')\nimport os\nos.symlink({str(secret)!r}, 'link')\nopen('link').read()"
    )
    assert outcome_of(isolated, project, attempt) == "FileNotFoundError"
    assert (project / "made").read_text() == "x"


def test_there_is_no_network(isolated: Sandbox, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        attempt = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)"
        assert outcome_of(isolated, project, attempt) == "ConnectionRefusedError"


def test_network_is_there_when_it_was_asked_for(isolated: Sandbox, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program(project, f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)")
        assert run(isolated, project, Command(PYTHON, network=True)).exit_code == 0


def test_abstract_sockets_are_out_of_reach(isolated: Sandbox, project: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        name = f"\0troupe-{secrets.token_hex(4)}"
        server.bind(name)
        server.listen()
        attempt = f"import socket\nsocket.socket(socket.AF_UNIX).connect({name!r})"
        assert outcome_of(isolated, project, attempt) == "ConnectionRefusedError"


@ON_LINUX
def test_other_processes_cannot_be_seen_or_ended(isolated: Sandbox, project: Path) -> None:
    assert outcome_of(isolated, project, f"import os\nos.kill({os.getpid()}, 0)") == "ProcessLookupError"
    program(project, "import os; print(sum(name.isdigit() for name in os.listdir('/proc')))")
    assert int(run(isolated, project, Command(PYTHON)).output) < 10


def test_the_host_is_not_named(isolated: Sandbox, project: Path) -> None:
    program(project, "import socket; print(socket.gethostname())")
    assert run(isolated, project, Command(PYTHON)).output == "sandbox\n"


def test_there_are_no_privileges_to_gain(isolated: Sandbox, project: Path) -> None:
    program(
        project,
        "print([line for line in open('/proc/self/status') if line.startswith(('CapEff', 'NoNewPrivs'))])",
    )
    output = run(isolated, project, Command(PYTHON)).output
    assert "CapEff:\\t0000000000000000" in output
    assert "NoNewPrivs:\\t1" in output


@ON_LINUX
def test_system_calls_are_filtered(isolated: Sandbox, project: Path) -> None:
    program(project, "print([line for line in open('/proc/self/status') if line.startswith('Seccomp:')])")
    assert "Seccomp:\\t2" in run(isolated, project, Command(PYTHON)).output


def test_event_loops_and_threads_work(isolated: Sandbox, project: Path) -> None:
    lines = (
        "import asyncio",
        "async def main():",
        "    server = await asyncio.start_server(lambda r, w: w.close(), '127.0.0.1', 0)",
        "    await asyncio.open_connection(*server.sockets[0].getsockname())",
        "    shell = await asyncio.create_subprocess_exec('/bin/sh', '-c', 'exit 3')",
        "    print(await asyncio.to_thread(len, 'four'), await shell.wait())",
        "asyncio.run(main())",
    )
    program(project, "\n".join(lines))
    execution = run(isolated, project, Command(PYTHON))
    assert (execution.output, execution.errors) == ("4 3\n", "")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare: apt install util-linux")
def test_no_namespace_can_be_made_inside(isolated: Sandbox, project: Path) -> None:
    assert run(isolated, project, Command(("unshare", "--user", "true"))).exit_code != 0


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_scratch_space_is_small_and_private(isolated: Sandbox, project: Path, folder: str) -> None:
    attempt = f"for number in range(3):\n    open(f'{folder}/{{number}}', 'wb').write(b'x' * 40_000_000)"
    assert outcome_of(isolated, project, attempt) == "OSError"
    assert not Path(folder, "0").exists()


def test_processes_share_memory_and_locks(isolated: Sandbox, project: Path) -> None:
    lines = (
        "import multiprocessing as m",
        "with m.Pool(2) as pool: print(sum(pool.map(abs, [-1, -2])), m.Lock())",
    )
    program(project, "\n".join(lines))
    assert run(isolated, project, Command(PYTHON)).output.startswith("3 <Lock")


def test_the_terminal_is_out_of_reach(isolated: Sandbox, project: Path) -> None:
    assert outcome_of(isolated, project, "open('/dev/tty')") == "OSError"


def test_what_is_read_only_stays_so(isolated: Sandbox, project: Path, tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    shared.mkdir()
    text = (
        f"open({str(own / 'x')!r}, 'w')\ntry: open({str(shared / 'x')!r}, 'w')\nexcept OSError: print('kept')"
    )
    program(project, text)
    execution = run(isolated, project, Command(PYTHON, read_only=(shared,), writable=(own,)))
    assert execution.output == "kept\n"
    assert (own / "x").exists()


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb: apt install xvfb")
def test_a_display_of_its_own(isolated: Sandbox, project: Path) -> None:
    pytest.importorskip("tkinter", reason="needs tkinter: apt install python3-tk")
    program(project, "import tkinter\nprint(tkinter.Tk().winfo_screenwidth())")
    execution = run(isolated, project, Command(PYTHON, display=True))
    assert (execution.exit_code, execution.output) == (0, "1280\n")


KILLED = """\
import asyncio, pathlib, sys
from agents.contracts import Command
from agents.sandboxes import best_sandbox
command = Command(("python", "main.py", sys.argv[2]))
shown = lambda text, error: print(text, flush=True)
asyncio.run(best_sandbox().run(command, pathlib.Path(sys.argv[1]), shown))
"""


@ON_LINUX
def test_nothing_survives_when_troupe_is_killed(isolated: Sandbox, project: Path, cache: Path) -> None:
    token = secrets.token_hex(8)
    program(project, DAEMON.format(token=token, then="print('ready')\nimport time; time.sleep(60)"))
    troupe = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(project), token], stdout=subprocess.PIPE, start_new_session=True
    )
    with troupe:
        assert troupe.stdout is not None
        assert troupe.stdout.readline() == b"ready\n"
        troupe.kill()
    deadline = time.monotonic() + 5
    while processes_with(token) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert processes_with(token) == []
