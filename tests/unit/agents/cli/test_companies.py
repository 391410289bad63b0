"""`troupe companies`: list, check, import, show, export, delete."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.companies.folder import bundled
from tests.support.command import Troupe
from tests.support.shared import shared_data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Mine"
    made.mkdir()
    for file, data in bundled().read.items():
        (made / file).write_bytes(data)
    return made


def test_in_and_out_again(troupe: Troupe, folder: Path, tmp_path: Path) -> None:
    assert "Mine can be run: 8 phases, 6 roles." in troupe("companies", "check", str(folder)).out
    done = troupe("companies", "import", str(folder), "--name", "My own")
    assert 'troupe build --company "My own"' in done.out
    listed = troupe("companies")
    assert [line.split("  ")[0] for line in listed.out.splitlines()] == ["Troupe", "My own"]
    assert "DemandAnalysis, LanguageChoose, Coding" in listed.out
    assert troupe("companies", "export", "My own", "--to", str(tmp_path / "out")).code == 0
    for file, data in bundled().read.items():
        assert (tmp_path / "out" / file).read_bytes() == data
    shown = troupe("companies", "show", "My own").out
    assert "CodeReview: up to 3 times" in shown
    assert "DemandAnalysis: Chief Executive Officer → Chief Product Officer, up to 10 turns" in shown
    missing = troupe("companies", "delete", "Nix")
    assert missing.code == 2
    assert "Delete" not in missing.out + missing.err, "nobody is asked about a company that is not there"
    assert troupe("companies", "delete", "My own", "--yes").code == 0
    assert "My own" not in troupe("companies").out


def test_chatdevs_own_are_brought_in(troupe: Troupe) -> None:
    for name in ("Default", "Human", "Incremental"):
        assert troupe("companies", "import", str(shared_data("chatdev-companies") / name)).code == 0
    assert "Not its own: PhaseConfig.json, RoleConfig.json" in troupe("companies", "show", "Incremental").out
    assert troupe("companies", "import", str(shared_data("chatdev-companies") / "Human")).code == 2
    again = troupe("companies", "import", str(shared_data("chatdev-companies") / "Human"), "--replace")
    assert again.code == 0


def test_a_wrong_one_is_refused_and_nothing_is_kept(troupe: Troupe, folder: Path) -> None:
    chain = (folder / "ChatChainConfig.json").read_text()
    (folder / "ChatChainConfig.json").write_text(chain.replace('"cycleNum": 10', '"cycleNum": -1'))
    checked = troupe("companies", "check", str(folder))
    assert checked.code == 2
    told = "ChatChainConfig.json: chain[3].cycleNum must be a whole number from 1 to 100, and it is -1."
    assert told in checked.out
    refused = troupe("companies", "import", str(folder))
    assert refused.code == 2
    assert told in refused.err
    assert troupe("companies").out.splitlines()[1:] == []


def test_exports_go_to_empty_folders_only(troupe: Troupe, folder: Path) -> None:
    done = troupe("companies", "export", "Troupe", "--to", str(folder))
    assert done.code == 2
    assert "not empty" in done.err
    assert troupe("companies", "export", "Nobody", "--to", str(folder / "new")).code == 2
