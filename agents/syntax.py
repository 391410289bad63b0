"""Python code as a syntax tree.

CPython before 3.11.8 counts the depth of a tree for all threads together, and fails with a `SystemError` when
two of them make one at the same time (its issue 106905). So one thread at a time does here.
"""

from __future__ import annotations

import ast
import threading
import warnings
from typing import Literal, overload

PARSING = threading.RLock()
"""Held while a tree is made; also by whoever lets a library make some."""


@overload
def tree_of(code: str) -> ast.Module: ...
@overload
def tree_of(code: str, mode: Literal["eval"]) -> ast.Expression: ...
def tree_of(code: str, mode: Literal["exec", "eval"] = "exec") -> ast.Module | ast.Expression:
    """The tree of a module, or of one expression (`eval`).

    Raises what `ast.parse` does: `SyntaxError`, or `ValueError`, `RecursionError` or `MemoryError` for what
    cannot be read at all.
    """
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(code, mode=mode)
    assert isinstance(tree, ast.Module | ast.Expression)
    return tree


def module_of(code: str) -> ast.Module | None:
    """The tree of a module; None where the code is not valid."""
    try:
        return tree_of(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
