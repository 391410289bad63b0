"""What can be wrong with the database and its disk: a sentence each, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agents.registry import sandboxes
from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run, notice

NO_BUBBLEWRAP = next(kind.probe() for kind in sandboxes() if kind.name == "bubblewrap")
NEEDS_BUBBLEWRAP = pytest.mark.skipif(bool(NO_BUBBLEWRAP), reason=f"needs bubblewrap: {NO_BUBBLEWRAP}")
TROUPE = (sys.executable, "-m", "app")


def troupe(
    *arguments: str, within: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*within, *TROUPE, *arguments],
        env={**os.environ, "TROUPE_DEMO_SPEED": "0", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@NEEDS_BUBBLEWRAP
def test_a_full_disk_is_said_and_the_run_continues_when_there_is_room(tmp_path: Path) -> None:
    small, rescued = tmp_path / "small", tmp_path / "rescued"
    small.mkdir()
    rescued.mkdir()
    disk = ("bwrap", "--dev-bind", "/", "/", "--size", "900000", "--tmpfs", str(small))
    script = f'"$@"; code=$?; cp -r {small}/home/. {rescued}; exit $code'
    full = troupe(
        "demo", "--headless", "--answers", "auto", "--out", str(tmp_path / "out"),
        within=(*disk, "sh", "-c", script, "sh"), TROUPE_HOME=str(small / "home"),
    )  # fmt: skip
    assert full.returncode == 1, full.stdout + full.stderr
    assert "The disk is full. Make room" in full.stderr
    assert "Traceback" not in full.stderr
    resumed = troupe("runs", "resume", "1", "--answers", "auto", TROUPE_HOME=str(rescued))
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "; 0 finished steps" not in resumed.stdout
    assert "Programmer → Test Engineer" in resumed.stdout
    assert (tmp_path / "out" / "splitter" / "shares.py").exists()


@pytest.mark.parametrize("command", [["runs"], ["demo", "--headless"], ["doctor"]])
def test_a_file_that_is_no_database_is_left_untouched(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "troupe.db").write_text("my precious notes")
    done = troupe(*command, TROUPE_HOME=str(tmp_path))
    assert done.returncode in {1, 3}
    assert "damaged or is no database" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "troupe.db").read_text() == "my precious notes"


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    import sqlite3

    assert troupe("runs", TROUPE_HOME=str(tmp_path)).returncode == 0
    database = sqlite3.connect(tmp_path / "troupe.db")
    database.execute("pragma user_version = 999")
    database.close()
    done = troupe("runs", TROUPE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "newer" in done.stderr


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = troupe("runs", TROUPE_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot" in done.stderr


def test_a_damaged_database_is_set_aside_and_the_user_told(tmp_path: Path) -> None:
    async def fill(store: Store) -> None:
        log = store.log(new_run(store))
        for number in range(300):
            log.emit(notice(f"notice {number} " * 20))
        await log.close()

    with closing(Store.open(tmp_path / "troupe.db")) as store:
        asyncio.run(fill(store))
    with (tmp_path / "troupe.db").open("r+b") as file:
        file.seek(30 * 4096)
        file.write(b"\xff" * 4096)
    harmed = (tmp_path / "troupe.db").read_bytes()
    done = troupe("runs", "recover", TROUPE_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "was set aside" in done.stderr
    [aside] = tmp_path.glob("troupe.db.damaged-*")
    assert aside.read_bytes() == harmed
    again = troupe("runs", "recover", TROUPE_HOME=str(tmp_path))
    assert "nothing was changed" in again.stdout
    assert troupe("runs", "show", "1", TROUPE_HOME=str(tmp_path)).returncode == 0


def test_a_command_watches_what_another_program_does(tmp_path: Path) -> None:
    async def drive(store: Store) -> str:
        run = new_run(store)
        log = store.log(run)
        log.emit(notice("the first"))
        await log.flush()
        watching = await asyncio.create_subprocess_exec(
            *TROUPE, "runs", "watch", "1", "--events",
            env={**os.environ, "TROUPE_HOME": str(tmp_path)}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert watching.stdout
        first = await asyncio.wait_for(watching.stdout.readline(), 30)
        log.emit(notice("the second"))
        await log.flush()
        second = await asyncio.wait_for(watching.stdout.readline(), 30)
        await log.close()
        assert await asyncio.wait_for(watching.wait(), 30) == 0
        return (first + second).decode()

    with closing(Store.open(tmp_path / "troupe.db")) as store:
        shown = asyncio.run(drive(store))
    assert [json.loads(line)["event"]["text"] for line in shown.splitlines()] == ["the first", "the second"]


@NEEDS_BUBBLEWRAP
def test_a_read_only_disk_is_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert troupe("runs", TROUPE_HOME=str(home)).returncode == 0
    disk = ("bwrap", "--dev-bind", "/", "/", "--ro-bind", str(home), str(home))
    done = troupe("demo", "--headless", "--answers", "auto", within=disk, TROUPE_HOME=str(home))
    assert done.returncode == 1
    assert "ead-only" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert troupe("runs", TROUPE_HOME=str(home)).returncode == 0
