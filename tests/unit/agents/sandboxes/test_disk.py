from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.contracts import Limits
from agents.sandboxes import _disk
from tests.support.sandboxes import write


def test_links_are_not_followed_and_holes_take_nothing(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"a/b": "x" * 10_000})
    before = _disk.used(project, 10)
    assert before is not None
    (project / "link").symlink_to("/")
    with (project / "sparse").open("wb") as file:
        file.truncate(10**9)
    after = _disk.used(project, 10)
    assert after is not None
    assert 10_000 <= before.bytes <= after.bytes < before.bytes + 100_000
    assert (before.files, after.files) == (2, 4)


def test_too_many_files(tmp_path: Path) -> None:
    assert _disk.used(write(tmp_path, {"a": "", "b": ""}), 3) is not None
    assert _disk.used(write(tmp_path, {"c": "", "d": ""}), 3) is None
    assert _disk.used(tmp_path / "nowhere", 3) == _disk.Usage()


def test_other_folders_count_as_well(tmp_path: Path) -> None:
    project, build = write(tmp_path / "project", {"a": ""}), tmp_path / "build"

    async def go() -> str | None:
        disk = _disk.Disk(project, Limits(disk=100_000), build)
        assert await disk.exceeded(at_once=True) is None
        write(build, {"large": "x" * 200_000})
        found = await disk.exceeded(at_once=True)
        await disk.close()
        return found

    assert asyncio.run(go()) == "disk"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(files=4), None),
        (Limits(files=3), "files"),
        (Limits(disk=100_000), "disk"),
        (Limits(disk=10_000_000), None),
    ],
)
def test_only_what_has_come_since_counts(tmp_path: Path, limits: Limits, reason: str | None) -> None:
    project = write(tmp_path / "project", dict.fromkeys("abcdef", "x"))

    async def go() -> str | None:
        disk = _disk.Disk(project, limits)
        assert await disk.exceeded(at_once=True) is None
        write(project, {f"new/{name}": "x" * 100_000 for name in "abc"})
        assert await disk.exceeded() is None  # it has just looked
        found = await disk.exceeded(at_once=True)
        await disk.close()
        return found

    assert asyncio.run(go()) == reason
