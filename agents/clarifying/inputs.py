"""Test inputs: calls as a model or an example writes them, read into arguments and written again."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from agents.clarifying.mutation import Arguments, literal
from agents.syntax import module_of


def arguments_in(calls: Iterable[str], entry_point: str) -> list[Arguments]:
    """The positional arguments of every call of `entry_point` with literal arguments; others are left out."""
    found = [arguments for call in calls for arguments in _read(call, entry_point)]
    return list({literal(arguments): arguments for arguments in found}.values())


def call_of(entry_point: str, arguments: Arguments) -> str:
    """The call with these arguments, as Python writes it."""
    return f"{entry_point}({', '.join(map(literal, arguments))})"


def parameters(starter: str, entry_point: str) -> int | None:
    """How many positional parameters the function has that is asked for; None where that is not known."""
    tree = module_of(starter)
    for node in tree.body if tree else []:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            return None if node.args.vararg else len(node.args.posonlyargs) + len(node.args.args)
    return None


def _read(call: str, entry_point: str) -> list[Arguments]:
    tree = module_of(call.strip().strip("`"))
    nodes = ast.walk(tree) if tree else ()
    found: list[Arguments] = []
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry_point:
            if node.keywords:
                continue
            try:
                found.append(tuple(ast.literal_eval(argument) for argument in node.args))
            except (ValueError, TypeError, RecursionError, MemoryError):
                continue
    return found
