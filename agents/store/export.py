"""A run carried out of the database: its files, its transcript, its events."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from agents.errors import UsageError, WorkspaceError
from agents.events import (
    EVERYONE,
    USER,
    AgentHired,
    CommandFinished,
    CommandStarted,
    Ended,
    ErrorRaised,
    Event,
    FilesCommitted,
    MessageCompleted,
    MessageCut,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    QuestionAnswered,
    QuestionAsked,
    RunEnded,
    UserStepped,
)
from agents.paths import checked
from agents.store.codec import line
from agents.store.rows import RunRow
from agents.store.store import Store

ENDED: Mapping[Ended, str] = {
    "": "",
    "enough": "\n\n*(Ended when what was asked for was there.)*",
    "unneeded": "\n\n*(Ended: another one holds already.)*",
}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold: the same files always make the same archive."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many of how many parts are written; what it raises ends the export, and nothing of it stays."""


def in_silence(_done: int, _of: int) -> None:
    """The `Progress` that nobody watches."""


@contextmanager
def fresh_folder(to: Path) -> Iterator[None]:
    """Make the folder `to` for a body that fills it; whatever the body raises, nothing of it stays.

    Raises `UsageError` when `to` is there and not an empty folder, `WorkspaceError` when the disk refuses.
    """
    if to.exists() and not to.is_dir():
        raise UsageError(f"{to} is not a folder.", "Choose a new or an empty folder.")
    if to.is_dir() and any(to.iterdir()):
        raise UsageError(f"The folder {to} is not empty.", "Choose a new or an empty folder.")
    was_there = to.is_dir()
    with ExitStack() as undo:
        undo.callback(_undone, to, was_there)
        try:
            to.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise _unwritten(to, error) from error
        undo.pop_all()


def _undone(folder: Path, was_there: bool) -> None:
    """The folder as it was before an export: empty, or not there."""
    for part in list(folder.iterdir()) if was_there else [folder]:
        _remove(part)


def _remove(path: Path) -> None:
    """Remove what an export has begun; what cannot be removed stays."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def write_folder(store: Store, run: int, to: Path, progress: Progress = in_silence) -> None:
    """Write the files of the run's last version into the folder `to`, which must be new or empty.

    Raises `UsageError` when it is not, or when the run has no files; `PathRefused` for a stored path that
    leads out of the folder; `WorkspaceError` when the disk refuses.
    """
    digests = _files(store, run)
    with fresh_folder(to):
        for done, (path, digest) in enumerate(digests.items()):
            progress(done, len(digests))
            file = to.joinpath(*path.parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(store.blob(digest))


@contextmanager
def fresh_file(to: Path) -> Iterator[Path]:
    """A path for a body to write to; the file has the name `to` once it is whole, and is gone otherwise."""
    if to.exists():
        raise UsageError(f"The file {to} exists already.", "Choose another name, or remove it first.")
    unfinished = to.with_name(f"{to.name}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.replace(to)
    except OSError as error:
        raise _unwritten(to, error) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def write_zip(store: Store, run: int, to: Path, progress: Progress = in_silence) -> None:
    """Write the files of the run's last version into the new archive `to`; errors as in `write_folder`.

    The same files make the same archive, byte for byte. It has its name only when it is whole.
    """
    digests = _files(store, run)
    with fresh_file(to) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for done, (path, digest) in enumerate(digests.items()):
            progress(done, len(digests))
            entry = zipfile.ZipInfo(str(path), _ZIP_TIME)
            entry.create_system = 3  # as on Unix, also when written elsewhere
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, store.blob(digest), zipfile.ZIP_DEFLATED, 6)


def write_lines(to: Path, lines: Iterable[str]) -> None:
    """Write a new text file: a transcript, or events. It has its name only when it is whole.

    Raises `UsageError` when it is there already, `WorkspaceError` when the disk refuses.
    """
    with fresh_file(to) as unfinished, unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{text}\n" for text in lines)


def events_json(store: Store, run: int) -> Iterator[str]:
    """Every stored event as one line of JSON: `{"run", "seq", "at", "event": {"kind", …}}`."""
    return map(line, store.events(run))


def transcript(store: Store, run: int) -> str:
    """The run as a Markdown document: its phases, what was said and asked, what was run, how it ended."""
    row = store.run(run)
    paragraphs = _head(row)
    names = _Names()
    for stamped in store.events(run):
        if paragraph := _paragraph(stamped.event, names):
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs) + "\n"


# --- files -----------------------------------------------------------------------------------------


def _files(store: Store, run: int) -> dict[PurePosixPath, str]:
    """The run's last version: the digest of each file, by path in order."""
    digests: dict[PurePosixPath, str] = {}
    for stamped in store.events(run):
        if isinstance(stamped.event, FilesCommitted):
            for change in stamped.event.changes:
                path = PurePosixPath(checked(change.path))  # again: a database can come from anywhere
                digests.pop(path, None)
                if change.digest:
                    digests[path] = change.digest
    if not digests:
        raise UsageError(f"Run {run} has no files.", "Continue it until it has written some.")
    return dict(sorted(digests.items()))


def _unwritten(to: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"{to} cannot be written: {error.strerror or error}.",
        "Check the room on the disk and the folder's permissions.",
        repr(error),
    )


# --- transcript ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Names:
    """What agents and commands are called, and how deep a phase lies in others."""

    roles: dict[str, str] = field(default_factory=lambda: {USER: "You", EVERYONE: "everyone"})
    commands: dict[str, str] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)

    def role(self, agent: str) -> str:
        return self.roles.get(agent, agent)


def _head(row: RunRow) -> list[str]:
    begun = datetime.fromtimestamp(row.created, UTC).strftime("%Y-%m-%d %H:%M UTC")
    facts = {"Workflow": row.workflow, "Model": row.model, "Begun": begun, "State": row.state}
    listed = "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)
    return [f"# {row.project_name}: run {row.id}", _quoted(row.idea), listed]


def _paragraph(event: Event, names: _Names) -> str:
    """What the document says of an event, empty when it leaves it out."""
    match event:
        case AgentHired():
            names.roles[event.agent] = event.role
            return ""
        case PhaseBegun():
            depth = names.depths[event.phase] = names.depths.get(event.parent, 0) + 1
            rounds = f" ({event.round} of {event.rounds})" if event.rounds > 1 else ""
            return f"{'#' * min(depth + 1, 5)} {event.title}{rounds}"
        case PhaseEnded():
            return f"*Conclusion:* {event.conclusion}" if event.conclusion else ""
        case MessageCompleted():
            cut = "\n\n*(The reply was cut off at its length limit.)*" if event.truncated else ""
            cut += ENDED[event.ended]
            return f"**{names.role(event.speaker)} → {names.role(event.to)}**\n\n{event.text}{cut}"
        case MessageCut():
            speaker = names.role(event.message.rpartition("#")[0])
            return f"**{speaker}** (cut: {event.reason})\n\n{event.text}"
        case UserStepped():
            return f"**You → {names.role(event.to)}**\n\n{event.text}"
        case CommandStarted():
            names.commands[event.command] = event.title or " ".join(event.argv)
            return ""
        case CommandFinished():
            title = names.commands.get(event.command, event.command)
            output = f"\n\n{_fenced(event.output)}" if event.output.strip() else ""
            return f"**Run: {title}** – {event.verdict}{output}"
        case _:
            return _aside(event, names)


def _aside(event: Event, names: _Names) -> str:
    match event:
        case FilesCommitted():
            changes = "\n".join(f"- `{c.path}` +{c.added} −{c.removed}" for c in event.changes)
            return f"**Version {event.version}** – {event.message}\n\n{changes}"
        case QuestionAsked():
            options = "".join(f"\n- {option}" for option in event.options)
            return f"**{names.role(event.agent)} asks:** {event.text}" + (f"\n{options}" if options else "")
        case QuestionAnswered():
            return f"**Answer ({event.by}):** {event.answer or 'The team decides.'}"
        case NoticeGiven():
            return f"*{event.text}*"
        case ErrorRaised():
            return f"**Error:** {event.text} {event.hint}".rstrip()
        case RunEnded():
            return f"## {event.state.capitalize()}\n\n{event.summary}"
        case _:
            return ""


def _quoted(text: str) -> str:
    return "\n".join(f"> {row}".rstrip() for row in text.splitlines())


def _fenced(text: str) -> str:
    """A code block with a fence longer than any in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}"
