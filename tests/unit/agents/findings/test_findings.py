"""What the analysis finds, and what it leaves alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.findings import Finding, findings


def told(files: dict[str, str], kind: str) -> list[tuple[str, int]]:
    return [(found.path, found.line) for found in findings(files) if found.kind == kind]


def test_wrong_syntax_and_what_is_unfinished() -> None:
    files = {"main.py": "def f(:\n", "b.py": "def g():\n    pass\n", "c.js": "// TODO: the rest\n"}
    assert told(files, "syntax") == [("main.py", 1)]
    assert told(files, "unfinished") == [("b.py", 1), ("c.js", 1)]


def test_names_that_nobody_defines() -> None:
    files = {
        "main.py": "from board import Board, Borad\nimport board\nimport os\n\nboard.play()\nboard.stop()\n"
        "print(missing, os.nothing, board.late)\nboard.late = 1\n",
        "board.py": "class Board: ...\n\n\ndef play():\n    return undefined_here\n",
    }
    found = [finding for finding in findings(files) if finding.kind == "undefined name"]
    assert [(finding.path, finding.line) for finding in found] == [
        *(("board.py", 5), ("main.py", 1), ("main.py", 6), ("main.py", 7))
    ]
    assert str(found[1]) == "main.py, line 1: Borad is imported from board.py, which does not define it."


def test_names_that_cannot_be_known_are_left_alone() -> None:
    files = {
        "main.py": "from a import x\nfrom b import y\nfrom p import sub, z\nimport p\np.sub\n"
        "from c import k\n",
        "a.py": "from elsewhere import *\n",
        "b.py": "def __getattr__(name): return name\n",
        "c.py": "try:\n    k = 1\nfinally:\n    pass\n",
        "p/__init__.py": "from .sub import z\n",
        "p/sub.py": "z = 1\n",
    }
    assert not [found for found in findings(files) if found.kind in ("undefined name", "missing module")]


def test_a_relative_module_that_is_not_there() -> None:
    files = {"p/__init__.py": "from .gone import x\n", "main.py": "import p\n"}
    assert told(files, "missing module") == [("p/__init__.py", 1)]


def test_files_that_are_named_and_not_there() -> None:
    files = {
        "main.py": "import pygame\n\npicture = 'images/hero.png'\nother = 'there.png'\n",
        "plot.py": "import matplotlib\nmatplotlib.savefig('plot.png')\n",
        "index.html": "<script src='gone.js'></script>\n<img src='https://x.org/y.png'>"
        "<img src='{{ a }}.png'>",
        "app.js": "import './lost.js'\nimport 'react'\n",
    }
    found = [
        finding for finding in findings(files, assets=["img/there.png"]) if finding.kind == "missing file"
    ]
    assert [finding.path for finding in found] == ["app.js", "index.html", "main.py"]
    assert "images/hero.png" in found[2].text


def test_nearly_the_same_files() -> None:
    body = "".join(f"def step{n}(value):\n    return value * {n} + other[{n}]\n\n\n" for n in range(12))
    files = {"a.py": body, "b.py": f"# copied\n{body}extra = 1\n", "c.py": "def main():\n    return 1\n"}
    assert told(files, "duplicate") == [("b.py", 1)]


def test_files_that_nobody_uses() -> None:
    files = {
        "main.py": "import a\nload('plug')\n",
        "a.py": "x = 1\n",
        "lonely.py": "y = 1\n",
        "plug.py": "z = 1\n",
        "tool.py": "if __name__ == '__main__':\n    print(1)\n",
        "tests/test_a.py": "import a\n",
    }
    assert told(files, "unused file") == [("lonely.py", 1)]
    assert told({"a.py": "x = 1\n", "b.py": "y = 1\n"}, "unused file") == [], "it may be a library"


@given(st.dictionaries(st.sampled_from(["main.py", "a.py", "p/b.py", "a.js", "i.html", "s.css"]), st.text()))
def test_any_files_give_sorted_findings(files: dict[str, str]) -> None:
    found = findings(files)
    assert found == sorted(found)
    assert all(isinstance(one, Finding) and one.line >= 1 and one.path in files for one in found)
