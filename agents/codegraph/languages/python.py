"""Python, read by its own `ast`; what cannot be parsed is read line by line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from agents.codegraph.languages.python_modules import offers, resolve
from agents.codegraph.parts import Language, Reading, Reference, Symbol
from agents.syntax import module_of

LONGEST_SIGNATURE = 160

_IMPORT_LINE = re.compile(
    r"^[ \t]*((?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+[^\n(#;]+|from[^\n]+import[ \t]*\([^)]*\))", re.M
)
_DEFINITION_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<line>(?P<word>class|(?:async[ \t]+)?def)[ \t]+(?P<name>\w+)[^\n]*)", re.M
)
_CONSTANT_LINE = re.compile(r"^(?P<line>(?P<name>[A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=(?!=)[^\n]*)", re.M)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def read(text: str, suffix: str) -> Reading:
    """What a Python file imports, defines and gives to others (`__all__`)."""
    tree = module_of(text)
    if tree is None:
        return _read_by_lines(text)
    return Reading(
        references=tuple(dict.fromkeys(_references(ast.walk(tree)))),
        symbols=tuple(sorted(_symbols(tree.body, ""), key=lambda symbol: symbol.line)),
        exported=_exported(tree),
    )


# --- imports ---------------------------------------------------------------------------------------


def _references(nodes: Iterator[ast.AST]) -> Iterator[Reference]:
    for node in nodes:
        match node:
            case ast.Import():
                yield from (Reference(alias.name) for alias in node.names)
            case ast.ImportFrom():
                names = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
                yield Reference(node.module or "", names, node.level, "from")
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _imports_by_name(node.func):
                module = name.lstrip(".")
                yield Reference(module, (), len(name) - len(module))


def _imports_by_name(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(attr="import_module", value=ast.Name(id="importlib")):
            return True
        case ast.Name(id="import_module" | "__import__"):
            return True
    return False


def _exported(tree: ast.Module) -> tuple[str, ...]:
    """The names of `__all__`, as far as they are written out."""
    names: list[str] = []
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() | ast.Tuple() as value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.List() | ast.Tuple() as value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=ast.List() | ast.Tuple() as value)
            ):
                names += [
                    item.value
                    for item in value.elts
                    if isinstance(item, ast.Constant) and isinstance(item.value, str)
                ]
    return tuple(names)


# --- definitions -----------------------------------------------------------------------------------


def _symbols(body: Sequence[ast.stmt], parent: str) -> Iterator[Symbol]:
    for node in body:
        match node:
            case ast.ClassDef():
                yield _class(node, parent)
                yield from _symbols(node.body, node.name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield _function(node, parent)
                if parent and node.name == "__init__":
                    yield from _attributes(node, parent)
            case ast.Assign() | ast.AnnAssign():
                yield from _variables(node, parent)
            case ast.If() | ast.Try() | ast.With() | ast.TryStar():
                yield from _symbols(_inside(node), parent)


def _inside(node: ast.If | ast.Try | ast.TryStar | ast.With) -> list[ast.stmt]:
    inside = list(node.body)
    if isinstance(node, ast.Try | ast.TryStar):
        inside += [statement for handler in node.handlers for statement in handler.body]
        inside += [*node.orelse, *node.finalbody]
    elif isinstance(node, ast.If):
        inside += node.orelse
    return inside


def _class(node: ast.ClassDef, parent: str) -> Symbol:
    bases = ", ".join(ast.unparse(base) for base in [*node.bases, *node.keywords])
    signature = _short(f"class {node.name}({bases}):" if bases else f"class {node.name}:")
    return Symbol(node.name, "class", node.lineno, signature, parent, _about(node))


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, parent: str) -> Symbol:
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    signature = _short(f"{word} {node.name}({ast.unparse(node.args)}){returns}")
    if any(isinstance(found, ast.Name) and found.id == "property" for found in node.decorator_list):
        signature = f"@property {signature}"
    return Symbol(node.name, "method" if parent else "function", node.lineno, signature, parent, _about(node))


def _variables(node: ast.Assign | ast.AnnAssign, parent: str) -> Iterator[Symbol]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    value = f" = {ast.unparse(node.value)}" if node.value and isinstance(node.value, ast.Constant) else ""
    annotation = f": {ast.unparse(node.annotation)}" if isinstance(node, ast.AnnAssign) else ""
    for name in names:
        if isinstance(name.ctx, ast.Store) and not (name.id.startswith("__") and name.id.endswith("__")):
            kind = "field" if parent else "constant"
            yield Symbol(name.id, kind, name.lineno, _short(f"{name.id}{annotation}{value}", 80), parent)


def _attributes(init: ast.FunctionDef | ast.AsyncFunctionDef, parent: str) -> Iterator[Symbol]:
    """The attributes that `__init__` gives to its object, each once."""
    seen: set[str] = set()
    for node in ast.walk(init):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()) if name not in seen:
                seen.add(name)
                yield Symbol(name, "field", node.lineno, name, parent)


def _about(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    lines = (ast.get_docstring(node) or "").strip().splitlines()
    return _short(lines[0].strip()) if lines else ""


def _short(text: str, longest: int = LONGEST_SIGNATURE) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


# --- what does not parse ---------------------------------------------------------------------------


def _read_by_lines(text: str) -> Reading:
    """The imports and definitions of a file with broken syntax, as far as single lines tell them."""
    references: list[Reference] = []
    for found in _IMPORT_LINE.finditer(text):
        if tree := module_of(found[1].strip()):
            references += _references(ast.walk(tree))
    return Reading(
        references=tuple(dict.fromkeys(references)),
        symbols=tuple(_symbols_by_lines(text)),
        problem="its syntax is wrong, so only single lines of it could be read",
    )


def _symbols_by_lines(text: str) -> Iterator[Symbol]:
    owner = ""
    found = [*_DEFINITION_LINE.finditer(text), *_CONSTANT_LINE.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        line = text.count("\n", 0, match.start("line")) + 1
        signature = _short(match["line"])
        if "word" not in match.groupdict():
            yield Symbol(match["name"], "constant", line, _short(signature, 80))
        elif match["word"] == "class":
            owner = match["name"]
            yield Symbol(owner, "class", line, signature)
        else:
            parent = owner if match["indent"] else ""
            kind = "method" if parent else "function"
            yield Symbol(match["name"], kind, line, signature.rstrip(":"), parent)


PYTHON = Language("Python", (".py", ".pyi", ".pyw"), read, offers, resolve, comment="#")
