"""Whole runs carried to another machine: their events, steps and file contents, in a zip file or a folder.

    manifest.json                    what this is, and which runs are in it
    runs/<n>/run.json                the run and its project
    runs/<n>/events.jsonl            [seq, at, key, event] a line
    runs/<n>/steps.jsonl             a step a line
    files/<sha-256>                  contents, each once for all runs

An archive can come from anywhere: everything in it is checked before anything is stored.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from agents.contracts import Json
from agents.errors import DatabaseDamaged, StoreError, UsageError
from agents.plan import Plan
from agents.store.codec import decode, encode
from agents.store.export import Progress, fresh_file, fresh_folder, in_silence
from agents.store.rows import Carried, RunRow, Step
from agents.store.store import Store

FORMAT = 1
LARGEST = 512 * 1024**2
"""Bytes of one entry that are read at most: what is larger is no run of Troupe's."""


class _Into(Protocol):
    def put(self, name: str, content: bytes) -> None:
        """Write one entry."""


class _From(Protocol):
    def get(self, name: str) -> bytes:
        """Read one entry; `KeyError` when there is none."""


@dataclass(frozen=True, slots=True)
class _Folder:
    root: Path

    def put(self, name: str, content: bytes) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def get(self, name: str) -> bytes:
        file = self.root / name
        if not file.is_file():
            raise KeyError(name)
        return file.read_bytes()


@dataclass(frozen=True, slots=True)
class _Zip:
    archive: zipfile.ZipFile

    def put(self, name: str, content: bytes) -> None:
        self.archive.writestr(name, content, zipfile.ZIP_DEFLATED, 6)

    def get(self, name: str) -> bytes:
        if self.archive.getinfo(name).file_size > LARGEST:
            raise KeyError(name)
        return self.archive.read(name)


# --- out -------------------------------------------------------------------------------------------


def write_archive(store: Store, to: Path, progress: Progress = in_silence) -> list[int]:
    """Write all runs into the new file `to` (.zip) or the new or empty folder `to`; their numbers.

    Raises `UsageError` when it is there already or there are no runs, `WorkspaceError` when the disk refuses.
    """
    rows = sorted(store.runs(), key=lambda row: row.id)
    if not rows:
        raise UsageError("There are no runs to export.", 'Begin one: troupe demo, or troupe build "IDEA"')
    if to.suffix.lower() == ".zip":
        with fresh_file(to) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
            _write(store, rows, _Zip(archive), progress)
    else:
        with fresh_folder(to):
            _write(store, rows, _Folder(to), progress)
    return [row.id for row in rows]


def _write(store: Store, rows: list[RunRow], into: _Into, progress: Progress) -> None:
    written: set[str] = set()
    for done, row in enumerate(rows):
        progress(done, len(rows))
        carried = store.carried(row.id)
        into.put(f"runs/{row.id}/run.json", _json(asdict(row)))
        lines = [
            json.dumps([seq, at, key, body], ensure_ascii=False) for seq, at, key, body in carried.events
        ]
        into.put(f"runs/{row.id}/events.jsonl", "\n".join(lines).encode())
        steps = [json.dumps([*asdict(step).values(), seq], ensure_ascii=False) for step, seq in carried.steps]
        into.put(f"runs/{row.id}/steps.jsonl", "\n".join(steps).encode())
        for digest in carried.files:
            if digest not in written:
                written.add(digest)
                into.put(f"files/{digest}", store.blob(digest))
        into.put(f"runs/{row.id}/files.json", _json(carried.files))
    into.put("manifest.json", _json({"troupe": FORMAT, "runs": [row.id for row in rows]}))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


# --- in --------------------------------------------------------------------------------------------


def read_archive(store: Store, source: Path, projects: Path) -> dict[int, int]:
    """Take in all runs of an archive, each project with a folder of its own under `projects`.

    Returns the runs' new numbers by their old ones. The server's address is left out: it was another
    machine's. Raises `UsageError`, and stores nothing, when it is no archive or anything in it is damaged.
    """
    with _opened(source) as archive:
        try:
            manifest = json.loads(archive.get("manifest.json"))
            numbers = [int(number) for number in manifest["runs"]]
            if manifest["troupe"] != FORMAT:
                raise UsageError(
                    f"{source} was exported by another Troupe (its format is {manifest['troupe']}, "
                    f"this program knows {FORMAT}).",
                    "Update Troupe on both machines.",
                )
            carried = [_read(archive, number) for number in numbers]
        except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, StoreError) as error:
            raise UsageError(
                f"{source} is no export of Troupe's runs, or it is damaged. Nothing was taken in.",
                "Make it anew: troupe runs export --all FILE.zip",
                repr(error),
            ) from error
    folders: dict[int, Path] = {}
    taken = {project.folder for project in store.projects()}
    placed: list[Carried] = []
    for run in carried:
        if run.row.project not in folders:
            folders[run.row.project] = _free(projects, run.row.project_name, taken)
            taken.add(str(folders[run.row.project]))
        placed.append(_placed(run, str(folders[run.row.project])))
    return store.take_in(placed)


@contextmanager
def _opened(source: Path) -> Iterator[_From]:
    if source.is_dir():
        yield _Folder(source)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            yield _Zip(archive)
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(
            f"{source} cannot be read as an export of Troupe's runs.",
            "Name the folder or the .zip that `troupe runs export --all` has written.",
            repr(error),
        ) from error


def _read(archive: _From, number: int) -> Carried:
    """One run, with everything in it checked."""
    row = RunRow(**json.loads(archive.get(f"runs/{number}/run.json")))
    row = replace(row, id=number, driven=False)
    Plan.from_json(row.settings)
    events = [_event(line) for line in _lines(archive, f"runs/{number}/events.jsonl")]
    if [seq for seq, *_ in events] != list(range(1, len(events) + 1)):
        raise ValueError("the events are not numbered one after the other")
    steps = [_step(line) for line in _lines(archive, f"runs/{number}/steps.jsonl")]
    files: list[str] = json.loads(archive.get(f"runs/{number}/files.json"))
    contents: dict[str, bytes] = {}
    for digest in files:
        if len(digest) != 64 or not digest.isalnum():
            raise ValueError(f"{digest!r} is no hash")
        contents[digest] = archive.get(f"files/{digest}")
        if hashlib.sha256(contents[digest]).hexdigest() != digest:
            raise ValueError(f"the content of {digest} is another one")
    return Carried(row, events, steps, files, contents)


def _lines(archive: _From, name: str) -> list[Any]:
    return [json.loads(line) for line in archive.get(name).decode().split("\n") if line]


def _event(line: list[Any]) -> tuple[int, float, str | None, str]:
    seq, at, key, body = line
    return int(seq), float(at), None if key is None else str(key), encode(decode(body))


def _step(line: list[Any]) -> tuple[Step, int]:
    *texts, seq = line
    step = Step(*map(str, texts))
    for text in (step.request, step.result):
        if not isinstance(json.loads(text), dict):
            raise DatabaseDamaged(f"the step {step.key} holds no object")
    return step, int(seq)


def _free(projects: Path, name: str, taken: set[str]) -> Path:
    """A folder that is not there yet."""
    plain = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split())
    for number in range(1, 10_000):
        folder = projects / f"{plain or 'project'}{'' if number == 1 else f'-{number}'}"
        if not folder.exists() and str(folder) not in taken:
            return folder
    raise UsageError(f"There are too many projects called {name}.", "Move some away.")


def _placed(run: Carried, folder: str) -> Carried:
    """The run in a folder of this machine."""
    plan = replace(Plan.from_json(run.row.settings), out=folder, host="")
    row = replace(run.row, folder=folder, settings=plan.to_json())
    events = [(seq, at, key, _moved(body, folder)) for seq, at, key, body in run.events]
    return replace(run, row=row, events=events)


def _moved(body: str, folder: str) -> str:
    if '"run_started"' not in body:
        return body
    told: Json = json.loads(body)
    if told.get("kind") == "run_started":
        told["folder"] = folder
    return encode(decode(json.dumps(told)))
