"""The command line in this process."""

from __future__ import annotations

import pytest

from tests.support.command import Troupe


@pytest.fixture
def troupe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Troupe:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    return Troupe(capsys)
