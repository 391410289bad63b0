"""A bench as a person asked for it, kept beside its database, so that the window can go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agents.bench.problems import load_problems
from agents.bench.running import BenchPlan
from agents.errors import UsageError

FILE = "bench.json"


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """Which problems (of a file or folder, with `only` in their key, `limit` at the most) by which methods.

    `options` are by method, those that differ from the usual ones. The rest is as in `BenchPlan`.
    """

    name: str
    problems: str
    methods: tuple[str, ...]
    model: str = ""
    host: str = ""
    only: str = ""
    limit: int = 0
    samples: int = 1
    jobs: int = 2
    options: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    allow_cloud: bool = False

    def plan(self) -> BenchPlan:
        """What is to be carried out; blocks while it reads. `UsageError` when it makes no sense."""
        return BenchPlan(
            problems=tuple(load_problems(Path(self.problems), self.only, self.limit)),
            methods=self.methods,
            model=self.model,
            host=self.host,
            samples=self.samples,
            jobs=self.jobs,
            options=self.options,
            allow_cloud=self.allow_cloud,
        ).checked()

    def folder(self, home: Path) -> Path:
        """Where the bench is kept; `UsageError` for a name that is none."""
        if not self.name or "/" in self.name or "\\" in self.name or self.name.startswith("."):
            raise UsageError(f"'{self.name}' is no name for a bench.", "Take letters, digits and dashes.")
        return home / "benches" / self.name

    def save(self, folder: Path) -> None:
        """Keep it in the bench's folder; `UsageError` when it cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / FILE).write_bytes(_FORM.dump_json(self, indent=1))
        except OSError as error:
            raise UsageError(
                f"The bench cannot be kept in {folder}: {error.strerror or error}.",
                "Make room, or give the bench another name.",
            ) from error


def request_of(folder: Path) -> BenchRequest | None:
    """How a bench was asked for; None where it was begun by a command, or the file cannot be read."""
    try:
        return _FORM.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


_FORM = TypeAdapter(BenchRequest)
