from __future__ import annotations

from pathlib import Path

import pytest

from app.crashes import crash_report, own_version, shareable


def failing(text: str) -> None:
    raise ValueError(text)


def raised(text: str) -> ValueError:
    with pytest.raises(ValueError) as caught:
        failing(text)
    return caught.value


def test_a_report_says_what_was_running_and_where_it_failed() -> None:
    report = crash_report(raised("a fault"))
    for part in ("ValueError: a fault", "in failing", f"Troupe {own_version()}", "Python 3.", "Qt 6."):
        assert part in report


def test_the_home_folder_has_no_name() -> None:
    report = crash_report(raised(f"cannot open {Path.home() / 'novel.txt'}"))
    assert str(Path.home() / "novel") not in report
    assert str(Path("~") / "novel.txt") in report


@pytest.mark.parametrize(
    "text",
    [
        "http://anna:geheim99@example.org/x",
        "api_key=geheim99",
        '{"api-key": "geheim99"}',
        "Authorization: Bearer geheim99",
        "password: geheim99",
        "bearer geheim99",
    ],
)
def test_secrets_are_left_out(text: str) -> None:
    assert "geheim99" not in shareable(text)


@pytest.mark.parametrize(
    "text", ["42k tokens were written", "http://127.0.0.1:11434/api", "a token prediction"]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert shareable(text) == text
