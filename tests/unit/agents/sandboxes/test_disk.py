from __future__ import annotations

from pathlib import Path

import pytest

from agents.sandboxes import _disk
from tests.support.sandboxes import write


def test_links_are_not_followed_and_holes_take_nothing(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"a/b": "x" * 10_000})
    before = _disk.used(project)
    assert before is not None
    (project / "link").symlink_to("/")
    with (project / "sparse").open("wb") as file:
        file.truncate(10**9)
    after = _disk.used(project)
    assert after is not None
    assert 10_000 <= before <= after < before + 100_000


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_disk, "MOST_FILES", 3)
    assert _disk.used(write(tmp_path, {"a": "", "b": ""})) is not None
    assert _disk.used(write(tmp_path, {"c": "", "d": ""})) is None
    assert _disk.used(tmp_path / "nowhere") == 0
