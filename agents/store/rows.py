"""The store's rows as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window's list of runs is painted before the events are loaded
    from agents.events import RunState


@dataclass(frozen=True, slots=True)
class Step:
    """A finished step of a run: paid for once, never again.

    `key` is its place in the run (see `agents.journal`), `fingerprint` the hash of its input, `request` and
    `result` JSON texts. `kind` is `chat`, `command`, `answer` or `value`.
    """

    key: str
    kind: str
    fingerprint: str
    request: str
    result: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project: a folder with a name; times in seconds since the epoch."""

    id: int
    name: str
    folder: str
    created: float


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run of a workflow on a project. `settings` is the JSON text of its plan.

    `state` is what the last stored event says; a run that says `running` while nobody drives it was
    interrupted, which `driven` tells. `branched_from` is the run that it branched off after its event
    `branched_at`, 0 for none.
    """

    id: int
    project: int
    project_name: str
    folder: str
    idea: str
    workflow: str
    model: str
    settings: str
    state: RunState
    created: float
    changed: float
    branched_from: int = 0
    branched_at: int = 0
    driven: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A stored message that contains the searched words; `snippet` marks them with ‹ and ›."""

    run: int
    seq: int
    speaker: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A whole run as it is carried out of a database or into one.

    `events` are number, time, key and JSON text; `steps` come with the number of the last event before their
    end; `files` are the digests of its contents, which `contents` holds when it is carried in.
    """

    row: RunRow
    events: list[tuple[int, float, str | None, str]]
    steps: list[tuple[Step, int]]
    files: list[str]
    contents: dict[str, bytes] = field(default_factory=dict)
