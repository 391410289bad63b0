"""What the graph reads of Python."""

from __future__ import annotations

from agents.codegraph import CodeGraph


def imports(files: dict[str, str], path: str) -> set[str]:
    return set(CodeGraph(files).imports(path))


def test_conditional_imports_and_those_for_types_count() -> None:
    source = (
        "from typing import TYPE_CHECKING\n"
        "try:\n    import fast\nexcept ImportError:\n    import slow as fast\n"
        "if TYPE_CHECKING:\n    from model import Model\n"
        "def later():\n    import lazy\n"
    )
    files = {"main.py": source, "fast.py": "", "slow.py": "", "model.py": "", "lazy.py": ""}
    assert imports(files, "main.py") == {"fast.py", "slow.py", "model.py", "lazy.py"}


def test_modules_imported_by_their_names() -> None:
    source = (
        "import importlib\nfrom importlib import import_module\n"
        "importlib.import_module('plugins.one')\nimport_module('.two', package=__package__)\n"
        "__import__('three')\nimportlib.import_module(name)\n"
    )
    files = {
        "plugins/__init__.py": source,
        "plugins/one.py": "",
        "plugins/two.py": "",
        "three.py": "",
    }
    assert imports(files, "plugins/__init__.py") == {"plugins/one.py", "plugins/two.py", "three.py"}


def test_names_that_a_package_passes_on_are_followed_to_their_files() -> None:
    files = {
        "game/__init__.py": "from .board import Board as Field\nfrom .rules import *\nfrom .util import go\n",
        "game/board.py": "class Board: ...\n",
        "game/rules/__init__.py": "from .chess import check\n",
        "game/rules/chess.py": "def check(): ...\n",
        "game/util.py": "def go(): ...\n",
    }
    init = {"game/__init__.py"}
    rules = {"game/rules/__init__.py", "game/rules/chess.py"}
    assert imports({**files, "main.py": "from game import go\n"}, "main.py") >= init | {"game/util.py"}
    field = imports({**files, "main.py": "from game import Field\n"}, "main.py")
    assert "game/board.py" in field
    assert "game/util.py" not in field
    star = imports({**files, "main.py": "from game import *\n"}, "main.py")
    assert star == init | rules | {"game/board.py", "game/util.py"}


def test_a_star_takes_the_modules_that_all_names() -> None:
    files = {"p/__init__.py": "__all__ = ['a']\n", "p/a.py": "", "p/b.py": "", "main.py": "from p import *\n"}
    assert imports(files, "main.py") == {"p/__init__.py", "p/a.py"}


def test_packages_that_pass_on_each_other_end() -> None:
    files = {
        "p/__init__.py": "from q import x\n",
        "q/__init__.py": "from p import x\n",
        "m.py": "from p import x\n",
    }
    assert imports(files, "m.py") == {"p/__init__.py", "q/__init__.py"}


def test_a_namespace_package_has_no_file_of_its_own() -> None:
    files = {"main.py": "from space import one\nimport space.two\n", "space/one.py": "", "space/two.py": ""}
    assert imports(files, "main.py") == {"space/one.py", "space/two.py"}


def test_the_src_folder_of_a_packaged_project_is_searched() -> None:
    files = {
        "pyproject.toml": "",
        "src/shop/__init__.py": "",
        "src/shop/cart.py": "",
        "old/shop/cart.py": "",
        "tests/test_cart.py": "from shop.cart import Cart\n",
    }
    assert imports(files, "tests/test_cart.py") == {"src/shop/cart.py"}


def test_a_relative_import_without_a_module_means_the_package() -> None:
    files = {"p/__init__.py": "VERSION = 1\n", "p/a.py": "from . import VERSION, b\n", "p/b.py": ""}
    assert imports(files, "p/a.py") == {"p/__init__.py", "p/b.py"}


def test_symbols_and_signatures() -> None:
    source = '''"""A board."""

SIZE: int = 8
_HIDDEN = 1


class Board(Base, metaclass=Meta):
    """Where stones lie.

    More about it.
    """

    colour = "red"

    def __init__(self, size: int = SIZE) -> None:
        """Begin empty."""
        self.stones = []
        self._secret = 1

    @property
    def full(self) -> bool:
        return False

    async def play(self, x: int, *, fast: bool = False) -> None:
        """Lay a stone."""

    def _inner(self): ...


if True:
    def make() -> Board: ...
'''
    graph = CodeGraph({"board.py": source})
    assert graph.signatures("board.py").splitlines() == [
        "SIZE: int = 8",
        "class Board(Base, metaclass=Meta):  # Where stones lie.",
        "    # fields: colour = 'red', stones",
        "    def __init__(self, size: int=SIZE) -> None  # Begin empty.",
        "    @property def full(self) -> bool",
        "    async def play(self, x: int, *, fast: bool=False) -> None  # Lay a stone.",
        "def make() -> Board",
    ]
    found = {(symbol.parent, symbol.name): symbol for symbol in graph.symbols("board.py")}
    assert found["", "Board"].line == 7
    assert found["Board", "play"].kind == "method"
    assert found["Board", "stones"].kind == "field"
    assert graph.signatures("nowhere.py") == graph.signatures("a.txt") == ""


def test_a_broken_file_gives_what_single_lines_tell_and_says_so() -> None:
    source = "import b\nSIZE = 3\nclass Board(Base):\n    def play(self, x):\n        return (\n"
    source += "\ndef make(): pass\n"
    graph = CodeGraph({"a.py": source, "b.py": ""})
    assert graph.imports("a.py") == {"b.py"}
    assert [symbol.name for symbol in graph.symbols("a.py")] == ["SIZE", "Board", "play", "make"]
    assert graph.defining("Board.play") == ["a.py"]
    assert "syntax is wrong" in graph.problem("a.py")
    assert graph.problem("b.py") == ""
