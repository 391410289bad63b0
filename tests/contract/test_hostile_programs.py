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
from agents.registry import SandboxKind
from tests.hostile.aftermath import AFTERMATHS, OUTLIVING, PLANTING, SEQUENCES
from tests.hostile.programs import PROGRAMS, Program
from tests.hostile.running import PYTHON, carried_out
from tests.support.sandboxes import kinds, processes_with, run, write

Outcomes = dict[str, tuple[Command, Execution]]


@pytest.fixture(scope="module", params=kinds(isolating=True))
def isolated(request: pytest.FixtureRequest) -> Sandbox:
    kind: SandboxKind = request.param
    return kind.build()


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


def test_nothing_outlives_the_program(isolated: Sandbox, tmp_path: Path) -> None:
    token = secrets.token_hex(8)
    write(tmp_path, {"main.py": OUTLIVING.format(token=token)})
    assert run(isolated, tmp_path, Command(PYTHON)).exit_code == 0
    assert processes_with(token) == []


def test_what_is_planted_is_not_run_by_the_next_program(isolated: Sandbox, tmp_path: Path) -> None:
    write(tmp_path, {"main.py": PLANTING})
    assert run(isolated, tmp_path, Command(PYTHON)).output == "done\n"
    (tmp_path / "os.py").unlink()  # a module of the project's own, which a program of the project imports
    look = "import os\nprint([n for p in ('/tmp', '/dev/shm') for n in os.listdir(p) if '.' in n])\n"
    write(tmp_path, {"main.py": look})
    execution = run(isolated, tmp_path, Command(PYTHON))
    assert (execution.output, execution.errors) == ("[]\n", "")
    assert not (tmp_path / "PLANTED").exists()


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


@pytest.mark.parametrize("what", AFTERMATHS)
def test_what_is_left_behind_does_nothing(isolated: Sandbox, tmp_path: Path, what: str) -> None:
    _, leave = AFTERMATHS[what]
    told = leave(isolated, tmp_path)
    assert told.stopped, told.verdict
