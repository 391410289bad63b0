"""Names of Python that nobody defines: in a file (by pyflakes), and of the project's own modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from agents.codegraph import CodeGraph
from agents.findings.finding import Finding
from agents.syntax import PARSING, module_of

# What pyflakes says that is a fault, and no matter of style.
_FAULTS = frozenset(
    {"UndefinedName", "UndefinedLocal", "UndefinedExport", "ReturnOutsideFunction", "YieldOutsideFunction"}
    | {"ContinueOutsideLoop", "BreakOutsideLoop", "DefaultExceptNotLast", "StringDotFormatMissingArgument"}
    | {"PercentFormatPositionalCountMismatch", "PercentFormatMissingArgument", "AssertTuple", "IfTuple"}
)
_OF_MODULES = frozenset(
    {"__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__", "__loader__", "__dict__"}
    | {"__all__", "__annotations__"}
)


def names_in(path: str, files: Mapping[str, str], graph: CodeGraph) -> Iterator[Finding]:
    """Names that a Python file uses and nobody defines, and parts that the project's own modules lack.

    Nothing is said of a module whose names cannot be known: one with a star import or `__getattr__`.
    """
    tree = module_of(files[path])
    if tree is None:
        return
    yield from _undefined(path, tree)
    modules: dict[str, str] = {}  # names here that stand for a module of the project alone
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from _lacking(path, node, files, graph)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                target = graph.module(path, alias.name)
                if target and (alias.asname or "." not in alias.name):
                    modules[alias.asname or alias.name] = target
    yield from _attributes(path, tree, modules, files, graph)


def _undefined(path: str, tree: ast.Module) -> Iterator[Finding]:
    from pyflakes.checker import Checker  # noqa: PLC0415 - loaded when a review needs it

    with PARSING:  # it reads annotations that are texts
        messages = Checker(tree, filename=path).messages
    for message in messages:
        if type(message).__name__ in _FAULTS:
            told = str(message.message % message.message_args)
            yield Finding(path, message.lineno, "undefined name", f"{told}.")


def _lacking(
    path: str, node: ast.ImportFrom, files: Mapping[str, str], graph: CodeGraph
) -> Iterator[Finding]:
    module = graph.module(path, node.module or "", node.level)
    if not module:
        if node.level and node.module:
            told = f"there is no module {'.' * node.level}{node.module} in the project."
            yield Finding(path, node.lineno, "missing module", told)
        return
    names = _names_of(module, files)
    for alias in node.names:
        dotted = f"{node.module or ''}.{alias.name}".strip(".")
        if (
            names is None
            or alias.name == "*"
            or alias.name in names
            or graph.module(path, dotted, node.level)
        ):
            continue
        told = f"{alias.name} is imported from {module}, which does not define it."
        yield Finding(path, node.lineno, "undefined name", told)


def _attributes(
    path: str, tree: ast.Module, modules: Mapping[str, str], files: Mapping[str, str], graph: CodeGraph
) -> Iterator[Finding]:
    """`module.name` where the module is the project's own and has no such name."""
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    } | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    given = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Load()):
                module = modules.get(name, "")
                names = _names_of(module, files) if module and name not in stored else None
                if names is None or attribute in names or (name, attribute) in given:
                    continue
                if not graph.module(module, attribute, 1) or not module.endswith("__init__.py"):
                    told = f"{name}.{attribute} is used, and {module} does not define {attribute}."
                    yield Finding(path, node.lineno, "undefined name", told)


def _names_of(path: str, files: Mapping[str, str]) -> set[str] | None:
    """The names that a module binds at its top; None when they cannot be known."""
    from pyflakes.checker import Builtin, Checker, ModuleScope  # noqa: PLC0415

    tree = module_of(files.get(path, ""))
    if tree is None or not path.endswith(".py"):
        return None
    with PARSING:
        scopes = [s for s in Checker(tree, filename=path).deadScopes if isinstance(s, ModuleScope)]
    if not scopes or scopes[0].importStarred or "__getattr__" in scopes[0]:
        return None
    if any(
        isinstance(node, ast.Name) and node.id in ("globals", "exec", "setattr") for node in ast.walk(tree)
    ):
        return None
    bound = {name for name, binding in scopes[0].items() if not isinstance(binding, Builtin)}
    return bound | _OF_MODULES
