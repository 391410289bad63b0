"""Go: packages of the project's modules, narrowed to the files that define what is used of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

_NAMES = frozenset({"identifier", "type_identifier"})
_SELECTORS = frozenset({"selector_expression", "qualified_type"})
_MODULE = re.compile(r"^\s*module\s+\"?([^\s\"]+)", re.M)


def read_file(root: Node) -> Reading:
    """The package, what is imported and used, and the definitions of a Go file.

    A use is a name alone, which may be of the same package, or `package.Name`.
    """
    package = next((n for n in root.named_children if n.type == "package_clause"), None)
    references: dict[Reference, None] = {}
    for spec in everywhere(root, {"import_spec"}):
        target = unquoted(field(spec, "path"))
        here = field(spec, "name") or target.rpartition("/")[2]
        references[Reference(target, ((here, here),))] = None
    used = {text_of(node) for node in everywhere(root, _NAMES)}
    chosen = {
        f"{text_of(node.named_children[0])}.{text_of(node.named_children[-1])}"
        for node in everywhere(root, _SELECTORS)
        if node.named_children and node.named_children[0].type in ("identifier", "package_identifier")
    }
    for name in sorted(used | chosen):
        references[Reference(name, kind="use")] = None
    return Reading(
        references=tuple(references),
        symbols=tuple(symbol for node in root.named_children for symbol in _symbols(node)),
        module=text_of(package.named_children[0]) if package and package.named_children else "",
    )


def _symbols(node: Node) -> Iterator[Symbol]:
    told, line = about(node), line_of(node)
    match node.type:
        case "function_declaration":
            yield Symbol(field(node, "name"), "function", line, heading(node), "", told)
        case "method_declaration":
            receiver = node.child_by_field_name("receiver")
            owners = [text_of(part) for part in everywhere(receiver, {"type_identifier"})] if receiver else []
            yield Symbol(
                field(node, "name"), "method", line, heading(node), owners[0] if owners else "", told
            )
        case "type_declaration":
            for spec in node.named_children:
                yield from _type(spec, about(spec) or told)
        case "const_declaration" | "var_declaration":
            for spec in everywhere(node, {"const_spec", "var_spec"}):
                for name in spec.children_by_field_name("name"):
                    if name.type == "identifier":
                        shown = short(f"{node.type[: node.type.index('_')]} {text_of(spec)}", 80)
                        yield Symbol(text_of(name), "constant", line_of(spec), shown)


def _type(spec: Node, told: str) -> Iterator[Symbol]:
    name, kind = field(spec, "name"), spec.child_by_field_name("type")
    if not name or kind is None:
        return
    words = {"struct_type": "struct", "interface_type": "interface"}
    word = words.get(kind.type, "type")
    shown = f"type {name} {word}" if word != "type" else f"type {short(text_of(spec), 100)}"
    yield Symbol(name, word, line_of(spec), shown, "", told)
    for part in everywhere(kind, {"field_declaration", "method_elem"}):
        for called in part.children_by_field_name("name"):
            word = "method" if part.type == "method_elem" else "field"
            yield Symbol(text_of(called), word, line_of(part), short(text_of(part), 100), name)


def offers(path: str, reading: Reading) -> Iterator[Key]:
    """A file offers its folder as a package, and each of its definitions within it."""
    folder = folder_of(path)
    yield "go folder", folder
    for symbol in reading.symbols:
        if not symbol.parent:
            yield "go name", f"{folder}:{symbol.name}"


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files of imported packages that define what is used, all of them when none does; and of its own."""
    uses = [reference.target for reference in reading.references if reference.kind == "use"]
    found: set[str] = set()
    for reference in reading.references:
        folder = None if reference.kind == "use" else _folder(path, reference.target, project)
        if folder is not None:
            here = reference.names[0][0]
            names = [use.partition(".")[2] for use in uses if use.startswith(f"{here}.")]
            defining = {file for name in names for file in project.offering("go name", f"{folder}:{name}")}
            found |= _program(defining) or _program(project.offering("go folder", folder))
    own = {
        file
        for name in uses
        if "." not in name
        for file in project.offering("go name", f"{folder_of(path)}:{name}")
    }
    return Links(frozenset(found | (own if path.endswith("_test.go") else _program(own))))


def _program(files: list[str] | set[str]) -> set[str]:
    return {file for file in files if not file.endswith("_test.go")}


def _folder(path: str, target: str, project: Project) -> str | None:
    """The folder of an imported package; None when it is none of the project's."""
    if target.startswith("."):
        return joined(folder_of(path), target)
    module, rest = target, ""
    while module:
        for file in project.offering("go module", module):
            return joined(folder_of(file), rest)
        module, _, last = module.rpartition("/")
        rest = f"{last}/{rest}".rstrip("/")
    return None


def _read_module(text: str, suffix: str) -> Reading:
    found = _MODULE.search(text)
    return Reading(module=found[1] if found else "")


def _offered_module(path: str, reading: Reading) -> Iterator[Key]:
    if reading.module:
        yield "go module", reading.module


GO = Language(
    "Go", (".go",), reader("Go", lambda _: ("tree_sitter_go", "language"), read_file), offers, resolve
)
GO_MODULE = Language("Go module", (), _read_module, _offered_module, lambda *_: Links(), code=False)
