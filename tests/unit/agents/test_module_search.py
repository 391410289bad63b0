"""Own modules are found under names that are nearly theirs; somebody else's are left to be installed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.codegraph import CodeGraph
from agents.module_search import ModuleSearch, stem, whole


def search(*paths: str, past: tuple[str, ...] = (), **texts: str) -> ModuleSearch:
    files = {**dict.fromkeys(paths, ""), **{f"{name}.py": text for name, text in texts.items()}}
    return ModuleSearch(files, CodeGraph(files).defining, past)


@pytest.mark.parametrize(
    ("paths", "name", "said", "meant"),
    [
        (["utils.py"], "utls", "import utls", ["utils.py"]),
        (["helpers/text.py"], "helper", "import helper", []),
        (["helpers/text.py"], "helper.text", "from helper.text import f", ["helpers/text.py"]),
        (["pkg/__init__.py"], "pkgs", "import pkgs", ["pkg/__init__.py"]),
        (["board.js"], "./bord", "require('./bord')", ["board.js"]),
        (["board.js"], "board", "require('board')", ["board.js"]),
        (["shapes.h"], "shape.h", '#include "shape.h"', ["shapes.h"]),
        (["stdio.h"], "stdio.h", "#include <stdio.h>", []),
        (["game.py"], "pygame", "import pygame", []),
        (["pygames.py"], "pygame", "import pygame", []),
        (["request.py"], "requests", "import requests", []),
        (["utils.py"], "requests.utils", "from requests.utils import quote", []),
        (["utils.py"], "google.utils", "from google.utils import x", []),
        (["num.py"], "numpy", "import numpy as np", []),
        (["a.py"], "", "", []),
    ],
)
def test_what_a_name_means(paths: list[str], name: str, said: str, meant: list[str]) -> None:
    assert search(*paths).meant(name, said) == meant


def test_a_file_that_defines_what_is_imported_is_meant_whatever_the_folder_is_called() -> None:
    found = search(board="class Board: ...\n")
    assert found.meant("core.board", "from core.board import Board") == ["board.py"]
    assert found.meant("core.board", "from core.board import Queen") == []


def test_what_was_lost_is_found_in_earlier_versions() -> None:
    found = search("main.py", past=("roman/convert.py", "notes/roman.txt", "main.py"))
    assert found.lost("roman") == "roman/convert.py"
    assert found.lost("convert") == "roman/convert.py"
    assert found.lost("main") == ""
    assert found.lost("notes") == ""


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("pkg.util", "util"),
        ("./src/util.js", "util"),
        ("a/util/__init__.py", "util"),
        ("github.com/x/y", "y"),
    ],
)
def test_the_last_part_of_a_name(name: str, last: str) -> None:
    assert stem(name) == last


def test_a_name_is_completed_from_its_line() -> None:
    assert whole("game", "from game.board import Board") == "game.board"
    assert whole("game", "import mygame.x") == "game"


@given(st.text(), st.text())
def test_no_name_is_too_odd(name: str, said: str) -> None:
    found = search("a.py", "b/c.py", past=("d.py",))
    assert set(found.meant(name, said)) <= {"a.py", "b/c.py"}
    assert found.lost(name) in ("", "d.py")
    assert whole(name, said).startswith(name)
