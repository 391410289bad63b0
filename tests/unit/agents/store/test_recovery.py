"""A damaged database is set aside, never overwritten, and what can be read of it is kept."""

from __future__ import annotations

import asyncio
import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from agents.errors import DatabaseDamaged
from agents.store.recovery import open_or_recover
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, new_run, notice, started, step

PAGE = 4096


def filled(path: Path) -> None:
    """Four runs of 400 events, 40 steps and a file each."""

    async def fill(store: Store) -> None:
        for _ in range(4):
            run = new_run(store)
            log = store.log(run)
            log.emit(started())
            log.keep(f"content {run} ".encode() * 300)
            for number in range(40):
                await log.record(
                    step(f"a#{number}", '"' + "r" * 500 + '"'), [(message("text " * 50, number=number), "")]
                )
                for other in range(9):
                    log.emit(notice(f"{run} {number} {other} " * 10))
            await log.close()

    with closing(Store.open(path)) as store:
        asyncio.run(fill(store))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / "troupe.db"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "troupe.db"
    filled(path)
    return path


@pytest.mark.parametrize("seed", range(4))
def test_pages_that_were_scribbled_on_cost_what_they_held_and_no_more(
    whole: Path, path: Path, seed: int
) -> None:
    shutil.copyfile(whole, path)
    dice = random.Random(seed)
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        for page in dice.sample(range(2, pages), 3):
            file.seek(page * PAGE)
            file.write(dice.randbytes(PAGE))
    harmed = path.read_bytes()
    store, recovered = open_or_recover(path, search=True)
    with closing(store):
        assert recovered
        assert recovered.aside.read_bytes() == harmed
        kept = sum(len(store.stamps(row.id, 10**9)) for row in store.runs())
        assert kept == recovered.events
        assert 300 <= kept <= 4 * 401
        for row in store.runs():
            list(store.events(row.id))
            log = store.log(row.id)  # it can be carried on
            log.abandon()
    again, once_more = open_or_recover(path, search=True)
    again.close()
    assert once_more is None


def test_a_file_that_was_cut_short_keeps_its_beginning(whole: Path, path: Path) -> None:
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    store, recovered = open_or_recover(path, search=True)
    with closing(store):
        assert recovered
        assert recovered.events > 100
        assert str(recovered.aside) in recovered.sentence


def test_a_whole_database_is_left_alone(whole: Path, path: Path) -> None:
    shutil.copyfile(whole, path)
    store, recovered = open_or_recover(path, search=True)
    with closing(store):
        assert recovered is None
        assert len(store.runs()) == 4
    assert sorted(file.name for file in path.parent.iterdir() if file.is_file()) == ["troupe.db"]


def test_what_is_no_database_of_ours_or_is_open_elsewhere_is_left_alone(whole: Path, path: Path) -> None:
    path.write_text("my precious notes")
    with pytest.raises(DatabaseDamaged):
        open_or_recover(path)
    assert path.read_text() == "my precious notes"
    path.unlink()
    shutil.copyfile(whole, path)
    with closing(Store.open(path)):
        with path.open("r+b") as file:
            file.seek(5 * PAGE)
            file.write(b"\xff" * PAGE * 20)
        with pytest.raises(DatabaseDamaged):
            open_or_recover(path, search=True)
    assert [file.name for file in path.parent.glob("*.damaged-*")] == []
