"""What a continued run must know of its past: what the user said and changed, and where it failed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from agents.errors import WorkspaceError
from agents.events import (
    BacklogEdited,
    ErrorRaised,
    FilesCommitted,
    QuestionAnswered,
    RoleTaken,
    RunContinued,
    RunEnded,
    UserEdited,
    UserStepped,
)
from agents.store.store import Store
from agents.workspace import Workspace


@dataclass(slots=True)
class Past:
    """A run's past, gathered in one pass over its events.

    `late` has answers to questions that were put off, `roles` who was played, by the number of the event.
    `useless` is the step at which the run failed for want of a usable reply, if that is how it ended.
    """

    remarks: dict[str, UserStepped] = field(default_factory=dict)
    edits: dict[str, UserEdited] = field(default_factory=dict)
    roles: dict[int, RoleTaken] = field(default_factory=dict)
    backlog: dict[str, BacklogEdited] = field(default_factory=dict)
    late: dict[str, QuestionAnswered] = field(default_factory=dict)
    useless: str = ""


def past_of(store: Store, run: int) -> Past:
    """The past of a stored run."""
    past = Past()
    put_off: set[str] = set()
    for stamped in store.events(run):
        match stamped.event:
            case UserStepped(remark=remark) as event:
                past.remarks[remark] = event
            case UserEdited(edit=edit) as event:
                past.edits[edit] = event
            case BacklogEdited(edit=edit) as event:
                past.backlog[edit] = event
            case QuestionAnswered(question=question, by="later"):
                put_off.add(question)
            case QuestionAnswered(question=question) as event if question in put_off:
                past.late[question] = event
            case RoleTaken() as event:
                past.roles[stamped.seq] = event
            case ErrorRaised(retry_from=key):
                past.useless = key
            case RunContinued():
                past.useless = ""
    return past


def result_of(store: Store, run: int, folder: Path) -> RunEnded | None:
    """How a run came to its end; None where going on with it does something.

    It did not come to its end by itself, the user has said or changed something since, or its files are gone.
    """
    ended: RunEnded | None = None
    failing = False
    for stamped in store.events(run):
        match stamped.event:
            case ErrorRaised():
                failing = True
            case RunContinued():
                ended, failing = None, False
            case UserStepped() | UserEdited() | BacklogEdited() | QuestionAnswered():
                ended = None
            case RunEnded() as event:
                ended = None if failing or event.state == "stopped" else event
    if ended is None or changed_outside(store, run, folder):
        return None
    return ended if all((folder / path).exists() for path in last_files(store, run)) else None


def heard(store: Store, run: int) -> set[str]:
    """The remarks and edits (by identity) that finished steps took in."""
    found: set[str] = set()
    for step in store.steps(run):
        request = json.loads(step.request)
        found.update(remark for remark, _ in request.get("remarks", []))
        found.update(edit["edit"] for name in ("edits", "backlog") for edit in request.get(name, []))
    return found


def changed_outside(store: Store, run: int, folder: Path) -> dict[str, str]:
    """The run's files that somebody changed in its folder, by path: their text is that of no version.

    A text of an earlier version is no change: the run was interrupted before it wrote the next one.
    """
    texts: dict[str, set[str]] = {}
    for stamped in store.events(run):
        match stamped.event:
            case FilesCommitted(changes=changes):
                for change in changes:
                    texts.setdefault(change.path, set()).add(change.digest)
            case UserEdited(files=files):
                for file in files:
                    texts.setdefault(file.path, set()).add(_digest(file.text or ""))
    if not texts:
        return {}
    found = Workspace(folder).read_existing(texts)
    return {path: text for path, text in found.items() if _digest(text) not in texts[path]}


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def last_files(store: Store, run: int) -> dict[str, str]:
    """All files that a run left, by path; empty when it made none."""
    versions = [s.event.version for s in store.events(run) if isinstance(s.event, FilesCommitted)]
    return files_at(store, run, versions[-1]) if versions else {}


def files_at(store: Store, run: int, version: int) -> dict[str, str]:
    """All files of a stored version, by path; `WorkspaceError` when there is no such version."""
    files: dict[str, str] = {}
    reached = 0
    for stamped in store.events(run):
        match stamped.event:
            case FilesCommitted(version=reached, changes=changes) if reached <= version:
                for change in changes:
                    if change.digest:
                        files[change.path] = store.blob(change.digest).decode()
                    else:
                        files.pop(change.path, None)
                if reached == version:
                    return files
    raise WorkspaceError(f"Run {run} has no version {version}.")
