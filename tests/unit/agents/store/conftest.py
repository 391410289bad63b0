"""A store in a folder of its own, and a run to write to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agents.store.store import Store
from tests.unit.agents.store.helpers import new_run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "troupe.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store.open(path)) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    return new_run(store)
