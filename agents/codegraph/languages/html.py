"""HTML: its scripts, style sheets and pictures, what its inline scripts and styles need, and its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.codegraph.languages import javascript
from agents.codegraph.languages.css import URL, read_style
from agents.codegraph.languages.scripts import page_file
from agents.codegraph.parts import Language, Links, Project, Reading, Reference, Symbol, nothing_offered
from agents.codegraph.trees import (
    GrammarMissing,
    everywhere,
    line_of,
    reader,
    short,
    text_of,
    tree_of,
    unquoted,
)

if TYPE_CHECKING:
    from tree_sitter import Node

# Which attribute of which element names a file that the page needs.
_NEEDS = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    **dict.fromkeys(("audio", "embed", "iframe", "input", "track"), ("src",)),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
_TAGS = frozenset({"start_tag", "self_closing_tag"})
_SCRIPTS = frozenset({"", "module", "text/javascript", "application/javascript", "text/babel"})
# Flask's and Django's ways to name a file of the static folder.
_STATIC = re.compile(
    r"""url_for\(\s*['"]static['"]\s*,\s*filename\s*=\s*['"]([^'"]+)['"]|\{%\s*static\s+['"]([^'"]+)['"]"""
)


def read_page(root: Node) -> Reading:
    """What a page needs, and the elements and functions that scripts and styles may use."""
    references: list[Reference] = []
    symbols: list[Symbol] = []
    for tag in everywhere(root, _TAGS):
        name, attributes = _tag(tag)
        references += _needed(name, attributes)
        if identity := attributes.get("id"):
            classes = f' class="{attributes["class"]}"' if attributes.get("class") else ""
            shown = short(f'<{name} id="{identity}"{classes}>', 120)
            symbols.append(Symbol(identity, "element", line_of(tag), shown))
        inline = _inline(tag, name, attributes)
        references += inline.references
        symbols += inline.symbols
    return Reading(references=tuple(dict.fromkeys(references)), symbols=tuple(symbols))


def _tag(tag: Node) -> tuple[str, dict[str, str]]:
    name = ""
    attributes: dict[str, str] = {}
    for part in tag.named_children:
        if part.type == "tag_name":
            name = text_of(part).lower()
        elif part.type == "attribute":
            key = text_of(part.named_children[0]).lower() if part.named_children else ""
            value = text_of(part.named_children[-1]) if len(part.named_children) > 1 else ""
            attributes[key] = unquoted(value) if value[:1] in "\"'" else value
    return name, attributes


def _needed(name: str, attributes: dict[str, str]) -> Iterator[Reference]:
    for attribute in _NEEDS.get(name, ()):
        value = attributes.get(attribute, "")
        if found := _STATIC.search(value):
            yield Reference(f"/static/{found[1] or found[2]}", kind="page")
        elif attribute == "srcset":
            yield from (Reference(part.split()[0], kind="page") for part in value.split(",") if part.split())
        elif value:
            yield Reference(value, kind="page")
    for found in URL.finditer(attributes.get("style", "")):
        yield Reference(found[1] or found[2] or found[3] or "", kind="page")


def _inline(tag: Node, name: str, attributes: dict[str, str]) -> Reading:
    """What stands between the tags of a script or a style; its lines count from the page's beginning."""
    raw = next(
        (part for part in (tag.parent.children if tag.parent else ()) if part.type == "raw_text"), None
    )
    if raw is None or name not in ("script", "style"):
        return Reading()
    try:
        if name == "style":
            inside = read_style(tree_of(text_of(raw), "tree_sitter_css"))
            references = [reference._replace(kind="page") for reference in inside.references]
            return Reading(references=tuple(references))
        if attributes.get("type", "").lower() not in _SCRIPTS:
            return Reading()
        inside = javascript.read_script(tree_of(text_of(raw), "tree_sitter_javascript"))
    except GrammarMissing:
        return Reading()
    above = raw.start_point[0]
    symbols = tuple(symbol._replace(line=symbol.line + above) for symbol in inside.symbols)
    return inside._replace(symbols=symbols)


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files behind a page's addresses and the imports of its inline scripts."""
    found = {
        page_file(path, reference.target, project)
        for reference in reading.references
        if reference.kind == "page"
    }
    modules = tuple(reference for reference in reading.references if reference.kind != "page")
    scripts = javascript.resolve(path, Reading(references=modules), project).imports
    return Links(frozenset(found - {""}) | scripts)


HTML = Language(
    "HTML",
    (".html", ".htm"),
    reader("HTML", lambda _: ("tree_sitter_html", "language"), read_page),
    nothing_offered,
    resolve,
)
