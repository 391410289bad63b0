"""Text that nobody means well with: what a model, a file or a server might send by accident or on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

CONTROLS = "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x80\x85\x9b\xad"
TURNING = (
    "\u061c\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
ODD = "\ud800\udfff\udc80\ufffd\U0001f600\U000e0041é\u0301ßİıſ\u3000 \t\r\n"
PATHS = (
    *("main.py", "pkg/util.py", "README.md", "Makefile", ".gitignore", "a b.txt", "ünï.py", "con.py"),
    *("../x.py", "/etc/passwd", "C:\\x.py", "\\\\host\\share", "~/x", ".git/config", "a//b", "./a", "a/./b"),
    *("a/../b", "..", ".", "", " ", "a/", "a.", "a ", "x" * 300, "/".join("d" * 600), "NUL", "aux.txt"),
    *("a:b", "\u202egnp.py", "a\nb", "A.py", "a.py", "pkg", "file\x00.py", "-rf", "$(id)", "%2e%2e/x"),
)
PIECES = (
    *(
        "```",
        "````",
        "~~~",
        "```python",
        "```json",
        "```diff",
        "```python main.py",
        "# main.py",
        "**main.py**",
    ),
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"),
    *("--- a/main.py", "+++ b/main.py", "@@ -1,3 +1,4 @@", "@@ -9999999999999999999 +1 @@", "\\ No newline"),
    *("<script>alert(1)</script>", "<img src='http://192.0.2.1/x.png'>", "![x](file:///etc/passwd)"),
    *("[go](javascript:alert(1))", '[go](http://a.example "t")', "<a href='file:///'>x</a>", "&lt;&#0;&amp;"),
    *("\x1b]0;title\x07", "\x1b[2J", "\x9b31m", ">>> f(1)", "assert f(1) == 2", "f(1) -> 2", "def f(x):"),
    *(
        "    return 1",
        "\t",
        "* a",
        "1. b",
        "> q",
        "| a | b |",
        "|---|---|",
        "[x]: y",
        "$$",
        "\\",
        "{",
        "}",
        "[",
        "]",
    ),
    *(
        "{{field}}",
        "{0.__class__}",
        "{chatdev_prompt}",
        "%s",
        "class A:",
        "    def g(self): ...",
        '"""',
        "'''",
    ),
    *("True", "null", "NaN", "-Infinity", "1e999", "9" * 400, "0x", "1_0", "lambda: 0", "f" + "(" * 60),
)


def text(random: Random, most: int = 40) -> str:
    """A text of up to `most` pieces on lines of their own or run together."""
    made = []
    for _ in range(random.randint(0, most)):
        made.append(random.choice(SOURCES)(random))
        made.append(random.choice(("\n", "\n", "\n\n", "", " ", "\r\n", "\r")))
    return "".join(made)


def path(random: Random) -> str:
    """What is put where a path is expected."""
    kind = random.randrange(4)
    if kind == 0:
        return "/".join(random.choice(PATHS) for _ in range(random.randint(1, 4)))
    if kind == 1:
        return letters(random)
    name = random.choice(PATHS)
    return name if kind == 2 else name.swapcase() + random.choice(("", "", " ", ".", "/", letters(random)))


def letters(random: Random) -> str:
    """A few characters of every sort."""
    alphabet = random.choice((CONTROLS, TURNING, ODD, "abc _./\\:'\"`*#<>&|()[]{}", "0123456789.eE-+"))
    return "".join(random.choice(alphabet) for _ in range(random.randint(1, 12)))


def value(random: Random, depth: int = 4) -> object:
    """Plain data as JSON may hold it, with numbers and texts of unusual sizes."""
    kind = random.randrange(10 if depth else 7)
    match kind:
        case 0:
            return random.choice((None, True, False))
        case 1:
            return random.choice((0, -1, 1, 2**53 + 1, 2**64, -(10**40), 10**400, random.randint(-9, 99)))
        case 2:
            return random.choice((0.0, -0.0, 1.5, 1e308, 5e-324, float("inf"), float("nan")))
        case 3 | 4:
            return letters(random)
        case 5 | 6:
            return random.choice(PIECES)
        case 7 | 8:
            return [value(random, depth - 1) for _ in range(random.randint(0, 4))]
        case _:
            return {letters(random): value(random, depth - 1) for _ in range(random.randint(0, 4))}


def json_text(random: Random, data: object = None) -> str:
    """JSON of `data` (else of any value), often damaged: cut, doubled keys, nested too deeply, huge."""
    whole = json.dumps(value(random) if data is None else data, ensure_ascii=random.random() < 0.5)
    match random.randrange(9):
        case 0:
            return whole[: random.randint(0, len(whole))]
        case 1:
            at = random.randint(0, len(whole))
            return whole[:at] + letters(random) + whole[at:]
        case 2:
            deep = random.choice((50, random.randint(190, 990), 100_000))
            return "[" * deep + "]" * random.choice((0, deep))
        case 3:
            return '{"a":' * random.choice((50, random.randint(190, 990), 60_000)) + "1"
        case 4:
            return whole.replace("{", '{"kind": "x", "kind": 1, ', 1)
        case 5:
            return whole.replace(": 1", f": {'9' * random.choice((20, 400, 5_000))}")
        case _:
            return whole


def huge(random: Random) -> str:
    """One line that is far too long; kept short enough for thousands of inputs."""
    return random.choice(("a", "`", "*", "[", "<", "\u202e", "x ", "_a", "![", "> ", "(")) * random.choice(
        (100, 1_000, 5_000)
    )


SOURCES: tuple[Callable[[Random], str], ...] = (
    lambda random: random.choice(PIECES),
    lambda random: random.choice(PIECES),
    path,
    letters,
    json_text,
    lambda random: huge(random) if random.random() < 0.1 else letters(random),
)
