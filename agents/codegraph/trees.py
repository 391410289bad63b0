"""Syntax trees by tree-sitter, which reads broken source too; a grammar is loaded when it is needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from agents.codegraph.parts import Reading

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Node

LONGEST_SIGNATURE = 160
BROKEN = "its syntax is wrong in places, so it may not have been read whole"

_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_TAIL = re.compile(r"(\s|=>|[{;=:])+$")
_MARKS = re.compile(r"^\s*(/\*+|\*+/|\*|//[/!]?)\s?|\s*\*+/\s*$")


class GrammarMissing(Exception):
    """A grammar is not installed or does not fit; the message says which, in words."""


def reader(
    name: str, grammar: Callable[[str], tuple[str, str]], read: Callable[[Node], Reading]
) -> Callable[[str, str], Reading]:
    """A language's `read` by its grammar: `grammar` gives, for a suffix, its module and the function in it.

    Without the grammar nothing is read, and the reading says so.
    """

    def read_text(text: str, suffix: str) -> Reading:
        try:
            root = tree_of(text, *grammar(suffix))
        except GrammarMissing as error:
            return Reading(problem=f"{name} cannot be read: {error}")
        reading = read(root)
        return reading._replace(problem=BROKEN) if root.has_error else reading

    return read_text


def tree_of(text: str, module: str, function: str = "language") -> Node:
    """The root of a text's tree. Raises `GrammarMissing`."""
    from tree_sitter import Parser  # noqa: PLC0415 - loaded when a file needs it

    return Parser(_grammar(module, function)).parse(text.encode(errors="replace")).root_node


@cache
def _grammar(module: str, function: str) -> Grammar:
    try:
        from tree_sitter import Language as Loaded  # noqa: PLC0415 - loaded when a file needs it

        return Loaded(getattr(import_module(module), function)())
    except (ImportError, OSError, AttributeError, ValueError, TypeError) as error:
        raise GrammarMissing(f"its grammar {module} cannot be loaded ({error})") from error


def everywhere(root: Node, kinds: Collection[str]) -> Iterator[Node]:
    """All nodes of these kinds, in the order of the text, however deep."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in kinds:
            yield node
        waiting += reversed(node.named_children)


def text_of(node: Node | None) -> str:
    """The source of a node; empty for none."""
    return node.text.decode(errors="replace") if node and node.text else ""


def field(node: Node, *names: str) -> str:
    """The source of a part of a node; empty when there is none. Several names lead deeper."""
    found: Node | None = node
    for name in names:
        found = found.child_by_field_name(name) if found else None
    return text_of(found)


def line_of(node: Node) -> int:
    """The line of a node, from 1."""
    return node.start_point[0] + 1


def heading(node: Node, body: str = "body", longest: int = LONGEST_SIGNATURE) -> str:
    """A definition without its body, in one line."""
    part = node.child_by_field_name(body)
    source = node.text or b""
    if part is not None:
        source = source[: part.start_byte - node.start_byte]
    return short(_TAIL.sub("", source.decode(errors="replace")), longest)


def short(text: str, longest: int = LONGEST_SIGNATURE) -> str:
    """A text in one line of at most `longest` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def about(node: Node) -> str:
    """The first line of the comment that stands directly before a definition; empty when there is none."""
    before = node.prev_named_sibling
    first = None
    while before is not None and before.type in _COMMENTS:
        end = before.end_point[0] - (1 if text_of(before).endswith("\n") else 0)
        start = (first or node).start_point[0]
        if start - end > 1:
            break
        first, before = before, before.prev_named_sibling
    for line in text_of(first).splitlines():
        told = _MARKS.sub("", _MARKS.sub("", line)).strip()
        if told:
            return short(told)
    return ""


def unquoted(text: str) -> str:
    """A string of source without its quotes or angle brackets."""
    return text.strip().strip("\"'`<>")
