"""Wrong programs out of a right one: one change of its syntax tree each, as slips and other readings look."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Mod: ast.FloorDiv, ast.And: ast.Or,
    ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def mutants(code: str, entry_point: str, chance: random.Random) -> Iterator[str]:
    """All programs that differ from `code` by one change in its function, in a random order."""
    tree = ast.parse(code)
    function = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry_point
    )
    places = [
        (number, change) for number, node in enumerate(ast.walk(function)) for change in _changes_of(node)
    ]
    chance.shuffle(places)
    for number, change in places:
        changed = copy.deepcopy(tree)
        target = next(
            node for node in changed.body if isinstance(node, ast.FunctionDef) and node.name == entry_point
        )
        change(list(ast.walk(target))[number])
        yield ast.unparse(ast.fix_missing_locations(changed)) + "\n"


def _changes_of(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    match node:
        case ast.Compare():
            if type(node.ops[0]) in SWAPS:
                yield _swap_comparison
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign():
            if type(node.op) in SWAPS:
                yield _swap_operator
        case ast.Constant(value=int()) if not isinstance(node.value, bool):
            yield _more
            yield _less
        case ast.Constant(value=bool()):
            yield _negate
        case ast.If() | ast.IfExp():
            yield _negate_test
        case ast.Call(func=ast.Attribute(attr="lower" | "upper")):
            yield _other_case


def _swap_comparison(node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[0] = SWAPS[type(node.ops[0])]()  # type: ignore[assignment]


def _swap_operator(node: ast.AST) -> None:
    assert isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign))
    node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]


def _more(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    node.value += 1  # type: ignore[operator]


def _less(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    node.value -= 1  # type: ignore[operator]


def _negate(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    node.value = not node.value


def _negate_test(node: ast.AST) -> None:
    assert isinstance(node, (ast.If, ast.IfExp))
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _other_case(node: ast.AST) -> None:
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    node.func.attr = "upper" if node.func.attr == "lower" else "lower"
