"""JavaScript and TypeScript, as modules (`import`, `export … from`) and as CommonJS (`require`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.codegraph.languages.scripts import module_file
from agents.codegraph.parts import Language, Links, Project, Reading, Reference, Symbol, nothing_offered
from agents.codegraph.trees import (
    about,
    everywhere,
    field,
    heading,
    line_of,
    reader,
    short,
    text_of,
    unquoted,
)

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 16  # re-exports are followed so far

_ASKING = frozenset(
    {"import_statement", "export_statement", "call_expression", "new_expression", "import_require_clause"}
)
_LOADERS = frozenset({"require", "import", "require.resolve", "importScripts", "jest.mock", "vi.mock"})
_KINDS = {
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "interface_declaration": "interface",
    "type_alias_declaration": "type",
    "enum_declaration": "enum",
    "internal_module": "namespace",
}
_METHODS = frozenset({"method_definition", "method_signature", "abstract_method_signature"})
_FIELDS = frozenset({"field_definition", "public_field_definition", "property_signature"})
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})


def _grammar(suffix: str) -> tuple[str, str]:
    if suffix in (".ts", ".mts", ".cts"):
        return "tree_sitter_typescript", "language_typescript"
    if suffix == ".tsx":
        return "tree_sitter_typescript", "language_tsx"
    return "tree_sitter_javascript", "language"


def read_script(root: Node) -> Reading:
    """What a script imports and defines."""
    references = dict.fromkeys(
        reference for node in everywhere(root, _ASKING) for reference in _references(node)
    )
    return Reading(references=tuple(references), symbols=tuple(_symbols(root)))


# --- imports ---------------------------------------------------------------------------------------


def _references(node: Node) -> Iterator[Reference]:
    if node.type in ("call_expression", "new_expression"):
        yield from _loaded(node)
        return
    source = node.child_by_field_name("source")
    if source is None:
        return
    kind = "export" if node.type == "export_statement" else "import"
    yield Reference(unquoted(text_of(source)), tuple(_names(node, kind)), 0, kind)


def _names(node: Node, kind: str) -> Iterator[tuple[str, str]]:
    found = False
    for part in everywhere(node, {"import_specifier", "export_specifier", "namespace_export"}):
        found = True
        name = field(part, "name") or "*"
        yield name, field(part, "alias") or name
    if kind == "export" and not found:
        yield "*", "*"


def _loaded(node: Node) -> Iterator[Reference]:
    """`require("…")`, `import("…")`, `new Worker("…")`, `new URL("…", import.meta.url)`."""
    arguments = node.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments and arguments.named_children else None
    if first is None or first.type not in ("string", "template_string") or "${" in text_of(first):
        return
    if node.type == "call_expression" and field(node, "function") in _LOADERS:
        yield Reference(unquoted(text_of(first)))
    elif node.type == "new_expression" and (
        field(node, "constructor") in ("Worker", "SharedWorker") or "import.meta.url" in text_of(arguments)
    ):
        yield Reference(unquoted(text_of(first)), kind="address")


# --- definitions -----------------------------------------------------------------------------------


def _symbols(root: Node) -> Iterator[Symbol]:
    for outer in root.named_children:
        node = outer.child_by_field_name("declaration") if outer.type == "export_statement" else outer
        if node is None:
            continue
        if node.type == "expression_statement":
            inner = node.named_children[0] if node.named_children else None
            if inner is not None and inner.type == "assignment_expression":
                yield from _given_out(inner)
            elif inner is not None and inner.type == "internal_module":
                yield Symbol(
                    field(inner, "name"), "namespace", line_of(inner), heading(inner), "", about(outer)
                )
        elif node.type in ("lexical_declaration", "variable_declaration"):
            yield from _variables(node, about(outer))
        elif kind := _KINDS.get(node.type):
            name = field(node, "name")
            yield Symbol(name, kind, line_of(node), heading(node), "", about(outer))
            if kind in ("class", "interface"):
                yield from _parts(node, name)


def _variables(node: Node, told: str) -> Iterator[Symbol]:
    for declarator in node.named_children:
        name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
        if declarator.type != "variable_declarator" or name is None or name.type != "identifier":
            continue
        line = line_of(declarator)
        if value is not None and value.type in _FUNCTIONS:
            start = text_of(name)
            yield Symbol(start, "function", line, f"const {start} = {heading(value)}", "", told)
        elif value is not None and value.type == "class":
            yield Symbol(text_of(name), "class", line, f"class {text_of(name)}", "", told)
            yield from _parts(value, text_of(name))
        elif value is None or value.type != "call_expression" or field(value, "function") != "require":
            yield Symbol(text_of(name), "constant", line, short(text_of(declarator), 80), "", told)


def _given_out(node: Node) -> Iterator[Symbol]:
    """`exports.name = …`, `module.exports.name = …`, `window.name = …`: what has no name of its own."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "member_expression" or right.type == "identifier":
        return
    if field(left, "object") in ("exports", "module.exports", "window", "globalThis"):
        name = field(left, "property")
        kind = "function" if right.type in _FUNCTIONS else "constant"
        shown = heading(right) if kind == "function" else short(text_of(right), 60)
        if name != "exports":
            yield Symbol(name, kind, line_of(node), f"{name} = {shown}")


def _parts(owner: Node, name: str) -> Iterator[Symbol]:
    body = owner.child_by_field_name("body")
    for part in body.named_children if body else ():
        called = field(part, "name") or field(part, "property")
        if part.type in _METHODS and not called.startswith("#"):
            yield Symbol(called, "method", line_of(part), heading(part), name, about(part))
        elif part.type in _FIELDS and not called.startswith("#"):
            value = part.child_by_field_name("value")
            if value is not None and value.type in _FUNCTIONS:
                yield Symbol(
                    called, "method", line_of(part), f"{called} = {heading(value)}", name, about(part)
                )
            else:
                yield Symbol(called, "field", line_of(part), short(text_of(part), 80).rstrip(";"), name)


# --- files -----------------------------------------------------------------------------------------


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files behind a script's imports; names that an index file passes on are followed to theirs."""
    found: set[str] = set()
    for reference in reading.references:
        found |= _files_of(path, reference, project, 0)
    return Links(frozenset(found))


def _files_of(path: str, reference: Reference, project: Project, deep: int) -> set[str]:
    target = module_file(path, reference.target, project)
    if not target and reference.kind == "address" and not reference.target.startswith("."):
        target = module_file(path, f"./{reference.target}", project)
    if not target:
        return set()
    found = {target}
    if deep < DEEPEST and target.rpartition("/")[2].startswith("index."):
        reading = project.reading(target)
        for passed in reading.references if reading and reference.names else ():
            if passed.kind == "export" and (names := _taken(reference, passed)):
                found |= _files_of(target, passed._replace(names=names), project, deep + 1)
    return found


def _taken(asked: Reference, passed: Reference) -> tuple[tuple[str, str], ...]:
    """Which names of an `export … from` an import takes from there."""
    wanted = {name for name, _ in asked.names}
    if "*" in wanted:
        return passed.names
    return tuple(pair for pair in passed.names if pair[1] in wanted) or tuple(
        (name, name) for name in sorted(wanted) if ("*", "*") in passed.names
    )


JAVASCRIPT = Language(
    "JavaScript",
    (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"),
    reader("JavaScript", _grammar, read_script),
    nothing_offered,
    resolve,
)
