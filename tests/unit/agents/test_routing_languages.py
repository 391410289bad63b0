"""Errors of Node, C, Go and Java, routed to the files concerned."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.contracts import Execution
from tests.support.languages import needs
from tests.support.routed import of_program, router

# --- other languages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "kind", "first", "names"),
    [
        ({"main.js": "require('express')\n"}, "dependency", "main.js", ("express",)),
        ({"main.js": "require('./bord')\n", "board.js": ""}, "own module", "main.js", ("./bord",)),
        ({"main.js": "require('./rules')\n"}, "own module", "main.js", ("./rules",)),
        (
            {"main.js": "require('./a')\n", "a.js": "go()\n", "b.js": "function go() {}\n"},
            "undefined name",
            "a.js",
            ("go",),
        ),
        (
            {"main.mjs": "import {x} from './a.mjs'\n", "a.mjs": "export const y = 1\n"},
            "undefined name",
            "main.mjs",
            ("x",),
        ),
        ({"main.mjs": "import x from 'lodash'\n"}, "dependency", "main.mjs", ("lodash",)),
        (
            {"main.js": "const a = require('./a'); a.run()\n", "a.js": "exports.walk = () => 1\n"},
            "attribute",
            "a.js",
            ("run", "a"),
        ),
        ({"main.js": "require('./a')\n", "a.js": "x = 1\nfunction (\n"}, "syntax", "a.js", ()),
        ({"main.js": "require('fs').readFileSync('x.txt')\n"}, "missing file", "main.js", ("x.txt",)),
        ({"main.js": "function f() { f() }\nf()\n"}, "endless", "main.js", ("f",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_node(tmp_path: Path, files: dict[str, str], kind: str, first: str, names: tuple[str, ...]) -> None:
    needs("node")
    fault = of_program(tmp_path, files, "node", min(files, key=lambda path: "main" not in path))
    assert (fault.kind, fault.files[0], fault.names) == (kind, first, names)


C_MAIN = '#include "shapes.h"\nint main(void) { return area(1) == 3 ? 0 : 1; }\n'


@pytest.mark.parametrize(
    ("files", "kind", "first"),
    [
        (
            {"main.c": "int main(void) { return radius; }\n", "shapes.h": "#define radius 3\n"},
            "undefined name",
            "main.c",
        ),
        ({"main.c": '#include "shape.h"\n', "shapes.h": "int area(int);\n"}, "own module", "main.c"),
        ({"main.c": "#include <SDL2/SDL.h>\n"}, "dependency", "main.c"),
        ({"main.c": C_MAIN, "shapes.h": "int area(int);\n"}, "undefined name", "main.c"),
        ({"main.c": "int main(void) { return 0 }\n"}, "syntax", "main.c"),
        (
            {
                "main.c": '#include "shapes.h"\nint main(void) { return area(); }\n',
                "shapes.h": "int area(int);\n",
            },
            "arguments",
            "shapes.h",
        ),
        (
            {
                "main.c": '#include "s.h"\nint main(void) { struct S s; return s.x; }\n',
                "s.h": "struct S { int y; };\n",
            },
            "attribute",
            "s.h",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_c(tmp_path: Path, files: dict[str, str], kind: str, first: str) -> None:
    needs("gcc")
    fault = of_program(tmp_path, files, "gcc", "main.c", "-o", "program")
    assert (fault.kind, (fault.files or ("",))[0]) == (kind, first)


def test_a_failed_assertion_in_c(tmp_path: Path) -> None:
    needs("gcc")
    files = {"main.c": "#include <assert.h>\nint main(void) {\n    assert(1 + 1 == 3);\n}\n"}
    fault = of_program(tmp_path, files, "sh", "-c", "gcc main.c -o program && ./program")
    assert (fault.files, fault.line) == (("main.c",), 3)


GO_PANIC = """panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.pick(...)
\t/srv/game/pick.go:8
main.main()
\t/srv/game/main.go:4 +0x1d
exit status 2
"""


JAVA_STACK = """Exception in thread "main" java.lang.IllegalStateException: no
\tat app.Main.main(Main.java:5)
Caused by: java.lang.NullPointerException: Cannot invoke "String.length()"
\tat app.Names.longest(Names.java:9)
\tat java.base/java.util.List.of(List.java:1)
"""


JAVAC = """Main.java:3: error: cannot find symbol
        Shape.draw();
        ^
  symbol:   variable Shape
  location: class Main
1 error
"""


@pytest.mark.parametrize(
    ("told", "files", "kind", "first", "line"),
    [
        (GO_PANIC, {"main.go": "", "pick.go": ""}, "other", "pick.go", 8),
        (
            "# app\n./main.go:5:2: undefined: area\n",
            {"main.go": "", "a.go": "func area() {}\n"},
            "undefined name",
            "main.go",
            5,
        ),
        (
            "./main.go:5:4: s.Go undefined (type Shape has no field or method Go)\n",
            {"main.go": "", "s.go": "type Shape struct {\n}\n"},
            "attribute",
            "s.go",
            0,
        ),
        (
            "./main.go:7:6: not enough arguments in call to area\n",
            {"main.go": "", "a.go": "func area(x int) {}\n"},
            "arguments",
            "a.go",
            0,
        ),
        (
            "main.go:3:8: cannot find module providing package github.com/x/y: module lookup disabled\n",
            {"main.go": ""},
            "dependency",
            "main.go",
            3,
        ),
        (
            "main.go:3:8: no required module provides package github.com/x/y; to add it:\n",
            {"main.go": ""},
            "dependency",
            "main.go",
            3,
        ),
        ("./main.go:4:1: syntax error: unexpected }\n", {"main.go": ""}, "syntax", "main.go", 4),
        (JAVA_STACK, {"src/app/Main.java": "", "src/app/Names.java": ""}, "other", "src/app/Names.java", 9),
        (JAVAC, {"Main.java": "", "Shape.java": "class Shape {}\n"}, "undefined name", "Main.java", 3),
        ("Main.java:3: error: ';' expected\n", {"Main.java": ""}, "syntax", "Main.java", 3),
        (
            "Main.java:1: error: package org.junit does not exist\n",
            {"Main.java": ""},
            "dependency",
            "Main.java",
            1,
        ),
    ],
)
def test_go_and_java(told: str, files: dict[str, str], kind: str, first: str, line: int) -> None:
    fault = router(files).of_program(Execution(1, told, told, 0.1))[0]
    assert (fault.kind, fault.files[0], fault.line) == (kind, first, line)
