"""Rust: `mod` and `use` through the usual layouts of crates, several crates of a workspace among them."""

from __future__ import annotations

import re
import tomllib
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
)

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 16  # re-exports are followed so far

_KINDS = {
    "function_item": "function",
    "function_signature_item": "function",
    "struct_item": "struct",
    "union_item": "union",
    "enum_item": "enum",
    "trait_item": "trait",
    "type_item": "type",
    "const_item": "constant",
    "static_item": "constant",
    "macro_definition": "macro",
}
_ROOTS = frozenset({"main.rs", "lib.rs", "build.rs"})
_OWN_ROOTS = frozenset({"tests", "examples", "benches", "bin"})
_PATH = re.compile(r'path\s*=\s*"([^"]+)"')


def read_file(root: Node) -> Reading:
    """The modules that a file declares, the paths that it uses, and its definitions."""
    references: dict[Reference, None] = {}
    for node in everywhere(
        root, {"mod_item", "use_declaration", "scoped_identifier", "scoped_type_identifier"}
    ):
        for reference in _references(node):
            references[reference] = None
    return Reading(tuple(references), tuple(_symbols(root.named_children, "")))


# --- what is asked for -----------------------------------------------------------------------------


def _references(node: Node) -> Iterator[Reference]:
    inside = _depth(node)
    if node.type == "mod_item":
        if node.child_by_field_name("body") is None:
            yield Reference(field(node, "name"), level=inside, kind=_placed(node) or "mod")
    elif node.type == "use_declaration":
        kind = "pub use" if any(part.type == "visibility_modifier" for part in node.named_children) else "use"
        argument = node.child_by_field_name("argument")
        for path, here in _used(argument, "") if argument else ():
            yield Reference(path, ((path.rpartition("::")[2], here),), inside, kind)
    elif text_of(node).startswith(("crate::", "super::", "self::")) and not _is_part(node):
        path = "".join(text_of(node).split())
        yield Reference(path, ((path.rpartition("::")[2], ""),), inside, "use")


def _is_part(node: Node) -> bool:
    """Whether a path belongs to a longer one or to a `use`."""
    return node.parent is not None and ("use" in node.parent.type or "scoped" in node.parent.type)


def _placed(node: Node) -> str:
    """The path that an attribute gives to a module, with a mark that it is one."""
    before = node.prev_named_sibling
    found = _PATH.search(text_of(before)) if before and before.type == "attribute_item" else None
    return f"path:{found[1]}" if found else ""


def _depth(node: Node) -> int:
    """In how many modules of the same file a node stands."""
    depth, above = 0, node.parent
    while above is not None:
        depth += above.type == "mod_item"
        above = above.parent
    return depth


def _used(node: Node, before: str) -> Iterator[tuple[str, str]]:
    """Each path of a `use`, with its name here; `*` for all names."""
    match node.type:
        case "use_list":
            for part in node.named_children:
                yield from _used(part, before)
        case "scoped_use_list":
            inside = _path(before, field(node, "path"))
            if inner := node.child_by_field_name("list"):
                yield from _used(inner, inside)
        case "use_as_clause":
            yield _path(before, field(node, "path")), field(node, "alias")
        case "use_wildcard":
            yield _path(before, text_of(node).rstrip("*: \n")) + "::*", "*"
        case "self" if before:
            yield before, before.rpartition("::")[2]
        case "identifier" | "scoped_identifier" | "crate" | "super" | "self":
            path = _path(before, text_of(node))
            yield path, path.rpartition("::")[2]


def _path(before: str, name: str) -> str:
    return "::".join(part for part in (before, "".join(name.split())) if part)


# --- definitions -----------------------------------------------------------------------------------


def _symbols(nodes: list[Node], parent: str) -> Iterator[Symbol]:
    for node in nodes:
        if node.type == "impl_item":
            owner = field(node, "type").partition("<")[0]
            yield from _symbols(_body(node), owner)
        elif kind := _KINDS.get(node.type):
            name = field(node, "name")
            word = "method" if parent and kind == "function" else kind
            shown = short(text_of(node), 80) if kind in ("constant", "type") else heading(node)
            yield Symbol(name, word, line_of(node), shown.rstrip(";"), parent, about(node))
            if kind in ("struct", "trait", "enum", "union"):
                yield from _symbols(_body(node), name)
        elif node.type in ("field_declaration", "enum_variant") and parent:
            yield Symbol(field(node, "name"), "field", line_of(node), short(text_of(node), 80), parent)


def _body(node: Node) -> list[Node]:
    body = node.child_by_field_name("body")
    return body.named_children if body else []


# --- files -----------------------------------------------------------------------------------------


def offers(path: str, reading: Reading) -> Iterator[Key]:
    """A module's file defines its name."""
    stem = path.rpartition("/")[2].removesuffix(".rs")
    yield "defines", folder_of(path).rpartition("/")[2] if stem == "mod" else stem


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files of declared modules and of used paths; what a module passes on is followed to its file."""
    found = {file for reference in reading.references for file in _files_of(path, reference, project, 0)}
    return Links(frozenset(found))


def _files_of(path: str, reference: Reference, project: Project, deep: int) -> set[str]:
    if reference.kind == "mod":
        declared = _module(_inside(path), reference.target, project)
        return {declared} if declared else set()
    if reference.kind.startswith("path:"):
        named = joined(folder_of(path), reference.kind.removeprefix("path:"))
        return {named} if project.has(named) else set()
    target, rest = _followed(path, reference, project)
    if not target:
        return set()
    reading = project.reading(target) if rest and deep < DEEPEST else None
    found = {target}
    for passed in reading.references if reading else ():
        if passed.kind == "pub use" and passed.names[0][1] in (rest[0], "*"):
            found |= _files_of(target, passed, project, deep + 1)
    return found


def _followed(path: str, reference: Reference, project: Project) -> tuple[str, list[str]]:
    """The file that a path leads to, and the names in it that the path goes on with."""
    parts = [part for part in reference.target.split("::") if part]
    if parts[:1] == ["crate"]:
        return _down(_root(path, project), parts[1:], project)
    if parts[:1] in (["super"], ["self"]):
        ups = reference.level
        here = path
        while parts[:1] in (["super"], ["self"]):
            if parts.pop(0) == "super":
                ups -= 1
                here = here if ups >= 0 else _parent(here, project)
        return _down(here, parts, project)
    target, rest = _down(path, parts, project)
    if target != path:
        return target, rest
    for manifest in project.offering("crate", parts[0] if parts else ""):
        return _down(joined(folder_of(manifest), "src/lib.rs"), parts[1:], project)
    return "", []


def _down(start: str, parts: list[str], project: Project) -> tuple[str, list[str]]:
    """From a module's file down as far as there are files."""
    found = start if project.has(start) else ""
    for number, part in enumerate(parts):
        deeper = _module(_inside(found), part, project) if found else ""
        if not deeper:
            return found, parts[number:]
        found = deeper
    return found, []


def _module(folder: str, name: str, project: Project) -> str:
    candidates = (joined(folder, f"{name}.rs"), joined(folder, f"{name}/mod.rs"))
    return next((path for path in candidates if project.has(path)), "")


def _is_root(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name in _ROOTS or folder.rpartition("/")[2] in _OWN_ROOTS


def _inside(path: str) -> str:
    """The folder of a file's own modules."""
    folder, _, name = path.rpartition("/")
    return folder if _is_root(path) or name == "mod.rs" else joined(folder, name.removesuffix(".rs"))


def _root(path: str, project: Project) -> str:
    """The first file of the crate that a file belongs to."""
    folder = folder_of(path)
    if _is_root(path):
        return path
    while True:
        for name in ("lib.rs", "main.rs"):
            if project.has(joined(folder, name)):
                return joined(folder, name)
        if not folder:
            return ""
        folder = folder_of(folder)


def _parent(path: str, project: Project) -> str:
    """The file of the module that a file's module is declared in."""
    if not path or _is_root(path):
        return path
    folder = folder_of(path)
    above = folder_of(folder) if path.endswith("/mod.rs") else folder
    named = folder_of(_inside(path))
    candidates = [joined(above, name) for name in ("mod.rs", "lib.rs", "main.rs")]
    candidates += [f"{named}.rs"] if named else []
    return next((file for file in candidates if file != path and project.has(file)), "")


def _read_manifest(text: str, suffix: str) -> Reading:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Reading(problem=f"its TOML is wrong: {error}")
    package, library = told.get("package"), told.get("lib")
    names = [part.get("name") for part in (library, package) if isinstance(part, dict)]
    name = next((name for name in names if isinstance(name, str)), "")
    return Reading(module=name.replace("-", "_"))


def _offered_crate(path: str, reading: Reading) -> Iterator[Key]:
    if reading.module:
        yield "crate", reading.module


RUST = Language(
    "Rust", (".rs",), reader("Rust", lambda _: ("tree_sitter_rust", "language"), read_file), offers, resolve
)
CARGO = Language("Cargo", (), _read_manifest, _offered_crate, lambda *_: Links(), code=False)
