"""Nothing acknowledged is lost when the power is cut; `python -m tests.campaigns.power` does more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agents.store import opening
from agents.store.store import Store
from tests.support.power import cut, stills

AS_EVER = opening.FLUSHED
"""What it is outside of the tests: they have not begun when this module is read."""


@pytest.fixture(autouse=True)
def flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases are flushed here as they are outside of the tests."""
    monkeypatch.setattr(opening, "FLUSHED", AS_EVER)


def test_what_was_acknowledged_is_there_after_the_power_was_cut(tmp_path: Path) -> None:
    taken = stills(tmp_path, steps=40, seed=1)
    found = cut(taken, tmp_path / "image", times=40, seed=1)
    assert found.wrong == []
    assert found.torn > 15


def test_each_commit_is_flushed(tmp_path: Path) -> None:
    """Only `FULL` promises it: with `NORMAL` a commit is not flushed before the next checkpoint."""

    def asked(connection: sqlite3.Connection) -> tuple[str, int]:
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        return mode, connection.execute("PRAGMA synchronous").fetchone()[0]

    with closing(Store.open(tmp_path / "troupe.db")) as store:
        assert store._writer.call(asked) == ("wal", 2)


def test_a_log_that_lost_its_last_commit_shows_that_the_images_matter(tmp_path: Path) -> None:
    taken = stills(tmp_path, steps=10, seed=3)
    older = [still for still in taken if not still.by_checkpoint]
    for still in older[1:]:
        assert still.log != older[0].log
    pretended = [older[0], *(type(still)(still.database, still.log, 9) for still in older[1:3])]
    found = cut(pretended, tmp_path / "image", times=10, seed=3)
    assert any("were acknowledged" in problem for problem in found.wrong)


@pytest.mark.parametrize("left", [0, 20, 32, 56, 4000])
def test_a_log_that_is_cut_short_is_no_damage(tmp_path: Path, left: int) -> None:
    still = stills(tmp_path, steps=5, seed=4)[-1]
    image = tmp_path / "image"
    image.mkdir()
    (image / "troupe.db").write_bytes(still.database)
    (image / "troupe.db-wal").write_bytes(still.log[: len(still.log) // 2 + left])
    with closing(Store.open(image / "troupe.db")) as store:
        steps = store.steps(1) if store.runs() else []
        assert len(steps) <= 5
