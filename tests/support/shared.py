"""Data that lies beside the checkout and is read in place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_data(name: str) -> Path:
    """The folder `name` of the shared data: under TROUPE_SHARED, else in `shared/data` of a folder above.

    The test is skipped where it is not there.
    """
    given = os.environ.get("TROUPE_SHARED", "")
    roots = [Path(given)] if given else [above / "shared" for above in Path(__file__).resolve().parents[2:]]
    for root in roots:
        for folder in (root / "data" / name, root / name):
            if folder.is_dir():
                return folder
    pytest.skip(f"the shared data set {name} is not here; set TROUPE_SHARED to the folder that has it")
