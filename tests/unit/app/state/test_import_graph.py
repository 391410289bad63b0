from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.state.imports import WIDEST, import_graph

NAMES = [f"m{number}" for number in range(6)]
PROJECTS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4), max_size=6
).map(
    lambda found: {
        f"{name}.py": "".join(f"import {other}\n" for other in others) for name, others in found.items()
    }
)


def test_what_is_imported_stands_below() -> None:
    graph = import_graph(
        {"main.py": "import a, b\n", "a.py": "import b\n", "b.py": "", "p/__init__.py": "\n"}
    )
    assert graph.rows == (("main.py",), ("a.py",), ("b.py",))
    assert graph.imports("main.py") == ["a.py", "b.py"]
    assert graph.importers("b.py") == ["a.py", "main.py"]
    assert not graph.circular
    assert graph.paths == ["main.py", "a.py", "b.py"]


def test_other_languages_stand_beside_python() -> None:
    files = {
        "index.html": "<script src='app.js'></script><img src='x.png'>",
        "app.js": "import './a.js'\n",
        "a.js": "",
        "x.png": "",
        "go.mod": "module x\n",
        "main.py": "",
    }
    graph = import_graph(files)
    assert sorted(graph.paths) == ["a.js", "app.js", "index.html", "main.py"]
    assert graph.links == (("app.js", "a.js"), ("index.html", "app.js"))


def test_a_circle_stands_in_one_row_and_is_told() -> None:
    graph = import_graph(
        {"main.py": "import a\n", "a.py": "import b\n", "b.py": "import a\nimport c\n", "c.py": ""}
    )
    assert graph.rows == (("main.py",), ("a.py", "b.py"), ("c.py",))
    assert graph.circular == {("a.py", "b.py"), ("b.py", "a.py")}


def test_wide_rows_are_broken() -> None:
    files = {f"m{number}.py": "" for number in range(2 * WIDEST + 1)}
    graph = import_graph(files)
    assert sorted(graph.paths) == sorted(files)
    assert max(len(row) for row in graph.rows) <= WIDEST
    assert import_graph({}).rows == ()


@given(PROJECTS)
def test_every_file_stands_somewhere_and_links_go_down(files: dict[str, str]) -> None:
    graph = import_graph(files)
    assert sorted(graph.paths) == sorted(files)
    row = {path: number for number, paths in enumerate(graph.rows) for path in paths}
    for source, target in graph.links:
        if (source, target) in graph.circular:
            assert row[source] == row[target]
        else:
            assert row[source] < row[target]
