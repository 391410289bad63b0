"""What becomes of a command whose streams are closed, full, or take no such characters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Troupe
from tests.support.ollama_server import OllamaServer
from tests.support.team import COUNTER, GREETER, Project, company

FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def run(arguments: list[str], redirected: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A `troupe` of its own, started by a shell that redirects its streams."""
    command = f'exec "$0" -m app "$@" {redirected}'
    return subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, *arguments],
        capture_output=True, text=True, timeout=60, env={**os.environ, **environment}, check=False,
    )  # fmt: skip


def build(project: Project, tmp_path: Path, *more: str, redirected: str = "", **environment: str) -> Any:
    with OllamaServer(company(project)) as server:
        arguments = ["build", project.idea, "--host", server.address, "--out", str(tmp_path / "out"), *more]
        return run(arguments, redirected, **environment)


pytestmark = pytest.mark.skipif(os.name == "nt", reason="it needs a shell's redirections")


@full
@pytest.mark.parametrize("command", ["workflows", "--help", "runs"])
def test_a_full_disk_behind_the_output_is_said_in_a_sentence(command: str) -> None:
    done = run([command], f"> {FULL}")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["The output cannot be written: No space left on device."]


@full
def test_a_run_whose_output_cannot_be_written_is_interrupted(tmp_path: Path) -> None:
    done = build(GREETER, tmp_path, "--events", redirected=f"> {FULL}")
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert "troupe runs resume 1" in done.stderr


def test_a_run_whose_errors_nobody_reads_either_is_interrupted_all_the_same(tmp_path: Path) -> None:
    with OllamaServer(company(GREETER)) as server:
        arguments = ["build", "Greet.", "--host", server.address, "--out", str(tmp_path / "out")]
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 130


@full
def test_a_question_that_nobody_can_read_is_the_teams_to_decide(tmp_path: Path) -> None:
    done = build(COUNTER, tmp_path, "--answers", "ask", redirected=f"2> {FULL}")
    assert done.returncode == 0
    assert "let the team decide" in done.stdout


def test_closed_streams_are_no_reason_to_fail(tmp_path: Path) -> None:
    assert build(COUNTER, tmp_path, "--answers", "ask", redirected="<&- >&- 2>&-").returncode == 0


def test_an_answer_that_is_no_utf_8_is_taken_as_well_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "typed").write_bytes(b"caf\xe9\n")
    done = build(COUNTER, tmp_path, "--answers", "ask", redirected=f"< {tmp_path / 'typed'}")
    assert done.returncode == 0
    assert "You: caf\ufffd" in done.stdout


def test_events_are_utf_8_whatever_the_terminal_takes(tmp_path: Path) -> None:
    idea = Project(idea="Grüße 🙂", files=GREETER.files)
    done = build(idea, tmp_path, "--events", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["event"]["idea"] == "Grüße 🙂"
    shown = build(
        Project(idea="Grüße 🙂 noch einmal", files=GREETER.files), tmp_path / "2", PYTHONIOENCODING="ascii"
    )
    assert shown.returncode == 0, shown.stderr


def test_who_cannot_be_asked_is_told_how_to_delete(troupe: Troupe, tmp_path: Path) -> None:
    assert troupe("demo", "--headless", "--out", str(tmp_path / "demo"), "--answers", "auto").code == 0
    done = run(["runs", "delete", "1"], "< /dev/null")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert "succeeded" in troupe("runs").out
