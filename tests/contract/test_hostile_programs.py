"""Programs that use up, outlive or leave behind, really run in every sandbox that isolates."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import stat
from pathlib import Path

import pytest

from agents.contracts import Command, Execution, Limits, Sandbox
from agents.judging import judge
from agents.registry import SandboxKind, sandboxes
from tests.hostile.programs import PROGRAMS, Program
from tests.hostile.running import PYTHON, carried_out
from tests.support.sandboxes import processes_with, run, write

Outcomes = dict[str, tuple[Command, Execution]]


@pytest.fixture(scope="module", params=sandboxes(), ids=lambda kind: kind.name)
def isolated(request: pytest.FixtureRequest) -> Sandbox:
    kind: SandboxKind = request.param
    if refusal := kind.probe():
        pytest.skip(f"{kind.name} cannot be used here: {refusal}")
    sandbox = kind.build()
    if not sandbox.isolated:
        pytest.skip(f"{sandbox.name} does not promise it")
    return sandbox


@pytest.fixture(scope="module")
def outcomes(isolated: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """All of them at once, so that they wait together."""
    project = tmp_path_factory.mktemp("hostile")

    async def go() -> Outcomes:
        slots = asyncio.Semaphore(4)

        async def one(program: Program) -> tuple[Command, Execution]:
            async with slots:
                return await carried_out(isolated, project, program)

        done = await asyncio.gather(*map(one, PROGRAMS))
        return {program.name: outcome for program, outcome in zip(PROGRAMS, done, strict=True)}

    return asyncio.run(go())


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_it_is_ended_and_told_in_words(outcomes: Outcomes, program: Program) -> None:
    command, execution = outcomes[program.name]
    verdict = judge(command, execution)
    assert not verdict.passed
    assert re.search(program.says, verdict.reason), verdict.reason
    assert execution.ended_by in program.ends


OUTLIVING = """\
import os, subprocess, sys
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
wait = [sys.executable, "-c", deaf, "{token}"]
quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
subprocess.Popen(wait, **quiet)
subprocess.Popen(["nohup", *wait], start_new_session=True, **quiet)
if not os.fork():
    os.setsid()
    if not os.fork():
        subprocess.Popen(wait, env={{}}, process_group=0, **quiet)
    os._exit(0)
os.wait()
"""


def test_nothing_outlives_the_program(isolated: Sandbox, tmp_path: Path) -> None:
    token = secrets.token_hex(8)
    write(tmp_path, {"main.py": OUTLIVING.format(token=token)})
    assert run(isolated, tmp_path, Command(PYTHON)).exit_code == 0
    assert processes_with(token) == []


PLANTING = """\
import os, site, sys
say = "print('PLANTED')\\n"
for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "os.py", "json.py"):
    open(name, "w").write(say)
open("evil.pth", "w").write("import sys; print('PLANTED')\\n")
for folder in (site.getusersitepackages(), os.path.expanduser("~"), "/tmp", "/dev/shm"):
    os.makedirs(folder, exist_ok=True)
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", ".pythonrc.py", ".profile"):
        open(os.path.join(folder, name), "w").write(say)
os.makedirs(".git/hooks")
for hook in ("pre-commit", "post-checkout", "post-index-change"):
    open(f".git/hooks/{hook}", "w").write("#!/bin/sh\\ntouch PLANTED\\n")
    os.chmod(f".git/hooks/{hook}", 0o755)
print("done")
"""


def test_what_is_planted_is_not_run_by_the_next_program(isolated: Sandbox, tmp_path: Path) -> None:
    write(tmp_path, {"main.py": PLANTING})
    assert run(isolated, tmp_path, Command(PYTHON)).output == "done\n"
    (tmp_path / "os.py").unlink()  # a module of the project's own, which a program of the project imports
    look = "import os\nprint([n for p in ('/tmp', '/dev/shm') for n in os.listdir(p) if '.' in n])\n"
    write(tmp_path, {"main.py": look})
    execution = run(isolated, tmp_path, Command(PYTHON))
    assert (execution.output, execution.errors) == ("[]\n", "")
    assert not (tmp_path / "PLANTED").exists()


SEQUENCES = r"""
import sys
for stream in (sys.stdout, sys.stderr):
    print("\x1b]0;title\x07\x1b[2J\x1b[1;1Hover\x1b[31mwritten\x1b[0m", end="", file=stream)
    print("\x1b]52;c;eA==\x07\x9b6n\x00\x08", file=stream)
"""


def test_escape_sequences_do_not_come_out(isolated: Sandbox, tmp_path: Path) -> None:
    write(tmp_path, {"main.py": SEQUENCES})
    shown: list[str] = []

    async def go() -> Execution:
        return await isolated.run(Command(PYTHON), tmp_path, lambda text, _error: shown.append(text))

    execution = asyncio.run(go())
    assert execution.output == "overwritten␀␈\n" * 2
    assert execution.errors == "overwritten␀␈\n"
    assert "".join(shown) == execution.output


def test_no_file_is_left_that_runs_as_its_owner(isolated: Sandbox, tmp_path: Path) -> None:
    text = (
        "import os, shutil\nshutil.copy('/usr/bin/env', 'a')\n"
        "for make in (lambda: os.chmod('a', 0o4755), lambda: os.mknod('b', 0o104755),\n"
        "             lambda: os.open('c', os.O_CREAT | os.O_WRONLY, 0o4755)):\n"
        "    try: make()\n    except PermissionError: print('stopped')\n"
    )
    write(tmp_path, {"main.py": text})
    assert run(isolated, tmp_path, Command(PYTHON)).output == "stopped\n" * 3
    assert not [path for path in tmp_path.iterdir() if path.stat().st_mode & (stat.S_ISUID | stat.S_ISGID)]


def test_the_report_of_tests_leads_nowhere(isolated: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('{"name": "secret", "outcome": "passed"}')
    project = tmp_path / "project"
    code = (
        "import os\nreport = os.environ['TROUPE_REPORT']\n"
        f"try:\n    os.unlink(report)\n    os.symlink({str(secret)!r}, report)\n"
        "except OSError: print('stopped')\n"
    )
    write(project, {"main.py": code})
    execution = run(isolated, project, Command(PYTHON, tests=True, limits=Limits(wall_seconds=20)))
    assert execution.output == "stopped\n"
    assert "secret" not in execution.report
    assert os.listdir(project) == ["main.py"]  # noqa: PTH208
