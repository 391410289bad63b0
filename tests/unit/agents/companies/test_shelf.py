from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.companies import Shelf, files_of
from agents.companies.folder import BUNDLED, bundled
from agents.companies.model import CHAIN_FILE
from agents.companies.reading import read_company
from agents.errors import CompanyRefused, UsageError, WorkspaceError


def test_what_is_saved_is_listed_and_comes_back(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.names() == [BUNDLED]
    half = read_company("Half", {CHAIN_FILE: bundled().read[CHAIN_FILE]}, bundled().read)
    assert shelf.save(half) == half
    assert Shelf(tmp_path).names() == [BUNDLED, "Half"]
    again = Shelf(tmp_path).load("half")
    assert again == half
    assert files_of(again) == files_of(half), "its own files only"
    assert set(again.fallback) == set(half.fallback)


def test_a_name_is_taken_once_and_replaced_when_that_is_meant(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    mine = bundled().renamed("Mine")
    shelf.save(mine)
    with pytest.raises(UsageError, match="already"):
        shelf.save(mine)
    shelf.save(replace(mine, background="Another."), replacing=True)
    assert shelf.load("Mine").background == "Another."
    assert [path.name for path in (tmp_path / "companies").iterdir()] == ["Mine"]
    shelf.delete("Mine")
    assert shelf.names() == [BUNDLED]


@pytest.mark.parametrize("name", ["", "  ", "a/b", "..", ".hidden", "a\\b", "troupe", "a:b", "x" * 300])
def test_names_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        Shelf(tmp_path).save(bundled().renamed(name))
    assert not list(tmp_path.rglob("*.json"))


def test_troupes_own_stays_and_unknown_names_are_said(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with pytest.raises(UsageError, match="stays"):
        shelf.delete("Troupe")
    for ask in (shelf.load, shelf.find, shelf.delete):
        with pytest.raises(UsageError, match="There is no company called “Nobody”"):
            ask("Nobody")


def test_a_folder_is_found_by_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "Elsewhere"
    folder.mkdir()
    (folder / CHAIN_FILE).write_bytes(bundled().read[CHAIN_FILE])
    assert Shelf(tmp_path / "home").find(str(folder)).name == "Elsewhere"


def test_damage_is_said_and_hides_no_other(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save(bundled().renamed("Broken"))
    (tmp_path / "companies" / "Broken" / CHAIN_FILE).write_text("{")
    assert shelf.names() == [BUNDLED, "Broken"]
    with pytest.raises(CompanyRefused):
        shelf.load("Broken")


def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "companies").write_text("a file in the way")
    with pytest.raises(WorkspaceError, match="companies"):
        Shelf(tmp_path).save(bundled().renamed("Mine"))
