from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gaps import gaps_in


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    pass\n",
        "def f():\n    ...\n",
        "def f():\n    '''Does it.'''\n",
        "def f():\n    '''Does it.'''\n    pass\n",
        "async def f():\n    raise NotImplementedError\n",
        "class A:\n    def f(self):\n        raise NotImplementedError('later')\n",
        "def outer():\n    def inner():\n        pass\n    return inner\n",
        "x = 1  # TODO: more\n",
        "# FIXME\n",
        "# Your code here\n",
        "# ... rest of the code ...\n",
        "# ...\n",
        "# … existing methods\n",
        "# Implement this\n",
        "def f(:\n",
        "x = '\n",
    ],
)
def test_gaps_in_python(text: str) -> None:
    assert len(gaps_in("a.py", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def f():\n    return 1\n",
        "try:\n    pass\nexcept OSError:\n    pass\n",
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def f(self):\n        pass\n",
        "class A(ABC):\n    def f(self):\n        raise NotImplementedError\n",
        "class P(Protocol[T]):\n    def f(self) -> int: ...\n",
        "@overload\ndef f(x: int) -> int: ...\n",
        "class MyError(Exception):\n    '''Mine.'''\n",
        "class MyError(Exception):\n    def __init__(self): pass\n",
        "class Base:\n    def __init__(self):\n        pass\n",
        "class H(BaseHTTPRequestHandler):\n    def log_message(self, *args):\n        pass\n",
        "text = '# TODO: this is data'\n",
        "# A TODO list with TODO items and a TODO-app\n",
        "# We implement this with a heap.\n",
        "# Wait ... then go on\n",
        "def f(x):\n    if x:\n        raise NotImplementedError\n    return 1\n",
        "placeholder = 'your code here'\n",
    ],
)
def test_no_gaps_in_python(text: str) -> None:
    assert gaps_in("a.py", text) == []


def test_a_gap_is_told_with_its_line() -> None:
    assert gaps_in("a.py", "x = 1\n\ndef f():\n    pass  # TODO: write it\n") == [
        "line 3: f() does nothing",
        "line 4: a placeholder is left: TODO: write it",
    ]


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.js", "let x = 1; // TODO: more\n", [1]),
        ("a.js", "/*\n * first\n * TODO: more\n */\n", [3]),
        ("a.js", "let url = 'http://x/TODO: y';\n", []),
        ("a.html", "<p>TODO: list</p>\n<!-- Your code here -->\n", [2]),
        ("a.css", "a {}\n/* ... rest of the code ... */", [2]),
        ("a.sh", "echo x # FIXME\n", [1]),
        ("Main.java", "// ... existing code ...\n", [1]),
        ("a.js", "function go() {\n}\nfunction noop() {}\nlist.map(() => {})\n", [1]),
        ("a.ts", "\nfunction go(a: number): void { }\n", [2]),
        ("a.js", "go(x) {\n  throw new Error('Not implemented');\n}\n", [2]),
        ("a.js", "throw new Error('not implemented by this server');\n", [1]),
        ("a.js", "throw new Error(`unknown ${x}`);\n", []),
        (
            "a.html",
            "<script>\nlet x; // TODO: more\nfunction f() {}\n</script><script src='//x'></script>\n",
            [2, 3],
        ),
        (
            "a.go",
            'func Go(x int) {\n}\n\nfunc (s *T) Close() {}\n\nfunc Run() {\n\tpanic("TODO")\n}\n',
            [1, 7],
        ),
        ("a.c", "void go(int x)\n{\n}\nint f(void) { return 1; }\n", [1]),
        ("a.cpp", 'Shape::Shape() {}\nvoid go() { throw std::logic_error("not implemented"); }\n', [2]),
        ("A.java", "int f() {\n  throw new UnsupportedOperationException();\n}\nvoid g() {}\n", [2]),
        ("a.rs", "fn f() {\n    todo!()\n}\n", [2]),
        ("README.md", "TODO: write\n", []),
        ("data.json", '{"a": "// TODO"}', []),
        ("Makefile", "# TODO\n", []),
    ],
)
def test_gaps_in_other_languages(path: str, text: str, lines: list[int]) -> None:
    assert [int(gap.split()[1].rstrip(":")) for gap in gaps_in(path, text)] == lines


@given(st.sampled_from(["a.py", "a.js", "a.html", "a.css", "a.sh"]), st.text())
def test_any_text_can_be_searched(path: str, text: str) -> None:
    lines = [int(gap.removeprefix("line ").partition(":")[0]) for gap in gaps_in(path, text)]
    assert lines == sorted(lines)
