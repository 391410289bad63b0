"""What a model left out of a file: empty functions, placeholders, notes to do it later, broken syntax."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from agents.syntax import tree_of

NOTE = re.compile(
    r"\b(TODO|FIXME|XXX)\b(?![\s-]*(?i:lists?|items?|apps?|application|manager|tasks?|entry|entries)\b)"
)
PLACEHOLDER = re.compile(
    r"\b(your (code|logic|implementation) (goes )?here|add your (code|logic|implementation)"
    r"|implementation (goes )?here|not yet implemented|not implemented yet|(to|will|should) be implemented"
    r"|placeholder (implementation|logic|code|function|method)"
    r"|(rest|remainder) of (the |your )?(code|implementation|file)|remaining code"
    r"|(existing|previous) code (here|unchanged)|code (remains|stays) (the same|unchanged))\b"
    r"|^\W*(implement (this|me|here|the rest)|not implemented)\b",
    re.IGNORECASE,
)
# "..." in the place of code: alone, around a text, or before words that say what was left out.
ELISION = re.compile(
    r"^(\.\.\.|…)(\s*\(?(rest|other|more|same|existing|remaining|previous|unchanged)\b.*|.*(\.\.\.|…))?$",
    re.IGNORECASE,
)
# How comments are written. Only they are searched: a text of the program may speak of anything.
SLASHES = re.compile(r"(?<![:\"'])//([^\n]*)|/\*([\s\S]*?)\*/")
BLOCKS = re.compile(r"/\*([\s\S]*?)\*/")
MARKUP = re.compile(r"<!--([\s\S]*?)-->")
HASH = re.compile(r"(?:^|\s)#([^\n]*)")
COMMENTS = {
    **dict.fromkeys(
        (
            "js",
            "mjs",
            "cjs",
            "ts",
            "jsx",
            "tsx",
            "java",
            "c",
            "h",
            "cpp",
            "hpp",
            "cs",
            "go",
            "rs",
            "php",
            "swift",
            "kt",
        ),
        SLASHES,
    ),
    **dict.fromkeys(("html", "htm", "xml", "svg", "vue"), MARKUP),
    **dict.fromkeys(("css", "scss"), BLOCKS),
    **dict.fromkeys(("sh", "rb", "pl", "r", "yaml", "yml", "toml"), HASH),
}
PAGES = frozenset({"html", "htm", "vue"})
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc\s*=)[^>]*>([\s\S]*?)</script>", re.IGNORECASE)
# What a function says that is not written yet.
STUB = re.compile(
    r"""\b(?:throw\s+(?:new\s+)?[\w.:]+\(|panic\()\s*["'`](?:todo\b|(?:this (?:is|function is|method is) )?"""
    r"""not (?:yet )?implemented|(?:to be|needs to be) implemented|implement me)"""
    r"""|\bthrow\s+new\s+UnsupportedOperationException\(\s*\)|\b(?:todo|unimplemented)!\(""",
    re.IGNORECASE,
)
# Named functions without a body, where that is rarely meant: callbacks and methods to override are left out.
EMPTY = {
    **dict.fromkeys(
        ("js", "mjs", "cjs", "ts", "jsx", "tsx"),
        re.compile(r"\bfunction\*?\s+([\w$]+)\s*\([^(){}]*\)[^(){};]{0,80}\{\s*\}"),
    ),
    "go": re.compile(r"^func[ \t]+(\w+)\([^(){}\n]*\)[^{}\n]*\{\s*\}", re.MULTILINE),
    **dict.fromkeys(
        ("c", "cpp"), re.compile(r"^(?:static )?void[ \t]+(\w+)\([^(){};]*\)\s*\{\s*\}", re.MULTILINE)
    ),
}
NEVER = re.compile(r"(?!)")
DELIBERATE = frozenset({"noop", "nop", "nothing", "donothing", "init", "main"})
Function = ast.FunctionDef | ast.AsyncFunctionDef
QUIET = frozenset({"__init__", "__enter__", "__exit__", "__aenter__", "__aexit__", "log_message"})
ALLOWED_EMPTY = frozenset(
    {"abstractmethod", "abstractproperty", "overload", "singledispatch", "fixture", "skip"}
)


def gaps_in(path: str, text: str) -> list[str]:
    """What is unfinished in a file, in the order of its lines; nothing for files that are no code."""
    suffix = PurePosixPath(path).suffix.lstrip(".").lower()
    if suffix == "py":
        return _gaps_in_python(text)
    if suffix in COMMENTS:
        return _told([*_noted(_comments_of(text, COMMENTS[suffix])), *_stubs_in(suffix, text)])
    return []


def _stubs_in(suffix: str, text: str) -> Iterator[tuple[int, str]]:
    """Functions that do nothing, or only say so; in a page those of its scripts, and their comments."""
    if suffix in PAGES:
        for script in SCRIPT.finditer(text):
            before = text.count("\n", 0, script.start(1))
            inner = [*_noted(_comments_of(script[1], SLASHES)), *_stubs_in("js", script[1])]
            yield from ((before + line, what) for line, what in inner)
        return
    if COMMENTS[suffix] is not SLASHES:
        return
    for found in STUB.finditer(text):
        yield _line_of(text, found.start()), "it is not implemented: it only fails"
    for found in EMPTY.get(suffix, NEVER).finditer(text):
        if found[1].lower() not in DELIBERATE:
            yield _line_of(text, found.start(1)), f"{found[1]}() does nothing"


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _gaps_in_python(text: str) -> list[str]:
    try:
        tree = tree_of(text)
    except SyntaxError as error:
        return [f"line {error.lineno or 1}: the syntax is wrong: {error.msg}"]
    except (ValueError, RecursionError, MemoryError) as error:
        return [f"line 1: it cannot be read: {error}"]
    return _told([*_empty_functions(tree), *_noted(_python_comments(text))])


def _told(gaps: Iterable[tuple[int, str]]) -> list[str]:
    return [f"line {line}: {what}" for line, what in sorted(set(gaps))]


def _noted(comments: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for line, comment in comments:
        said = comment.strip(" \t\r#/*!-")
        if NOTE.search(said) or PLACEHOLDER.search(said) or ELISION.match(said):
            yield line, f"a placeholder is left: {said[:80]}"


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _comments_of(text: str, comments: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for found in comments.finditer(text):
        group = found.lastindex or 0
        first = text.count("\n", 0, found.start(group)) + 1
        yield from enumerate(found[group].split("\n"), start=first)


def _empty_functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node, owner in _functions(tree, None):
        if not _may_be_empty(node, owner) and (how := _emptiness(node)):
            yield node.lineno, f"{node.name}() {how}"


def _functions(node: ast.AST, owner: ast.ClassDef | None) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child, owner
            yield from _functions(child, None)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, child)
        else:
            yield from _functions(child, owner)


def _emptiness(function: Function) -> str:
    """In which way the function does nothing; empty when it does something."""
    body = function.body
    if body and isinstance(body[0], ast.Expr) and _is_constant(body[0], str):
        body = body[1:]
    if not body:
        return "has only a description"
    if len(body) > 1 and not all(_is_nothing(statement) for statement in body):
        return ""
    if all(_is_nothing(statement) for statement in body):
        return "does nothing"
    return "only raises NotImplementedError" if _raises_not_implemented(body[0]) else ""


def _is_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and _is_ellipsis(statement.value)
    )


def _is_constant(statement: ast.Expr, kind: type) -> bool:
    return isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, kind)


def _is_ellipsis(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is Ellipsis


def _raises_not_implemented(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _may_be_empty(function: Function, owner: ast.ClassDef | None) -> bool:
    """Declarations that others fill: abstract methods, protocols, overloads; and deliberate quiet ones."""
    if any(_last_name(decorator) in ALLOWED_EMPTY for decorator in function.decorator_list):
        return True
    if owner is None:
        return False
    bases = {_last_name(base) for base in owner.bases}
    if "Protocol" in bases or bases & {"Exception", "BaseException"}:
        return True
    # An overridden method of a library, or an empty beginning or end, does nothing on purpose.
    if function.name in QUIET and not _raises_not_implemented(function.body[-1]):
        return True
    # Where a class is a base of others by its own word, what only raises is what they have to write.
    return "ABC" in bases and _raises_not_implemented(function.body[-1])


def _last_name(expression: ast.expr) -> str:
    """`abc.abstractmethod` and `pytest.fixture()` by their last name."""
    if isinstance(expression, ast.Call):
        return _last_name(expression.func)
    if isinstance(expression, ast.Subscript):
        return _last_name(expression.value)
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""
