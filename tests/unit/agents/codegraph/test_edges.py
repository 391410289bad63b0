from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.codegraph import edges


def test_packages_and_relative_imports() -> None:
    files = {
        "main.py": "import sys\nfrom game import board\nimport game.ai.search as search\n",
        "game/__init__.py": "",
        "game/board.py": "from .pieces import Stone\nfrom . import rules\n",
        "game/pieces.py": "",
        "game/rules.py": "from ..main import x\n",
        "game/ai/__init__.py": "from .search import best\n",
        "game/ai/search.py": "from ..board import Board\nfrom ...far import away\n",
        "README.md": "import nothing",
    }
    found = edges(files)
    assert found["main.py"] == {"game/__init__.py", "game/board.py", "game/ai/search.py"}
    assert found["game/board.py"] == {"game/pieces.py", "game/rules.py"}
    assert found["game/rules.py"] == {"main.py"}
    assert found["game/ai/__init__.py"] == {"game/ai/search.py"}
    assert found["game/ai/search.py"] == {"game/board.py"}
    assert "README.md" not in found


def test_a_script_finds_what_lies_beside_it() -> None:
    files = {"src/app.py": "import store\n", "src/store.py": "", "store.py": ""}
    assert edges(files)["src/app.py"] == {"src/store.py"}


def test_a_package_finds_the_project_first() -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "import b\n", "pkg/b.py": "", "b.py": ""}
    assert edges(files)["pkg/a.py"] == {"b.py"}


def test_tests_find_what_the_search_path_would_show_them() -> None:
    files = {
        "tests/test_a.py": "from shop.cart import Cart\nimport json\n",
        "src/shop/cart.py": "",
        "x/json.py": "",
    }
    assert edges(files)["tests/test_a.py"] == {"src/shop/cart.py"}
    assert edges({**files, "old/shop/cart.py": ""})["tests/test_a.py"] == set(), "two could be meant"


def test_broken_python_gives_what_single_lines_tell() -> None:
    broken = "import b\nfrom p import (\n    c,\n)\nthis is no python import d"
    assert edges({"a.py": broken, "b.py": "", "p/c.py": "", "d.py": ""})["a.py"] == {"b.py", "p/c.py"}


@given(st.dictionaries(st.sampled_from(["a.py", "p/__init__.py", "p/b.py", "p/q/c.py", "c.txt"]), st.text()))
def test_any_text_gives_edges_between_known_files(files: dict[str, str]) -> None:
    found = edges(files)
    assert set(found) == {path for path in files if path.endswith(".py")}
    assert all(target in found and target != path for path, targets in found.items() for target in targets)
