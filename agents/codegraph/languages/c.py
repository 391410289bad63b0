"""C and C++: what `#include` names, headers and the files that implement them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from agents.codegraph.languages.scripts import folder_of, joined
from agents.codegraph.parts import Key, Language, Links, Project, Reading, Reference, Symbol
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

HEADERS = (".h", ".hh", ".hpp", ".hxx")
SOURCES = (".c", ".cc", ".cpp", ".cxx")
FOLDERS = ("", "include", "src", "inc", "lib")

_TYPES = {
    "struct_specifier": "struct",
    "class_specifier": "class",
    "union_specifier": "union",
    "enum_specifier": "enum",
}
_TRANSPARENT = frozenset(
    {"preproc_ifdef", "preproc_if", "preproc_else", "linkage_specification", "declaration_list"}
    | {"namespace_definition", "template_declaration", "export_declaration"}
)


def _grammar(suffix: str) -> tuple[str, str]:
    return ("tree_sitter_c", "language") if suffix == ".c" else ("tree_sitter_cpp", "language")


def read_file(root: Node) -> Reading:
    """What a file includes and defines or declares."""
    included = (field(node, "path") for node in everywhere(root, {"preproc_include"}))
    references = dict.fromkeys(
        Reference(unquoted(path), kind="system" if path.startswith("<") else "include")
        for path in included
        if path[:1] in '"<'
    )
    return Reading(references=tuple(references), symbols=tuple(_symbols(root.named_children, "")))


# --- definitions -----------------------------------------------------------------------------------


def _symbols(nodes: list[Node], parent: str) -> Iterator[Symbol]:
    for node in nodes:
        if node.type in _TRANSPARENT:
            yield from _symbols(node.named_children, parent)
        elif node.type in _TYPES:
            yield from _type(node, field(node, "name"), parent)
        elif node.type == "type_definition":
            yield from _defined_type(node)
        elif node.type == "alias_declaration":
            name = field(node, "name")
            yield Symbol(name, "type", line_of(node), short(text_of(node)).rstrip(";"), parent, about(node))
        elif node.type in ("preproc_def", "preproc_function_def") and field(node, "value"):
            name, shown = field(node, "name"), short(text_of(node), 80)
            kind = "constant" if node.type == "preproc_def" else "macro"
            yield Symbol(name, kind, line_of(node), shown, "", about(node))
        elif node.type in ("function_definition", "declaration", "field_declaration"):
            yield from _declared(node, parent)


def _type(node: Node, name: str, parent: str) -> Iterator[Symbol]:
    body = node.child_by_field_name("body")
    if not name or body is None:
        return
    shown = heading(node) if field(node, "name") else f"{_TYPES[node.type]} {name}"
    yield Symbol(name, _TYPES[node.type], line_of(node), shown, parent, about(node))
    if node.type == "enum_specifier":
        for part in body.named_children:
            if part.type == "enumerator":
                yield Symbol(field(part, "name"), "field", line_of(part), field(part, "name"), name)
    else:
        yield from _symbols(body.named_children, name)


def _defined_type(node: Node) -> Iterator[Symbol]:
    name = field(node, "declarator")
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type in _TYPES and kind.child_by_field_name("body"):
        yield from _type(kind, name, "")
    else:
        yield Symbol(name, "type", line_of(node), short(text_of(node)).rstrip(";"), "", about(node))


def _declared(node: Node, parent: str) -> Iterator[Symbol]:
    """A function or a variable, defined or only declared; the type that stands in its declaration as well."""
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type in _TYPES:
        yield from _type(kind, field(kind, "name"), parent)
    for declarator in node.children_by_field_name("declarator"):
        inner, function = _innermost(declarator)
        if inner is None:
            continue
        owner, _, name = text_of(inner).replace(" ", "").rpartition("::")
        owner = owner.rpartition("::")[2] or parent
        if function:
            word = "method" if owner else "function"
            yield Symbol(name, word, line_of(node), heading(node), owner, about(node))
        else:
            shown = short(heading(node, "body", 80), 80)
            yield Symbol(name, "field" if owner else "constant", line_of(node), shown, owner)


def _innermost(declarator: Node) -> tuple[Node | None, bool]:
    """The name in a declarator, and whether it is a function's."""
    function = False
    node: Node | None = declarator
    while node is not None and (
        inner := node.child_by_field_name("declarator")
        or (node.named_children[-1] if node.type == "reference_declarator" and node.named_children else None)
    ):
        function = function or node.type == "function_declarator"
        node = inner
    return node, function


# --- files -----------------------------------------------------------------------------------------


def offers(path: str, reading: Reading) -> Iterator[Key]:
    """A header is found by each ending of its path; a source by its name, as what implements a header."""
    parts = PurePosixPath(path).parts
    if path.endswith(SOURCES):
        yield "c source", PurePosixPath(path).stem
    for start in range(1, len(parts)):
        yield "c ending", "/".join(parts[start:])


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The included files; behind a header stand the sources of its name that are nearest to it."""
    found = {_included(path, reference, project) for reference in reading.references}
    behind = frozenset(_implementing(path, project)) if path.endswith(HEADERS) else frozenset()
    return Links(frozenset(found - {""}), behind=behind)


def _included(path: str, reference: Reference, project: Project) -> str:
    quoted = reference.kind == "include"
    candidates = [joined(folder_of(path), reference.target)] if quoted else []
    candidates += [joined(folder, reference.target) for folder in FOLDERS]
    for above in PurePosixPath(path).parents:
        candidates += [joined(above.as_posix(), f"{folder}/{reference.target}") for folder in FOLDERS]
    if found := next((name for name in candidates if name and project.has(name)), ""):
        return found
    if not quoted and "/" not in reference.target:
        return ""
    known = project.offering("c ending", joined("", reference.target))
    return known[0] if len(known) == 1 else ""


def _implementing(path: str, project: Project) -> list[str]:
    sources = project.offering("c source", PurePosixPath(path).stem)
    beside = [source for source in sources if folder_of(source) == folder_of(path)]
    return beside or sources


_READ = reader("C", _grammar, read_file)
C = Language("C", (".c",), _READ, offers, resolve)
CPP = Language("C++", (".h", ".hh", ".hpp", ".hxx", ".cc", ".cpp", ".cxx"), _READ, offers, resolve)
