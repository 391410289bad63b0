"""Logins and keys in texts."""

from __future__ import annotations

import pytest

from agents.masking import masked_address, without_logins, without_secrets


@pytest.mark.parametrize(
    "text",
    [
        "at http://anna:geheim99@box:1/x.",
        "https://geheim99@box",
        "http://anna:ge/heim99@geheim99@box",
        "'ftp://a:geheim99@b'",
    ],
)
def test_a_login_is_taken_out_of_an_address_in_a_text(text: str) -> None:
    assert "heim99" not in without_logins(text)
    assert "***@b" in without_logins(text)


@pytest.mark.parametrize(
    "written", ["anna:geheim99@box", "http://geheim99@box", "x://a:ge heim99@geheim99@box"]
)
def test_an_address_is_shown_without_its_login(written: str) -> None:
    assert masked_address(written).endswith("***@box")
    assert "heim99" not in masked_address(written)


@pytest.mark.parametrize("text", ["mail anna@example.org", "box:11434", "http://box/a and b@c", "@dataclass"])
def test_what_is_no_login_stays(text: str) -> None:
    assert without_secrets(text) == text
