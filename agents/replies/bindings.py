"""Python code: whether it parses, which names it uses, and which it binds."""

from __future__ import annotations

import ast
import builtins

from agents.syntax import module_of

PREDEFINED = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


def parses(code: str) -> bool:
    """Whether code is valid Python."""
    return module_of(code) is not None


def lacking(module: ast.Module, given: ast.Module | None) -> set[str]:
    """The names that a module uses and nothing in it or in what is given binds: rather too few."""
    has = bound(module) | (bound(given) if given else set())
    if "*" in has:
        return set()
    used = {
        node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return used - has - PREDEFINED


def bound(module: ast.Module) -> set[str]:
    """Every name that is bound anywhere in a module."""
    names: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.Import() | ast.ImportFrom():
                names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
            case ast.alias():
                pass
            case ast.arg():
                names.add(node.arg)
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
            case _:  # a definition, an exception, a part of a pattern, a type's parameter
                if isinstance(named := getattr(node, "name", None), str):
                    names.add(named)
    return names
