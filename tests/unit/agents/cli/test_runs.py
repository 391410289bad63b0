"""`troupe runs`, `models`, `workflows`, `doctor`, `demo`."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from dulwich.repo import Repo

from agents.cli.group import Windows
from agents.plan import Plan
from agents.store.store import Store
from tests.support.command import NO_WINDOW, Troupe
from tests.support.ollama.scripted import ServedModel
from tests.support.ollama_server import OllamaServer


@pytest.fixture
def demo(troupe: Troupe, tmp_path: Path) -> Path:
    """The demo's finished project."""
    done = troupe("demo", "--headless", "--out", str(tmp_path / "demo"), "--answers", "auto")
    assert done.code == 0, done.err
    return tmp_path / "demo"


def test_the_demo_builds_a_program_that_works(demo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "10.00", "Ann", "Bob", "Cem"],
        cwd=demo, capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["Ann", "3.34", "Bob", "3.33", "Cem", "3.33"]


def test_the_users_answer_changes_the_demo(troupe: Troupe, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.write_text("odd cents = The last people named pay one cent more\n")
    done = troupe("demo", "--headless", "--out", str(tmp_path / "demo"), "--answers", str(answers))
    assert done.code == 0, done.err
    printed = subprocess.run(
        [sys.executable, "main.py", "10", "Ann", "Bob", "Cem"],
        cwd=tmp_path / "demo", capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    assert printed.stdout.split()[-1] == "3.34"


def test_the_demo_says_that_it_is_recorded_and_why_there_is_no_window(troupe: Troupe, tmp_path: Path) -> None:
    done = troupe("demo", "--out", str(tmp_path / "demo"), "--answers", "auto")
    assert done.code == 0
    assert "No window can be opened here: There is no display." in done.err
    assert "demo: recorded replies" in done.out


def test_with_a_display_the_demo_opens_the_window(troupe: Troupe) -> None:
    shown: list[Plan | None] = []

    def show(plan: Plan | None) -> int:
        shown.append(plan)
        return 0

    assert troupe("demo", windows=Windows(lambda: "", show)).code == 0
    assert troupe(windows=Windows(lambda: "", show)).code == 0
    assert shown[0] is not None
    assert shown[0].demo
    assert shown[1] is None


def test_runs_are_listed_shown_and_exported(troupe: Troupe, demo: Path, tmp_path: Path) -> None:
    assert "succeeded" in troupe("runs").out
    assert "Bill splitter" in troupe("runs", "list").out
    shown = troupe("runs", "show", "1").out
    assert "Test Engineer" in shown
    assert str(demo) in shown
    for target in ("files", "files.zip", "transcript.md", "events.jsonl"):
        assert troupe("runs", "export", "1", "--to", str(tmp_path / target)).code == 0
    assert (tmp_path / "files" / "main.py").read_bytes() == (demo / "main.py").read_bytes()
    with zipfile.ZipFile(tmp_path / "files.zip") as packed:
        assert "splitter/shares.py" in packed.namelist()
    assert "Bill splitter" in (tmp_path / "transcript.md").read_text()
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["event"]["kind"] == "run_ended"
    again = troupe("runs", "export", "1", "--to", str(tmp_path / "transcript.md"))
    assert again.code == 2
    assert "exists already" in again.err


def test_a_run_is_exported_as_a_git_repository(troupe: Troupe, demo: Path, tmp_path: Path) -> None:
    assert troupe("runs", "export", "1", "--to", str(tmp_path / "here"), "--git").code == 0
    assert troupe("runs", "export", "1", "--to", str(tmp_path / "bare.git")).code == 0
    assert (tmp_path / "here" / "main.py").read_bytes() == (demo / "main.py").read_bytes()
    assert (tmp_path / "bare.git" / "HEAD").exists()
    with closing(Repo(str(tmp_path / "here"))) as repository:
        authors = {entry.commit.author.decode() for entry in repository.get_walker()}
    assert "Programmer <programmer@troupe.local>" in authors


def test_a_run_that_came_to_its_end_is_left_as_it_is(troupe: Troupe, demo: Path) -> None:
    before = troupe("runs", "show", "1", "--events").out
    resumed = troupe("runs", "resume", "1", "--answers", "auto")
    assert resumed.code == 0
    assert "There is nothing left to do. Run 1 succeeded: It starts; its tests pass." in resumed.out
    as_events = troupe("runs", "resume", "1", "--events")
    assert (as_events.code, as_events.out) == (0, "")
    assert troupe("runs", "show", "1", "--events").out == before


@pytest.mark.parametrize("changed", [True, False])
def test_a_run_goes_on_when_its_files_were_changed_or_lost_after_its_end(
    troupe: Troupe, demo: Path, changed: bool
) -> None:
    main = demo / "main.py"
    if changed:
        main.write_text(f"{main.read_text()}# mine\n")
    else:
        main.unlink()
    resumed = troupe("runs", "resume", "1", "--answers", "auto")
    assert resumed.code == 0
    assert "finished steps are not repeated" in resumed.out
    assert main.read_text().endswith("# mine\n") == changed


def test_a_finished_run_can_be_deleted(troupe: Troupe, demo: Path) -> None:
    missing = troupe("runs", "delete", "9")
    assert missing.code == 2
    assert "There is no run 9." in missing.out + missing.err
    assert "Delete" not in missing.out + missing.err, "nobody is asked about a run that is not there"
    assert troupe("runs", "delete", "1", "--yes").code == 0
    assert "no runs yet" in troupe("runs").out
    assert (demo / "main.py").exists()


def test_a_run_branches_off_and_is_continued_in_a_folder_of_its_own(troupe: Troupe, demo: Path) -> None:
    done = troupe("runs", "branch", "1", "--at", "20")
    assert done.code == 0, done.err
    assert "Run 2 branches off run 1" in done.out
    resumed = troupe("runs", "resume", "2", "--answers", "auto")
    assert resumed.code == 0, resumed.err
    shown = troupe("runs", "show", "2").out
    assert "bill-splitter-branch" in shown
    assert troupe("runs", "branch", "1", "--at", "99999").code == 2
    assert troupe("runs", "branch", "1", "--at", "1", "--text", "x").code == 2


def test_workflows_are_listed_with_their_options(troupe: Troupe) -> None:
    done = troupe("workflows")
    assert "chatdev" in done.out
    assert "--set review_rounds=3" in done.out


def test_models_are_listed_and_pulled(troupe: Troupe) -> None:
    models = (ServedModel("scripted:7b"), ServedModel("cloud:1t", remote_host="https://example.com"))
    with OllamaServer(lambda call: "", models=models) as server:
        listed = troupe("models", "--host", server.address)
        pulled = troupe("models", "pull", "other:3b", "--host", server.address)
        after = troupe("models", "--host", server.address)
        failing = troupe("models", "--host", "http://127.0.0.1:1")
    assert "scripted:7b" in listed.out
    assert "32,768 tokens" in listed.out
    assert "runs at https://example.com, not on this machine" in listed.out
    assert pulled.code == 0
    assert f"other:3b is ready at {server.address}." in pulled.out
    assert "other:3b" in after.out
    assert failing.code == 3


def test_a_server_is_listed_with_the_runs_that_are_at_work_with_it(troupe: Troupe, troupe_home: Path) -> None:
    def run(plan: Plan) -> int:
        project = store.create_project("x", str(troupe_home / "x"))
        return store.create_run(project, idea="x", workflow="direct", model="m", settings=plan.to_json())

    with OllamaServer("") as server, closing(Store.open(troupe_home / "troupe.db")) as store:
        plan = Plan(idea="x", host=f"{server.address}/,127.0.0.1:1")
        first, *others = [run(plan), run(replace(plan, host="127.0.0.1:1")), run(replace(plan, demo=True))]
        assert "at work" not in troupe("models", "--host", server.address).out
        for number in (first, *others):
            store.lease(number)
        assert "no model in memory; 1 run at work with it\n" in troupe("models", "--host", server.address).out


def test_the_doctor_says_what_is_missing_and_what_mends_it(troupe: Troupe) -> None:
    with OllamaServer(lambda call: "") as server:
        well = troupe("doctor", "--host", server.address, windows=Windows(lambda: "", NO_WINDOW.show))
    assert well.code == 0
    assert "Window: can be opened" in well.out
    assert "Sandbox" in well.out
    ill = troupe("doctor", "--host", "http://127.0.0.1:1")
    assert ill.code == 3
    assert "There is no display." in ill.out
    assert "ollama serve" in ill.out
