"""One case of a trial, as its judge carries it out. See `troupe_trials`.

This file is copied into the test kit and imports nothing of Troupe.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import json
import operator
import socket
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from troupe_values import Elsewhere, packed, plain, shown, unpacked

MODULE = "solution"
MESSAGE = 2000
PRINTED = 2000
MEMORY = 1024**3
LONGEST = 16 * 1024**2
DUMPABLE = 4
BUILT_IN = frozenset(dir(builtins))
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
SIGNS = {ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.IsNot: "is not"}
SIGNS |= {ast.In: "in", ast.NotIn: "not in"}


class Raised(Exception):
    """The program raised something: its type, its message, and the line of the program."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told["text"])
        self.told = told


def judge(job: dict[str, Any], index: int, program: Program) -> dict[str, Any]:
    """What a case came to, as plain data."""
    try:
        said = _judged(program, job, index)
        return {**said, **program.printed()}
    except (EOFError, ConnectionError, ValueError, TypeError, KeyError):
        return raised("Ended", "The program ended its own process.")


def _judged(program: Program, job: dict[str, Any], index: int) -> dict[str, Any]:
    source, observe = job["cases"][index], index >= job["asserts"]
    loaded = program.ask("load")
    if "raised" in loaded:
        return _raised(loaded["raised"])
    names = {job["entry"]: program.stub(job["entry"])}
    try:
        tree = ast.parse(source)
    except (SyntaxError, RecursionError) as error:
        return raised("SyntaxError", f"The case is no Python: {error}.")
    if _self_contained(tree, names):
        with contextlib.suppress(Elsewhere):
            return carry_out(tree, names, observe)
    return dict(json.loads(program.ask("judge", source, observe)["value"]))


def carry_out(tree: ast.Module, names: dict[str, Any], observe: bool) -> dict[str, Any]:
    """Carry a case out with these names: statements one by one, of an assertion both sides."""
    names.setdefault("__name__", "trial")
    try:
        if observe:
            return {"kind": "value", "got": shown(_value(tree.body[0].value, names))}  # type: ignore[attr-defined]
        for statement in tree.body:
            if isinstance(statement, ast.Assert):
                if failed := _failed(statement, names):
                    return failed
            else:
                exec(compile(ast.Module([statement], []), "<trial>", "exec"), names)
    except Elsewhere:
        raise
    except AssertionError as error:
        if isinstance(told := getattr(error, "told", None), dict):
            return _raised(told)
        return {"kind": "failed", "expression": _line_of(error, tree), "got": "", "expected": ""}
    except BaseException as error:  # noqa: BLE001 - the program may raise anything
        told = getattr(error, "told", None)
        return _raised(told if isinstance(told, dict) else told_of(error))
    return {"kind": "passed"}


def raised(kind: str, text: str, line: str = "") -> dict[str, Any]:
    """The result of a case that raised an exception of type `kind`."""
    message = f"{kind}: {text}{chr(10) if line else ''}{line}"
    return {"kind": "raised", "type": kind, "text": text, "line": line, "message": message}


def _raised(told: dict[str, Any]) -> dict[str, Any]:
    return raised(str(told["type"]), str(told["text"]), str(told.get("line", "")))


def _failed(statement: ast.Assert, names: dict[str, Any]) -> dict[str, Any] | None:
    """None when the assertion holds; else what was got and what was expected."""
    test = statement.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = _value(test.left, names), _value(test.comparators[0], names)
        if COMPARISONS[type(test.ops[0])](left, right):
            return None
        sign = SIGNS.get(type(test.ops[0]), "")
        expected = f"{sign} {shown(right)}".strip()
        return _failure(ast.unparse(test.left), shown(left), expected)
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    value = _value(inner, names)
    if bool(value) is (inner is test):
        return None
    return _failure(
        ast.unparse(inner), shown(value), "something true" if inner is test else "something false"
    )


def _failure(expression: str, got: str, expected: str) -> dict[str, Any]:
    message = f"{expression}\n     got {got}\nexpected {expected}"
    return {
        "kind": "failed",
        "expression": expression,
        "got": got,
        "expected": expected,
        "message": message,
    }


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<trial>", "eval"), names)


def _line_of(error: BaseException, tree: ast.Module) -> str:
    """The failed assertion inside a function of the case, as source."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<trial>"]
    line = frames[-1].lineno if frames else None
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.lineno == line]
    return ast.unparse(found[0].test) if found else str(error)


def _self_contained(tree: ast.Module, names: dict[str, Any]) -> bool:
    """Whether a case uses no name but Python's, its own, and the function asked for."""
    nodes = list(ast.walk(tree))
    used = {node.id for node in nodes if isinstance(node, ast.Name)} - names.keys() - BUILT_IN
    return not used or used <= set(_bound(nodes))


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)


# --- the program's process, as its judge sees it ---------------------------------------------------


class Program:
    """The process of the program: it is told to load, to call, or to judge something itself."""

    _printed = ""
    _lost: Exception | None = None  # why it gives no more answers

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")

    def ask(self, *request: Any) -> dict[str, Any]:
        """Its answer; `EOFError` or `ConnectionError` when it has ended."""
        try:
            answer = dict(json.loads(self._answered(json.dumps(request).encode() + b"\n")))
        except Exception as error:
            self._lost = error
            raise
        self._printed = str(answer.get("printed", ""))
        return answer

    def _answered(self, request: bytes) -> bytes:
        self._stream.write(request)
        self._stream.flush()
        line = self._stream.readline(LONGEST)
        if not line.endswith(b"\n"):
            raise EOFError
        return line

    def stub(self, name: str) -> Callable[..., Any]:
        """The function asked for: calling it calls the program, and changes its arguments as it did."""

        def call(*arguments: Any, **named: Any) -> Any:
            if not (plain(arguments) and plain(named)):
                raise Elsewhere(name)
            answer = self.ask("call", name, packed(arguments), packed(named))
            if "raised" in answer:
                raise _as_python(answer["raised"])
            if "elsewhere" in answer:
                raise Elsewhere(name)
            for given, after in zip(arguments, unpacked(answer["arguments"]), strict=False):
                _take_over(given, after)
            return unpacked(answer["value"])

        call.__name__ = name
        return call

    def printed(self) -> dict[str, str]:
        """What it had printed when it last answered; raises why it did not where a case has caught that."""
        if self._lost:
            raise self._lost
        return {"printed": self._printed} if self._printed else {}


def _take_over(given: Any, after: Any) -> None:
    """Change a list, dictionary or set as the program changed its copy."""
    if isinstance(given, list) and isinstance(after, list):
        given[:] = after
    elif isinstance(given, (dict, set)) and isinstance(after, (dict, set)) and given != after:
        given.clear()
        given.update(after)


def _as_python(told: dict[str, Any]) -> BaseException:
    """What the program raised, as the same built-in exception, so that a case can expect it."""
    bases = (getattr(builtins, name, None) for name in told.get("bases", []))
    base = next((b for b in bases if isinstance(b, type) and issubclass(b, Exception)), Exception)
    kind = base if base.__name__ == told["type"] else type(told["type"], (base,), {})
    try:
        error: BaseException = kind(told["text"])
    except TypeError:  # UnicodeDecodeError wants five arguments
        error = Raised(told)
    error.told = told  # type: ignore[attr-defined]
    return error


def told_of(error: BaseException) -> dict[str, Any]:
    """An exception as plain data, with the last line of the program that it passed through."""
    try:
        message = str(error)
    except Exception as inner:  # noqa: BLE001 - its own __str__ may fail
        message = f"({type(inner).__name__})"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == f"{MODULE}.py"]
    line = f"line {own[-1].lineno}: {own[-1].line}" if own else ""
    if isinstance(error, SyntaxError) and error.filename == f"{MODULE}.py":
        message, line = error.msg, f"line {error.lineno}: {(error.text or '').strip()}"
    bases = [base.__name__ for base in type(error).__mro__]
    return {
        "type": type(error).__name__,
        "text": message[:MESSAGE],
        "line": line[:MESSAGE],
        "bases": bases,
    }
