"""An existing program is the start: a folder of one's own, or what a run made and the user changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.cli.group import Windows
from agents.cli.main import main
from agents.errors import UsageError
from agents.events import FilesCommitted
from agents.plan import Plan
from agents.store.store import Store
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, Project, company

GERMAN = Project(
    idea="Greet in German.",
    files={"main.py": "print('Guten Tag!')\n"},
)


def plan_for(project: Project, server: OllamaServer, **more: object) -> Plan:
    return Plan(idea=project.idea, host=server.address, model="scripted:7b", **more)  # type: ignore[arg-type]


def test_a_new_wish_goes_on_with_a_finished_program_and_the_users_own_changes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with OllamaServer(company(GREETER)) as server:
        first = carry_out(plan_for(GREETER, server, out=str(tmp_path / "out")), home)
    (first.folder / "notes").mkdir()
    (first.folder / "notes" / "mine.txt").write_text("Do not greet before noon.\n")
    (first.folder / "manual.md").unlink()
    with OllamaServer(company(GERMAN)) as server:
        second = carry_out(plan_for(GERMAN, server, follows=first.number), home)
        requests = list(server.requests)
        assert carry_on(second.number, home).outcome == second.outcome
        assert len(server.requests) == len(requests)
    assert second.folder == first.folder
    left, mine, coding, *_ = second.recorder.of(FilesCommitted)
    assert (left.author, left.message) == ("user", "As the run before left it")
    assert (mine.author, mine.message) == ("user", "Changed in the folder since")
    assert {change.path: bool(change.digest) for change in mine.changes} == {
        "manual.md": False,
        "notes/mine.txt": True,
    }
    assert coding.author.endswith("programmer")
    prompt = next(call for call in requests if "\nCoding: " in call.messages[-1]["content"])
    assert "keep what they did: manual.md, notes/mine.txt" in prompt.messages[-1]["content"]
    assert second.read("main.py") == GERMAN.files["main.py"]
    store = Store.open(home / "troupe.db")
    assert store.run(second.number).project == store.run(first.number).project
    store.close()


def test_a_lost_folder_is_written_again_before_the_new_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with OllamaServer(company(GREETER)) as server:
        first = carry_out(plan_for(GREETER, server, out=str(tmp_path / "out")), home)
    for path in sorted(first.folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with OllamaServer(company(GERMAN)) as server:
        second = carry_out(plan_for(GERMAN, server, follows=first.number), home)
    assert [version.message for version in second.recorder.of(FilesCommitted)][:2] == [
        "As the run before left it",
        "Coding",
    ]
    assert second.read("manual.md")


def test_the_command_line_goes_on_with_a_run_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_HOME", str(tmp_path / "home"))
    nowhere = Windows(missing=lambda: "no display", show=lambda plan: 1)
    with OllamaServer(company(GREETER)) as server:
        arguments = ["--model", "scripted:7b", "--host", server.address, "--answers", "auto"]
        assert main(nowhere, ["build", GREETER.idea, "--out", str(tmp_path / "out"), *arguments]) == 0
    with OllamaServer(company(GERMAN)) as server:
        arguments = ["--model", "scripted:7b", "--host", server.address, "--answers", "auto"]
        assert main(nowhere, ["build", GERMAN.idea, "--continue", "1", *arguments]) == 0
    assert "Guten Tag" in (tmp_path / "out" / "main.py").read_text()


def test_an_existing_program_of_several_folders_and_languages_is_the_start(tmp_path: Path) -> None:
    out = tmp_path / "out"
    existing = {
        "main.py": "print('Hello')\n",
        "web/pages/index.html": "<p>Hello</p>\n",
        "web/scripts/deep/app.js": "console.log('Hello')\n",
        "native/hello.c": "int main(void) { return 0; }\n",
    }
    for path, text in existing.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)
    with OllamaServer(company(GERMAN)) as server:
        told = carry_out(plan_for(GERMAN, server, out=str(out), existing=True), tmp_path / "home")
        prompt = next(call for call in server.requests if "\nCoding: " in call.messages[-1]["content"])
    assert all(path in prompt.messages[-1]["content"] for path in existing)
    assert told.read("web/scripts/deep/app.js") == existing["web/scripts/deep/app.js"]
    assert told.read("main.py") == GERMAN.files["main.py"]


def test_a_run_that_is_not_there_cannot_be_gone_on_with(tmp_path: Path) -> None:
    from agents.errors import RunNotFound

    with OllamaServer(company(GERMAN)) as server, pytest.raises((RunNotFound, UsageError)):
        carry_out(plan_for(GERMAN, server, follows=7), tmp_path / "home")
