"""A small calculator in each language whose first version subtracts wrongly, with a test that finds it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from agents.contracts import Command, Execution
from agents.environment import Environment
from agents.sandboxes import best_sandbox
from tests.support.sandboxes import write
from tests.support.team import Project

PACKAGES = {"node": "nodejs", "go": "golang-go", "cc": "gcc", "c++": "g++", "javac": "default-jdk-headless"}


def needs(*programs: str) -> None:
    """Skip the calling test where one of `programs` is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}: apt install {PACKAGES.get(program, program)}")


def carried_out(folder: Path, files: Mapping[str, str], command: Command, build: Path) -> Execution:
    """Run `command` on `files` in the best sandbox; what is built goes into `build`."""
    prepared = Environment(build / "environment").prepared(command)
    return asyncio.run(best_sandbox().run(prepared, write(folder, files), lambda _text, _error: None))


JAVASCRIPT = Project(
    idea="Calculate in the terminal.",
    language="JavaScript",
    files={
        "package.json": '{"name": "calc", "main": "main.js"}\n',
        "main.js": "const { sub } = require('./calc');\nconsole.log(sub(3, 1));\n",
        "calc.js": "exports.add = (a, b) => a + b;\nexports.sub = (a, b) => a + b;\n",
    },
    tests={
        "tests/calc.test.js": "const { describe, it, test } = require('node:test');\n"
        "const assert = require('node:assert');\nconst { add, sub } = require('../calc');\n\n"
        "test('adds', () => assert.equal(add(1, 2), 3));\n"
        "describe('less', () => {\n  it('subtracts', () => assert.equal(sub(3, 1), 2));\n"
        "  it.skip('later', () => {});\n});\n"
    },
    repair={"calc.js": "exports.add = (a, b) => a + b;\nexports.sub = (a, b) => a - b;\n"},
)

PAGE = Project(
    idea="A web page that counts clicks.",
    language="JavaScript",
    files={
        "index.html": "<!doctype html>\n<html lang='en'>\n<head><title>Clicks</title>\n"
        "<link rel='stylesheet' href='style.css'></head>\n<body>\n<p>Clicks: <span id='count'>0</span></p>\n"
        "<button id='more'>More</button>\n<script src='script.js'></script>\n</body>\n</html>\n",
        "style.css": "body { margin: 2em; }\n",
        "script.js": "let clicks = 0;\ndocument.getElementById('more').onclick = () => {\n  clicks += 1;\n"
        "  document.getElementById('counter').textContent = clicks;\n};\n",
    },
    repair={
        "script.js": "let clicks = 0;\ndocument.getElementById('more').onclick = () => {\n  clicks += 1;\n"
        "  document.getElementById('count').textContent = clicks;\n};\n"
    },
)

C_HEADER = "int add(int a, int b);\nint sub(int a, int b);\n"
C_CODE = (
    '#include "calc.h"\n\nint add(int a, int b) { return a + b; }\nint sub(int a, int b) { return a + b; }\n'
)
C = Project(
    idea="Calculate in the terminal, in C.",
    language="C",
    files={
        "main.c": '#include <stdio.h>\n#include "calc.h"\n\nint main(void) {\n'
        '    printf("%d\\n", sub(3, 1));\n'
        "    return 0;\n}\n",
        "calc.h": C_HEADER,
        "calc.c": C_CODE,
    },
    tests={
        "tests/add_test.c": '#include <assert.h>\n#include "calc.h"\n\nint main(void) {\n'
        "    assert(add(1, 2) == 3);\n    return 0;\n}\n",
        "tests/sub_test.c": '#include <assert.h>\n#include "calc.h"\n\nint main(void) {\n'
        "    assert(sub(3, 1) == 2);\n    return 0;\n}\n",
    },
    repair={"calc.c": C_CODE.replace("sub(int a, int b) { return a + b", "sub(int a, int b) { return a - b")},
)

CPP = Project(
    idea="Calculate in the terminal, in C++.",
    language="C++",
    files={
        "src/main.cpp": '#include <iostream>\n#include "calc.hpp"\n\n'
        'int main() { std::cout << sub(3, 1) << "\\n"; }\n',
        "include/calc.hpp": C_HEADER,
        "src/calc.cpp": C_CODE.replace("calc.h", "calc.hpp"),
    },
    tests={
        "tests/calc_test.cpp": '#include <cstdio>\n#include "calc.hpp"\n\nint main() {\n'
        '    puts("ok 1 - adds");\n'
        '    puts(sub(3, 1) == 2 ? "ok 2 - subtracts" : "not ok 2 - subtracts");\n}\n'
    },
)

GO_CODE = "package main\n\nfunc Add(a, b int) int { return a + b }\nfunc Sub(a, b int) int { return a + b }\n"
GO = Project(
    idea="Calculate in the terminal, in Go.",
    language="Go",
    files={
        "go.mod": "module calc\n\ngo 1.19\n",
        "main.go": "package main\n\nfunc main() { println(Sub(3, 1)) }\n",
        "calc.go": GO_CODE,
    },
    tests={
        "calc_test.go": 'package main\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n'
        '\tif Add(1, 2) != 3 {\n\t\tt.Fatal("wrong")\n\t}\n}\n\nfunc TestSub(t *testing.T) {\n'
        '\tif got := Sub(3, 1); got != 2 {\n\t\tt.Errorf("Sub(3, 1) = %d, want 2", got)\n\t}\n}\n'
    },
    repair={
        "calc.go": GO_CODE.replace("Sub(a, b int) int { return a + b", "Sub(a, b int) int { return a - b")
    },
)

JAVA = Project(
    idea="Calculate in the terminal, in Java.",
    language="Java",
    files={
        "src/Main.java": "public class Main {\n    public static void main(String[] args) {\n"
        "        System.out.println(Calc.sub(3, 1));\n    }\n}\n",
        "src/Calc.java": "class Calc {\n    static int sub(int a, int b) {\n"
        "        return a + b;\n    }\n}\n",
    },
    tests={
        "tests/CalcTest.java": "public class CalcTest {\n    public static void main(String[] args) {\n"
        '        assert Calc.sub(3, 1) == 2 : "wrong";\n    }\n}\n'
    },
    repair={
        "src/Calc.java": "class Calc {\n    static int sub(int a, int b) {\n        return a - b;\n    }\n}\n"
    },
)
