from __future__ import annotations

import pytest

from agents.codegraph import CodeGraph

FILES = {
    "a.py": "from b import Board\n\nasync def play(): ...\nLIMIT: int = 3\n",
    "b.py": "class Board:\n    def place(self): ...\n",
    "a.js": "const size = 3\nclass View {\n  static draw(x) {\n  }\n}\nexport function go() {}\n",
    "a.go": "type Shape struct {\n}\nfunc (s *Shape) Area() int { return 1 }\nvar (\n\tUnit = 1\n)\n",
    "a.h": "#define DEPTH 3\nint area(int radius);\nstruct point { int x; };\n"
    "typedef struct { int y; } line;\n",
    "a.c": '#include "a.h"\nint area(int radius) {\n    return depth(radius);\n}\n',
    "A.java": "public class A {\n    int count(String of) {\n    }\n}\n",
}


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("play", ["a.py"]),
        ("LIMIT", ["a.py"]),
        ("Board", ["b.py"]),
        ("place", ["b.py"]),
        ("size", ["a.js"]),
        ("View", ["a.js"]),
        ("draw", ["a.js"]),
        ("go", ["a.js"]),
        ("Shape", ["a.go"]),
        ("Area", ["a.go"]),
        ("Unit", ["a.go"]),
        ("DEPTH", ["a.h"]),
        ("area", ["a.c", "a.h"]),
        ("point", ["a.h"]),
        ("line", ["a.h"]),
        ("depth", []),
        ("A", ["A.java"]),
        ("count", ["A.java"]),
        ("nobody", []),
        ("(", []),
    ],
)
def test_where_a_name_is_defined(name: str, paths: list[str]) -> None:
    assert CodeGraph(FILES).defining(name) == paths
