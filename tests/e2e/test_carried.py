"""Whole runs carried to another machine: shown, replayed and continued there."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from agents.errors import ModelNotFound, UsageError
from agents.plan import Plan
from agents.store.archive import read_archive, write_archive
from agents.store.store import Store
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company


def carried(here: Path, to: Path, there: Path) -> dict[int, int]:
    """Carry everything from one home to another."""
    with closing(Store.open(here / "troupe.db")) as store:
        write_archive(store, to)
    with closing(Store.open(there / "troupe.db")) as store:
        return read_archive(store, to, there / "projects")


@pytest.mark.parametrize("name", ["runs.zip", "runs"])
def test_a_run_that_failed_here_is_continued_there(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    broken = True

    def reply(call: ChatCall) -> Scripted:
        if call.title == "CodeReview" and broken:
            return Scripted("", fault="not_found")
        return company(GREETER)(call)

    with OllamaServer(reply) as server:
        plan = Plan(idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))
        with pytest.raises(ModelNotFound):
            carry_out(plan, here)
        broken = False
        shutil.rmtree(tmp_path / "out")  # the other machine has only what is in the archive
        assert carried(here, tmp_path / name, there) == {1: 1}
        with closing(Store.open(here / "troupe.db")) as old, closing(Store.open(there / "troupe.db")) as new:
            assert list(old.events(1))[1:] == list(new.events(1))[1:]
            assert old.steps(1) == new.steps(1)
            assert new.run(1).state == "failed"
            assert new.search("terminal")
            done = len(new.steps(1))
        monkeypatch.setenv("OLLAMA_HOST", server.address)
        calls = len(server.requests)
        told = carry_on(1, there)
        assert told.outcome.passed
        assert told.read("main.py") == GREETER.files["main.py"]
        assert told.folder.is_relative_to(there)
        [figures] = [s.event for s in told.recorder.seen if s.event.kind == "figures_reported"]
        assert len(server.requests) - calls < figures.model_calls
        assert done > 3


def test_runs_get_new_numbers_and_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    here = tmp_path / "here"
    with OllamaServer(company(GREETER)) as server:
        plan = Plan(idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))
        carry_out(plan, here)
    assert carried(here, tmp_path / "runs.zip", here) == {1: 2}
    with closing(Store.open(here / "troupe.db")) as store:
        assert [row.id for row in store.runs()] == [2, 1]
        assert store.run(1).folder != store.run(2).folder
        assert len(list(store.events(1))) == len(list(store.events(2)))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run, exported."""
    folder = tmp_path_factory.mktemp("carried")
    with OllamaServer(company(GREETER)) as server:
        plan = Plan(idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(folder / "out"))
        carry_out(plan, folder / "here")
    with closing(Store.open(folder / "here" / "troupe.db")) as store:
        write_archive(store, folder / "runs.zip")
    return folder / "runs.zip"


def _harmed(source: Path, to: Path, name: str, change: object) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(to, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry.startswith(name):
                content = change(content)  # type: ignore[operator]
            if content is not None:
                new.writestr(entry, content)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("manifest.json", lambda _: None),
        ("manifest.json", lambda _: b'{"troupe": 99, "runs": [1]}'),
        ("manifest.json", lambda _: b'{"troupe": 1, "runs": ["../../x"]}'),
        ("files/", lambda content: content + b"!"),
        ("files/", lambda _: None),
        ("runs/1/events.jsonl", lambda content: content.replace(b"message_completed", b"message_invented")),
        ("runs/1/events.jsonl", lambda content: content.split(b"\n", 1)[1]),
        ("runs/1/steps.jsonl", lambda content: content[: len(content) // 2]),
        ("runs/1/run.json", lambda content: json.dumps({**json.loads(content), "extra": 1}).encode()),
    ],
)
def test_an_archive_that_is_damaged_is_refused_whole(
    archive: Path, tmp_path: Path, name: str, change: object
) -> None:
    there = tmp_path / "there"
    _harmed(archive, tmp_path / "harmed.zip", name, change)
    with closing(Store.open(there / "troupe.db")) as store:
        with pytest.raises(UsageError) as raised:
            read_archive(store, tmp_path / "harmed.zip", there / "projects")
        assert raised.value.hint
        assert store.runs() == []


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.zip").write_text("my notes")
    with closing(Store.open(tmp_path / "troupe.db")) as store:
        for source in (tmp_path / "notes.zip", tmp_path / "nothing.zip", tmp_path):
            with pytest.raises(UsageError):
                read_archive(store, source, tmp_path / "projects")
        with pytest.raises(UsageError, match="no runs"):
            write_archive(store, tmp_path / "all.zip")
