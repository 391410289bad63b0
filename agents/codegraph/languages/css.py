"""CSS: what `@import` and `url()` name, and the selectors of its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.codegraph.languages.scripts import page_file
from agents.codegraph.parts import Language, Links, Project, Reading, Reference, Symbol, nothing_offered
from agents.codegraph.trees import everywhere, field, line_of, reader, short, text_of, unquoted

if TYPE_CHECKING:
    from tree_sitter import Node

URL = re.compile(r"""url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^)"'\s]+))\s*\)""", re.I)


def read_style(root: Node) -> Reading:
    """What a style sheet needs, and its selectors."""
    references = dict.fromkeys(
        reference
        for node in everywhere(root, {"import_statement", "call_expression"})
        for reference in _references(node)
    )
    symbols = (
        Symbol(_selector(node), "rule", line_of(node), _selector(node))
        for node in everywhere(root, {"rule_set"})
        if _selector(node)
    )
    return Reading(references=tuple(references), symbols=tuple(symbols))


def _references(node: Node) -> Iterator[Reference]:
    if node.type == "import_statement":
        for part in node.named_children:
            if part.type == "string_value":
                yield Reference(unquoted(text_of(part)))
    elif found := URL.match(text_of(node)):
        yield Reference(found[1] or found[2] or found[3] or "")


def _selector(rule: Node) -> str:
    found = next((part for part in rule.named_children if part.type == "selectors"), None)
    return short(text_of(found), 80) or field(rule, "name")


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files behind the addresses of a style sheet."""
    found = (page_file(path, reference.target, project) for reference in reading.references)
    return Links(frozenset(target for target in found if target))


CSS = Language(
    "CSS",
    (".css",),
    reader("CSS", lambda _: ("tree_sitter_css", "language"), read_style),
    nothing_offered,
    resolve,
)
