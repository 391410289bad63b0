from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agents.errors import PathRefused, RunNotFound, UsageError, WorkspaceError
from agents.events import (
    AgentHired,
    CommandFinished,
    CommandStarted,
    ErrorRaised,
    Event,
    FileChange,
    FilesCommitted,
    MessageCut,
    PhaseBegun,
    PhaseEnded,
    QuestionAnswered,
    QuestionAsked,
    RunEnded,
    UserStepped,
)
from agents.store.codec import decode
from agents.store.export import events_json, transcript, write_folder, write_lines, write_zip
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, new_run, notice, started


def write(store: Store, run: int, *events: Event | dict[str, bytes | None]) -> None:
    """Store events; a dictionary stands for a new version: contents by path, None for a deleted file."""

    async def session() -> None:
        log, version = store.log(run), 0
        for event in events:
            if isinstance(event, dict):
                version += 1
                changes = tuple(
                    FileChange(
                        path=path, digest="" if content is None else log.keep(content), added=1, removed=0
                    )
                    for path, content in event.items()
                )
                log.emit(FilesCommitted(version=version, author="ceo", message="code", changes=changes))
            else:
                log.emit(event)
        await log.close()

    asyncio.run(session())


PROGRAM: tuple[dict[str, bytes | None], ...] = (
    {"main.py": b"print(1)\n", "old.py": b"", "data/ü.bin": bytes(range(256))},
    {"main.py": b"print(2)\n", "old.py": None, "pkg/__init__.py": b""},
)
LAST = {"main.py": b"print(2)\n", "data/ü.bin": bytes(range(256)), "pkg/__init__.py": b""}


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_the_last_version_is_written_into_a_new_folder(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run, *PROGRAM)
    write_folder(store, run, tmp_path / "new" / "out")
    assert files(tmp_path / "new" / "out") == LAST
    (tmp_path / "empty").mkdir()
    write_folder(store, run, tmp_path / "empty")
    assert files(tmp_path / "empty") == LAST


def test_nothing_that_is_there_is_overwritten(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run, *PROGRAM)
    (tmp_path / "full").mkdir()
    taken = tmp_path / "full" / "main.py"
    taken.write_text("mine")
    for write_it, to in ((write_folder, taken.parent), (write_folder, taken), (write_zip, taken)):
        with pytest.raises(UsageError):
            write_it(store, run, to)
    assert files(tmp_path / "full") == {"main.py": b"mine"}


@pytest.mark.parametrize(
    "named", ["../out.py", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "", "a\0b", "~/x/y"]
)
def test_a_stored_path_that_leads_out_is_refused(store: Store, run: int, tmp_path: Path, named: str) -> None:
    write(store, run, {"main.py": b"", named: b"harm"})
    with pytest.raises(PathRefused):
        write_folder(store, run, tmp_path / "out")
    with pytest.raises(PathRefused):
        write_zip(store, run, tmp_path / "out.zip")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.zip").exists()


def test_a_zip_has_the_same_files_and_is_always_the_same(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run, *PROGRAM)
    write_zip(store, run, tmp_path / "a.zip")
    write_zip(store, run, tmp_path / "sub" / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "sub" / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(LAST)
        assert {name: archive.read(name) for name in archive.namelist()} == LAST
    assert not list(tmp_path.glob("*.part"))


def test_a_run_without_files_is_said_to_have_none(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run, started(), {"main.py": b""}, {"main.py": None})
    with pytest.raises(UsageError, match="no files"):
        write_folder(store, run, tmp_path / "out")
    with pytest.raises(RunNotFound):
        write_zip(store, 99, tmp_path / "out.zip")


def test_files_that_cannot_be_written_are_said_so(store: Store, run: int, tmp_path: Path) -> None:
    write(store, run, {"a": b"a file", "a/b": b"in a folder of the same name"})
    with pytest.raises(WorkspaceError):
        write_folder(store, run, tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError):
        write_zip(store, run, tmp_path / "file" / "out.zip")


def test_events_are_exported_one_a_line(store: Store, run: int) -> None:
    write(store, run, started(), message("two\nlines"))
    lines = [json.loads(line) for line in events_json(store, run)]
    assert [(line["run"], line["seq"]) for line in lines] == [(run, 1), (run, 2)]
    assert [decode(json.dumps(line["event"])) for line in lines] == [started(), message("two\nlines")]


def test_the_transcript_reads_as_a_document(path: Path) -> None:
    with closing(Store.open(path)) as store:
        run = new_run(store, idea="A calculator\nwith buttons")
        write(
            store,
            run,
            started(),
            AgentHired(agent="ceo", role="Chief Executive", manager="", model="m"),
            AgentHired(agent="cto", role="Technologist", manager="ceo", model="m"),
            PhaseBegun(phase="demand", title="Demand analysis"),
            message("Let us build a *calculator*."),
            UserStepped(remark="1", to="cto", text="Use Qt."),
            PhaseEnded(phase="demand", conclusion="An application."),
            PhaseBegun(phase="review", title="Review"),
            PhaseBegun(phase="review/2", title="Changes", parent="review", round=2, rounds=3),
            MessageCut(message="cto#2", text="I was sa", reason="stopped"),
            QuestionAsked(
                question="q", agent="ceo", phase="demand", text="Which colour?", options=("red", "blue")
            ),
            QuestionAnswered(question="q", answer="red", by="user"),
            {"main.py": b"print(1)\n"},
            CommandStarted(
                command="c", agent="cto", phase="p", title="the tests", argv=("python",), sandbox="s"
            ),
            CommandFinished(
                command="c", exit_code=1, passed=False, verdict="failed", output="```\n", seconds=1
            ),
            notice("Two files were left out."),
            ErrorRaised(text="The disk is full.", hint="Make room."),
            RunEnded(state="failed", summary="It does not start."),
        )
        text = transcript(store, run)
    expected = """
> A calculator
> with buttons

- Workflow: chatdev
- Model: qwen3:8b
- Begun: *
- State: failed

## Demand analysis

**Chief Executive → Technologist**

Let us build a *calculator*.

**You → Technologist**

Use Qt.

*Conclusion:* An application.

## Review

### Changes (2 of 3)

**Technologist** (cut: stopped)

I was sa

**Chief Executive asks:** Which colour?

- red
- blue

**Answer (user):** red

**Version 1** – code

- `main.py` +1 −0

**Run: the tests** – failed

````text
```
````

*Two files were left out.*

**Error:** The disk is full. Make room.

## Failed

It does not start.
"""
    heading, body = text.split("\n", 1)
    assert heading == "# calc: run 1"
    begun = next(line for line in body.splitlines() if line.startswith("- Begun: "))
    assert body.replace(begun, "- Begun: *") == expected


@pytest.mark.parametrize("export", [write_folder, write_zip])
def test_an_export_tells_how_far_it_is_and_can_be_ended(
    store: Store, run: int, tmp_path: Path, export: Callable[..., None]
) -> None:
    write(store, run, *PROGRAM)
    told: list[tuple[int, int]] = []
    export(store, run, tmp_path / "whole", lambda done, of: told.append((done, of)))
    assert told == [(0, 3), (1, 3), (2, 3)]

    def end(done: int, _of: int) -> None:
        if done == 1:
            raise RuntimeError("enough")

    (tmp_path / "here").mkdir()
    with pytest.raises(RuntimeError):
        export(store, run, tmp_path / "here" / "out", end)
    assert list((tmp_path / "here").iterdir()) == []
    if export is write_folder:
        with pytest.raises(RuntimeError):
            export(store, run, tmp_path / "here", end)
        assert list((tmp_path / "here").iterdir()) == []


def test_lines_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        yield "a"
        raise RuntimeError("enough")

    write_lines(tmp_path / "new" / "a.txt", ["ä", "b"])
    assert (tmp_path / "new" / "a.txt").read_bytes() == "ä\nb\n".encode()
    with pytest.raises(UsageError, match="exists already"):
        write_lines(tmp_path / "new" / "a.txt", ["c"])
    with pytest.raises(RuntimeError):
        write_lines(tmp_path / "new" / "b.txt", lines())
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a.txt"]
