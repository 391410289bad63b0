"""The problems of HumanEval, where the shared data lies beside the checkout."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Problem:
    """One problem: the prompt ends in a function without a body, which `solution` gives."""

    task_id: str
    prompt: str
    entry_point: str
    canonical_solution: str
    test: str

    @property
    def reference(self) -> str:
        """The whole correct module."""
        return self.prompt + self.canonical_solution


def shared_data() -> Path | None:
    """The folder of shared data: `TROUPE_SHARED`, else `shared/data` beside a folder above the project."""
    chosen = os.environ.get("TROUPE_SHARED")
    places = [Path(chosen)] if chosen else [folder / "shared" / "data" for folder in ROOT.parents]
    return next((place for place in places if place.is_dir()), None)


def problems() -> list[Problem]:
    """All problems; the calling test is skipped where they are not there."""
    folder = shared_data()
    if folder is None or not (folder / "humaneval" / "HumanEval.jsonl").is_file():
        pytest.skip("needs HumanEval in shared/data beside the project, or TROUPE_SHARED")
    lines = (folder / "humaneval" / "HumanEval.jsonl").read_text("utf-8").splitlines()
    return [Problem(**json.loads(line)) for line in lines]
