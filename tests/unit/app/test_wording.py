from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from app.wording import ago, clock, gigabytes, short_path, size_word, state_word, thousands

NOON = datetime(2026, 11, 21, 12).astimezone().timestamp()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "now"), (130, "2 min"), (3 * 3600, "3 h"), (36 * 3600, "Nov 20"), (400 * 86400, "Oct 17, 2025")],
)
def test_moments(seconds: float, words: str) -> None:
    assert ago(NOON - seconds, NOON) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (192.9, "3:12"), (3792, "1:03:12")])
def test_durations(seconds: float, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(950, "950"), (6149, "6.1k"), (42_000, "42k"), (999_600, "1.0M"), (1_240_000, "1.2M")],
)
def test_counts(count: int, words: str) -> None:
    assert thousands(count) == words


def test_sizes() -> None:
    assert gigabytes(18_200_000_000) == "18 GB"
    assert gigabytes(4_660_000_000) == "4.7 GB"


def test_states() -> None:
    assert state_word("running", driven=True) == "running"
    assert state_word("running", driven=False) == "interrupted"
    assert state_word("failed", driven=False) == "failed"


def test_paths_below_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert short_path(tmp_path / "a") == "~/a"
    assert short_path(Path("/elsewhere")) == "/elsewhere"


def test_sizes_of_downloads() -> None:
    assert size_word(640_000) == "640 kB"
    assert size_word(38_400_000) == "38 MB"
    assert size_word(986_000_000) == "986 MB"
    assert size_word(999_900_000) == "1.0 GB"
    assert size_word(4_683_087_332) == "4.7 GB"
    assert size_word(18_600_000_000) == "19 GB"
