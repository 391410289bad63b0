"""The graph's questions, and that an updated graph equals a new one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.codegraph import CodeGraph

SHOP = {
    "main.py": "from shop import Cart\nimport helpers\n",
    "helpers.py": "import json\nLIMIT = 3\n",
    "shop/__init__.py": "from .cart import Cart\n",
    "shop/cart.py": "from shop.item import Item\n\n\nclass Cart:\n    def add(self, item: Item): ...\n",
    "shop/item.py": "class Item: ...\n",
    "tests/conftest.py": "import pytest\n",
    "tests/test_cart.py": "from shop.cart import Cart\n",
    "tests/test_helpers.py": "import helpers\n",
    "README.md": "# A shop\n",
}


def test_who_imports_whom() -> None:
    graph = CodeGraph(SHOP)
    assert graph.imports("main.py") == {"shop/__init__.py", "shop/cart.py", "helpers.py"}
    assert graph.importers("shop/cart.py") == {"main.py", "shop/__init__.py", "tests/test_cart.py"}
    assert graph.imports("README.md") == graph.imports("nowhere.py") == frozenset()


def test_what_a_change_affects_comes_after_what_it_needs() -> None:
    graph = CodeGraph(SHOP)
    assert graph.affected(["shop/item.py"]) == [
        *("shop/item.py", "shop/cart.py", "shop/__init__.py"),
        *("main.py", "tests/test_cart.py"),
    ]
    assert graph.tests_of(["shop/item.py"]) == ["tests/test_cart.py"]
    assert graph.tests_of(["README.md"]) == []


def test_what_runs_before_a_file_affects_it_when_it_is_changed_itself() -> None:
    graph = CodeGraph(SHOP)
    assert graph.tests_of(["tests/conftest.py"]) == ["tests/test_cart.py", "tests/test_helpers.py"]
    assert "tests/test_cart.py" in graph.affected(["shop/__init__.py"])


def test_a_file_that_is_gone_affects_those_that_would_import_it() -> None:
    graph = CodeGraph(SHOP)
    assert graph.update({path: text for path, text in SHOP.items() if path != "helpers.py"}) == {"helpers.py"}
    assert graph.importers("helpers.py") == {"main.py", "tests/test_helpers.py"}
    assert graph.affected(["helpers.py"]) == ["main.py", "tests/test_helpers.py"]
    assert graph.imports("main.py") == {"shop/__init__.py", "shop/cart.py"}


def test_a_circle_stands_together_in_any_order() -> None:
    files = {"a.py": "import b\n", "b.py": "import c\n", "c.py": "import b\nimport d\n", "d.py": ""}
    graph = CodeGraph(files)
    assert graph.order(files) == graph.order(reversed(list(files))) == ["d.py", "b.py", "c.py", "a.py"]


def test_who_defines_a_name() -> None:
    graph = CodeGraph(
        {
            "a.py": "def move(): ...\nSIZE: int = 8\n",
            "b.py": "class Board:\n    def move(self): ...\n",
            "game/board.py": "from b import Board\n",
        }
    )
    assert graph.defining("Board") == ["b.py"]
    assert graph.defining("move") == ["a.py", "b.py"]
    assert graph.defining("Board.move") == ["b.py"]
    assert graph.defining("SIZE") == ["a.py"]
    assert graph.defining("board") == graph.defining("game.board") == ["game/board.py"]
    assert graph.defining("nothing") == []


def test_only_what_changed_is_told() -> None:
    graph = CodeGraph()
    assert graph.update(SHOP) == SHOP.keys()
    assert graph.update(dict(SHOP)) == frozenset()
    assert graph.update({**SHOP, "new.py": "", "main.py": ""}) == {"new.py", "main.py"}


def test_a_new_file_changes_what_others_mean() -> None:
    graph = CodeGraph({"pkg/__init__.py": "", "pkg/a.py": "import b\n", "pkg/b.py": ""})
    assert graph.imports("pkg/a.py") == {"pkg/b.py"}
    graph.update({**graph.files, "b.py": ""})
    assert graph.imports("pkg/a.py") == {"b.py"}
    graph.update({path: text for path, text in graph.files.items() if path != "b.py"})
    assert graph.imports("pkg/a.py") == {"pkg/b.py"}


PATHS = (
    *("a.py", "b.py", "p/__init__.py", "p/a.py", "p/b.py", "p/q/__init__.py", "p/q/a.py", "src/p/b.py"),
    *("tests/test_a.py", "tests/conftest.py", "pyproject.toml"),
)
LINES = (
    *("import a", "import b", "import p", "import p.a", "from p import a", "from p import b as c"),
    *(
        "from . import a",
        "from .a import thing",
        "from .. import b",
        "from p.q.a import thing",
        "from p import *",
    ),
    *(
        "from .q import *",
        "__all__ = ['a', 'q']",
        "def thing(): ...",
        "class A:\n    def thing(self): ...",
        "def (",
    ),
)
TEXTS = st.lists(st.sampled_from(LINES), max_size=4).map("\n".join)
EDITS = st.lists(st.tuples(st.sampled_from(PATHS), st.none() | TEXTS), max_size=12)


def everything(graph: CodeGraph) -> object:
    names = {symbol.name for path in graph.files for symbol in graph.symbols(path)} | {"a", "p.a", "q"}
    return (
        {path: (graph.imports(path), graph.importers(path)) for path in PATHS},
        {path: graph.affected([path]) for path in PATHS},
        {name: graph.defining(name) for name in names},
        graph.order(graph.files),
    )


@settings(max_examples=150)
@given(EDITS)
def test_an_updated_graph_equals_a_new_one(edits: list[tuple[str, str | None]]) -> None:
    files: dict[str, str] = {}
    graph = CodeGraph()
    for path, text in edits:
        if text is None:
            files.pop(path, None)
        else:
            files[path] = text
        graph.update(files)
        assert everything(graph) == everything(CodeGraph(files))
