"""What an isolating sandbox keeps in; see `tests/hostile` for those who try to get out."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.contracts import Command, Sandbox
from tests.contract.test_sandboxes import DAEMON, ON_LINUX, PYTHON
from tests.support.sandboxes import processes_with, program, run


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
from agents.registry import sandboxes
sandbox = next(kind.build() for kind in sandboxes() if kind.name == sys.argv[3])
command = Command(("python", "main.py", sys.argv[2]))
shown = lambda text, error: print(text, flush=True)
asyncio.run(sandbox.run(command, pathlib.Path(sys.argv[1]), shown))
"""


@ON_LINUX
def test_nothing_survives_when_troupe_is_killed(isolated: Sandbox, project: Path, cache: Path) -> None:
    token = secrets.token_hex(8)
    program(project, DAEMON.format(token=token, then="print('ready')\nimport time; time.sleep(60)"))
    troupe = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(project), token, isolated.name],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with troupe:
        assert troupe.stdout is not None
        assert troupe.stdout.readline() == b"ready\n"
        troupe.kill()
    deadline = time.monotonic() + 5
    while processes_with(token) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert processes_with(token) == []


def test_the_environment_can_be_changed_by_its_installer_alone(
    isolated: Sandbox, project: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    program(project, "import sys\nopen(sys.prefix + '/made', 'w')")
    making = Command(("python", "-m", "venv", "--without-pip", str(own)), writable=(own,))
    assert run(isolated, project, making).exit_code == 0
    assert "Read-only" in run(isolated, project, Command(PYTHON, environment=own)).errors
    assert run(isolated, project, Command(PYTHON, environment=own, writable=(own,))).exit_code == 0
    assert (own / "made").exists()
