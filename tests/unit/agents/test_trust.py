"""What the user trusts: kept in a file, nobody where that is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import UsageError
from agents.trust import FILE, Trust, load_trust, save_trust


def test_trust_is_kept(troupe_home: Path) -> None:
    assert load_trust() == Trust()
    trust = Trust(cloud=True).with_key("box:443", True).with_key("other:1", True).with_key("other:1", False)
    save_trust(trust)
    assert load_trust() == load_trust(troupe_home) == Trust(frozenset({"box:443"}), True)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"cloud": "yes"}', '{"cloud": 1, "key_hosts": "box"}', "[" * 100_000, '{"key_hosts": [1]}'],
)
def test_a_damaged_file_trusts_nobody(text: str, troupe_home: Path) -> None:
    troupe_home.mkdir()
    (troupe_home / FILE).write_text(text)
    assert load_trust() == Trust()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="could not be written"):
        save_trust(Trust(), tmp_path / "file")
