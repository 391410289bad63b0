"""Function-sized tasks out of what people have: a sentence, a function without a body, examples, a file.

Read are, in a text or in its fenced blocks:

- a function's signature and docstring (the form of HumanEval), with the imports and helpers before it;
- `assert` statements;
- doctest examples (`>>> f(1)` and the value below);
- a call with its result on one line: `f(1, 2) → 3`, also with `->`, `=>` or `==`.

A JSON file is an object with `task` (or `prompt`), and where wanted `entry_point` and `examples` (assert
statements). Whatever else it holds, such as hidden tests and solutions, is not read.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING

from agents.contracts import Json, Task
from agents.errors import UsageError
from agents.jsontext import read_json
from agents.syntax import module_of, tree_of

if TYPE_CHECKING:
    from doctest import DocTestParser, Example

DEFAULT_NAME = "solution"  # [ours] the function's name where a task gives none
LONGEST = 200_000  # characters of a task
PYTHONS = frozenset(dir(builtins))
_AS_EXAMPLES = "Write examples as assert statements: assert f(1) == 2"
FILES = (".py", ".md", ".txt", ".json")
SENTENCE = re.compile(r"(?<=[.:;])\s+(?=[A-Za-z_]\w*\()")
ARROW = re.compile(
    r"\s*(?:→|➞|⇒|-+>|=+>|==)\s*|\s+(?:should return|should be|returns?|gives|=)\s+", re.IGNORECASE
)
PROMPT = re.compile(r"^\s*>>>\s?")
FENCE = re.compile(r"^(?P<bar>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)^(?P=bar)[ \t]*$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"\b(?:function|method)\s+(?:called\s+|named\s+)?[`'\"]?([A-Za-z_]\w*)[`'\"]?\s*\(")
CALLED = re.compile(r"\b(?:called|named)\s+[`'\"]?([A-Za-z_]\w*)[`'\"]?")


def load_task(given: str, *, entry_point: str = "") -> Task:
    """The task that a command was given: a file's, or the text itself. `UsageError` when it is unusable."""
    path = _path(given.strip())
    if path is None:
        return read_task(given, entry_point=entry_point)
    if path.suffix not in FILES:
        raise UsageError(f"{path} is no file that a task is read from.", f"Name one of {', '.join(FILES)}.")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UsageError(f"The task in {path} cannot be read: {reason}.", "Choose another file.") from error
    if path.suffix == ".json":
        return _from_json(text, path, entry_point)
    return read_task(text, entry_point=entry_point, code=path.suffix == ".py")


def load_tests(given: str) -> tuple[str, ...]:
    """The hidden tests of a JSON file, for judging the answer; empty for any other task.

    They are `tests` (a list of Python texts), or HumanEval's `test`, which defines `check(candidate)`.
    """
    path = _path(given.strip())
    if path is None or path.suffix != ".json":
        return ()
    try:
        data = read_json(path.read_text("utf-8"))
    except (OSError, ValueError):  # the task itself could not be read either, which is told
        return ()
    return hidden_tests(data) if isinstance(data, dict) else ()


def hidden_tests(data: Json) -> tuple[str, ...]:
    """The hidden tests of a problem's data; `UsageError` when they are no Python texts."""
    tests, check = data.get("tests", []), data.get("test", "")
    if not isinstance(tests, list) or not all(isinstance(test, str) for test in tests):
        raise UsageError(
            "The tests of a problem are no list of Python texts.", 'Write: "tests": ["assert …"].'
        )
    if isinstance(check, str) and "def check(" in check:
        tests = [*tests, f"{check.strip()}\n\ncheck({data.get('entry_point', DEFAULT_NAME)})"]
    return tuple(tests)


def read_task(text: str, *, entry_point: str = "", examples: Sequence[str] = (), code: bool = False) -> Task:
    """The task in `text`. `entry_point` and `examples` are known already; `code`: the text is Python.

    `UsageError` when it is empty, or Python that cannot be read, or has no function of that name, or the
    name is none.
    """
    text = text.replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise UsageError("The task is empty.", "Say in a sentence what the function should do.")
    if len(text) > LONGEST:
        raise UsageError(f"The task has {len(text):,} characters; {LONGEST:,} are the most.", "Shorten it.")
    if entry_point and (not entry_point.isidentifier() or iskeyword(entry_point)):
        raise UsageError(f"“{entry_point}” cannot be a function's name.", "Write one such as count_words.")
    tree = module_of(text)
    if code and tree is None:
        raise UsageError("The task's Python cannot be read: it has an error in its syntax.", "Mend it.")
    if tree is not None and (code or _last_function(tree, entry_point)):
        return _from_code(text, tree, entry_point, examples)
    return _from_words(text, entry_point, examples)


def task_from_starter(
    starter: str, entry_point: str = "", examples: Sequence[str] = (), idea: str = ""
) -> Task:
    """A task in the form of HumanEval: code that ends with a function that has no body yet."""
    task = read_task(starter, entry_point=entry_point, examples=examples, code=True)
    return Task(idea, False, task.entry_point, task.starter, task.examples) if idea else task


def with_docstring(starter: str, entry_point: str, text: str) -> str:
    """`starter` with the docstring of its function replaced by `text`; unchanged without such a function."""
    tree = module_of(starter)
    function = _last_function(tree, entry_point) if tree else None
    if function is None:
        return starter
    lines = starter.splitlines()
    first = function.body[0]
    indent = " " * first.col_offset
    quoted = text.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    inside = "\n".join(f"{indent}{line}".rstrip() for line in quoted.splitlines())
    new = f'{indent}"""\n{inside}\n{indent}"""'
    if ast.get_docstring(function) is None:
        return "\n".join([*lines[: first.lineno - 1], new, *lines[first.lineno - 1 :]])
    if first.lineno == function.lineno:  # all on one line
        return starter
    return "\n".join([*lines[: first.lineno - 1], new, *lines[first.end_lineno :]])


def examples_in(text: str) -> list[str]:
    """The examples of a text as `assert` statements, in their order and each once."""
    found = [*_asserts(text), *_doctests(text), *_arrows(text)]
    return list(dict.fromkeys(found))


def _path(given: str) -> Path | None:
    """What was given as a path; None when it is the words of a task."""
    if not given or "\n" in given or len(given) > 1000:
        return None
    try:
        path = Path(given).expanduser()
        there = path.is_file() or (path.is_dir() and path.name != given)
    except (OSError, ValueError, RuntimeError):
        return None
    return path if there or (path.suffix in FILES and " " not in given) else None


def _from_json(text: str, path: Path, entry_point: str) -> Task:
    try:
        data = read_json(text)
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}.", "Mend it, or choose another file.") from error
    words = (data.get("task") or data.get("prompt")) if isinstance(data, dict) else None
    if not isinstance(words, str):
        raise UsageError(
            f"{path} holds no task.",
            'Write an object: {"task": …, "entry_point": …, "examples": [assert …]}.',
        )
    name = _text(data, "entry_point", path)
    return read_task(words, entry_point=entry_point or name, examples=_given_examples(data, path))


def _text(data: Json, name: str, path: Path) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise UsageError(f"In {path}, {name} is no text.", "Put it between quotation marks.")
    return value


def _given_examples(data: Json, path: Path) -> list[str]:
    examples = data.get("examples", [])
    if not isinstance(examples, list) or not all(isinstance(example, str) for example in examples):
        raise UsageError(f"In {path}, examples is no list of assert statements.", _AS_EXAMPLES)
    for example in examples:
        if not _asserts(example):
            raise UsageError(
                f"In {path}, this example is no assert statement: `{example.strip()[:80]}`.", _AS_EXAMPLES
            )
    return [found for example in examples for found in _asserts(example)]


def _from_code(text: str, tree: ast.Module, entry_point: str, examples: Sequence[str]) -> Task:
    function = _last_function(tree, entry_point)
    if function is None:
        missing = f"no function {entry_point}" if entry_point else "no function"
        raise UsageError(f"The task's Python has {missing}.", "Write its signature and a docstring.")
    docstring = ast.get_docstring(function) or ""
    outside = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Assert)]
    shown = [*examples, *outside, *examples_in(docstring)]
    lines = text.splitlines()
    for node in tree.body:
        if isinstance(node, ast.Assert):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (
                (node.end_lineno or node.lineno) - node.lineno + 1
            )
    starter = "\n".join(lines).rstrip() + "\n"
    idea = docstring.strip() or f"Write the function {function.name}."
    return Task(idea, False, function.name, starter, _about(function.name, shown))


def _from_words(text: str, entry_point: str, examples: Sequence[str]) -> Task:
    for block in FENCE.finditer(text):
        tree = module_of(block["code"])
        if tree is not None and _last_function(tree, entry_point):
            task = _from_code(block["code"], tree, entry_point, [*examples, *examples_in(text)])
            words = (text[: block.start()] + text[block.end() :]).strip()
            return Task(words or task.idea, False, task.entry_point, task.starter, task.examples)
    found = [*examples, *examples_in(text)]
    name = entry_point or _called_by_all(found) or _named(text) or DEFAULT_NAME
    return Task(text.strip(), False, name, "", _about(name, found))


def _named(text: str) -> str:
    """The function's name as a sentence gives it: function `add(a, b)`, a function called add."""
    found = NAMED.search(text) or CALLED.search(text)
    return found.group(1) if found else ""


def _called_by_all(examples: Sequence[str]) -> str:
    """The first function that every example calls; empty when there is none, or no example."""
    called = [list(_calls(example)) for example in examples]
    first = called[0] if called else []
    return next((name for name in first if all(name in names for names in called)), "")


def _calls(example: str) -> Iterator[str]:
    """The functions that are called, the inner ones too, without Python's own."""
    tree = module_of(example)
    if tree is None:
        raise UsageError(f"This example is no assert statement: `{example.strip()[:80]}`.", _AS_EXAMPLES)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in PYTHONS:
            yield node.func.id


def _about(name: str, examples: Sequence[str]) -> tuple[str, ...]:
    """The examples that call the function, each once."""
    return tuple(dict.fromkeys(example for example in examples if name in _calls(example)))


def _last_function(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """The function called `name`; without a name the last one, which is the one asked for."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    fitting = [node for node in functions if node.name == name] if name else functions
    return fitting[-1] if fitting else None


def _asserts(text: str) -> list[str]:
    """The `assert` statements of a text, also of more than one line."""
    found: list[str] = []
    lines = [
        PROMPT.sub("", line).strip() if PROMPT.match(line) else line.strip() for line in text.splitlines()
    ]
    for start, line in enumerate(lines):
        if not line.startswith(("assert ", "assert(")):
            continue
        for end in range(start + 1, min(start + 20, len(lines)) + 1):
            tree = module_of("\n".join(lines[start:end]))
            if tree is not None and len(tree.body) == 1 and isinstance(tree.body[0], ast.Assert):
                found.append(ast.unparse(tree.body[0]))
                break
    return found


def _doctests(text: str) -> list[str]:
    """Doctest examples whose result is a value; what raises or prints is none."""
    from doctest import DocTestParser  # noqa: PLC0415 - brings a debugger and a test runner

    parser = DocTestParser()
    try:
        examples = parser.get_examples(text)
    except ValueError:
        examples = [found for part in re.split(r"\n\s*\n", text) for found in _examples_of(part, parser)]
    found: list[str] = []
    for example in examples:
        call, want = example.source.strip(), example.want.strip().partition("\n")[0]
        if example.exc_msg is None and want and _is_call(call) and _is_value(want):
            found.append(_as_assert(call, want))
    return found


def _examples_of(part: str, parser: DocTestParser) -> list[Example]:
    try:
        return parser.get_examples(part)
    except ValueError:
        return []


def _arrows(text: str) -> list[str]:
    """Calls with their result on one line."""
    found: list[str] = []
    lines = text.splitlines()
    if len(lines) == 1:  # as typed on a command line: the example is a sentence among others
        lines = SENTENCE.split(text)
    for line in lines:
        plain = PROMPT.sub("", line).strip().lstrip("-*•").strip().strip("`").rstrip(".;")
        for arrow in ARROW.finditer(plain):
            call, want = plain[: arrow.start()].strip().strip("`"), plain[arrow.end() :].strip().strip("`")
            if _is_call(call, literal=True) and _is_value(want):
                found.append(_as_assert(call, want))
                break
    return found


def _as_assert(call: str, want: str) -> str:
    sides = [tree_of(side, "eval").body for side in (call, want)]
    return ast.unparse(ast.Assert(ast.Compare(sides[0], [ast.Eq()], [sides[1]])))


def _is_call(text: str, *, literal: bool = False) -> bool:
    """Whether `text` is a call of a function by its name, if asked for with literal arguments only."""
    tree = module_of(text)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return False
    call = tree.body[0].value
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        return False
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return not literal or all(map(_is_literal, values))


def _is_value(text: str) -> bool:
    tree = module_of(text)
    return (
        tree is not None
        and len(tree.body) == 1
        and isinstance(tree.body[0], ast.Expr)
        and _is_literal(tree.body[0].value)
    )


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True
