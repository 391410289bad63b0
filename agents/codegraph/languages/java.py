"""Java: packages, imports, and the types of the same package that a file uses without importing them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.codegraph.parts import Key, Language, Links, Project, Reading, Reference, Symbol
from agents.codegraph.trees import about, everywhere, field, heading, line_of, reader, short, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "record_declaration": "record",
    "annotation_type_declaration": "annotation",
}
_METHODS = frozenset({"method_declaration", "constructor_declaration"})
_USES = frozenset(
    {"type_identifier", "scoped_type_identifier", "method_invocation", "field_access", "method_reference"}
    | {"marker_annotation", "annotation"}
)


def read_file(root: Node) -> Reading:
    """The package, what is imported, which types are named, and the types of a Java file."""
    package = ""
    references: dict[Reference, None] = {}
    for node in root.named_children:
        if node.type == "package_declaration":
            package = text_of(node.named_children[-1])
        elif node.type == "import_declaration":
            references[_imported(node)] = None
    for name in sorted({name for node in everywhere(root, _USES) for name in _used(node)}):
        references[Reference(name, kind="use")] = None
    symbols = [symbol for node in root.named_children for symbol in _symbols(node, "")]
    return Reading(references=tuple(references), symbols=tuple(symbols), module=package)


def _imported(node: Node) -> Reference:
    name = next((text_of(part) for part in node.named_children if "identifier" in part.type), "")
    static = any(part.type == "static" for part in node.children)
    if any(part.type == "asterisk" for part in node.named_children):
        return Reference(name, (("*", "*"),), kind="import")
    return Reference(name.rpartition(".")[0] if static else name, kind="import")


def _used(node: Node) -> Iterator[str]:
    """Names that may be types: those of types, and those with a capital before a dot."""
    match node.type:
        case "type_identifier":
            yield text_of(node)
        case "scoped_type_identifier":
            yield "".join(text_of(node).split())
        case "marker_annotation" | "annotation":
            yield field(node, "name")
        case _:
            owner = node.child_by_field_name("object") or (node.named_children or [node])[0]
            if owner.type == "identifier" and text_of(owner)[:1].isupper():
                yield text_of(owner)


def _symbols(node: Node, parent: str) -> Iterator[Symbol]:
    if kind := _TYPES.get(node.type):
        name = field(node, "name")
        yield Symbol(name, kind, line_of(node), heading(node), parent, about(node))
        body = node.child_by_field_name("body")
        for part in body.named_children if body else ():
            inner = part.named_children if part.type == "enum_body_declarations" else [part]
            for found in inner:
                yield from _symbols(found, name)
    elif parent and node.type in _METHODS and not _is_private(node):
        yield Symbol(field(node, "name"), "method", line_of(node), heading(node), parent, about(node))
    elif parent and node.type in ("field_declaration", "enum_constant") and not _is_private(node):
        name = field(node, "name") or field(node, "declarator", "name")
        yield Symbol(name, "field", line_of(node), short(text_of(node), 80).rstrip(";"), parent)


def _is_private(node: Node) -> bool:
    return any(
        part.type == "modifiers" and "private" in text_of(part).split() for part in node.named_children
    )


def offers(path: str, reading: Reading) -> Iterator[Key]:
    """A file offers its types by their full names, and its package by the names of these."""
    for symbol in reading.symbols:
        if not symbol.parent:
            yield "java type", f"{reading.module}.{symbol.name}"


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files of imported types, of those of the same package, and of those named in full."""
    used = [reference.target for reference in reading.references if reference.kind == "use"]
    packages = [reading.module]
    found: set[str] = set()
    for reference in reading.references:
        if reference.kind == "import" and reference.names:
            packages.append(reference.target)
            found |= _declaring(reference.target, project)
        elif reference.kind == "import":
            found |= _declaring(reference.target, project)
    for name in used:
        if "." in name:
            found |= _declaring(name, project)
        else:
            for package in packages:
                found.update(project.offering("java type", f"{package}.{name}"))
    return Links(frozenset(found))


def _declaring(name: str, project: Project) -> set[str]:
    """The file of a type by its full name; for a type inside another, that of the outer one."""
    while "." in name:
        if files := project.offering("java type", name):
            return set(files)
        name = name.rpartition(".")[0]
    return set()


JAVA = Language(
    "Java", (".java",), reader("Java", lambda _: ("tree_sitter_java", "language"), read_file), offers, resolve
)
