"""Fenced code blocks of a reply, with the lines before each, byte for byte.

markdown-it-py finds the fences. Contents are taken from the reply itself, because a Markdown parser turns
CRLF into LF and replaces NUL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from agents.replies.bindings import parses
from agents.replies.names import from_line

if TYPE_CHECKING:  # what lists methods reads no reply
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
_OF_MARKDOWN = re.compile(r"^\s*(?:markdown|mdx?)\b|\.mdx?\b|\bREADME\b", re.IGNORECASE)
_OF_PYTHON = re.compile(r"^\s*(?:python3?|py)\b|\.py\b", re.IGNORECASE)
_MOST_NESTED = 20  # fences within the texts of a program
_INDENTED_FENCE = re.compile(r"([ \t]{4,}|\t+)(?:`{3}|~{3})[^`]*\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `before` are the lines between the block before it (or the start) and this one.

    `start` and `end` are line numbers from 0, the fences included; `closed` is false when the reply ended
    before the fence did.
    """

    info: str
    content: str
    before: tuple[str, ...]
    closed: bool
    markup: str
    start: int
    end: int


def lines_of(text: str) -> list[str]:
    """Split at LF, CRLF and CR alone, as Markdown does, keeping the ends; `"".join` gives `text` back."""
    return _LINE.findall(text)


def without_ending(line: str) -> str:
    """Return a line without the CR and LF at its end."""
    return line.rstrip("\r\n")


def read_blocks(text: str) -> tuple[Block, ...]:
    """Return the fenced blocks of a reply in order; never raises."""
    lines = lines_of(text)
    last_line = max((number for number, line in enumerate(lines, start=1) if line.strip()), default=0)
    fences = _fences(text, lists=True)
    if any(not token.meta["closed"] and (token.map or [0, 0])[1] < last_line for token in fences):
        # Code that is less indented than its list item ends the item and, in CommonMark, the fence with it.
        # Read without lists, the fence ends where its writer ended it.
        fences = _fences(text, lists=False)
    outdented = "".join(_outdented(lines, fences))
    if outdented != text:
        fences = _fences(outdented, lists=True)
    return tuple(_as_blocks(fences, lines, last_line))


def prose_of(text: str, blocks: tuple[Block, ...]) -> str:
    """Return what a reply says outside its blocks."""
    inside = {number for block in blocks for number in range(block.start, block.end)}
    return "".join(line for number, line in enumerate(lines_of(text)) if number not in inside)


def _as_blocks(tokens: list[Token], lines: list[str], last_line: int) -> Iterator[Block]:
    free = 0
    for token in tokens:
        start, end = token.map or [0, 0]
        content = _exact(token.content, lines[start + 1 : end])
        closed = token.meta["closed"] or end < last_line
        if not closed:
            content += "".join(lines[end:])  # the parser leaves out blank lines at the very end
            end = len(lines)
        before = tuple(without_ending(line) for line in lines[free:start])
        info = _as_written(token.info, without_ending(lines[start])).strip()
        yield Block(info, content, before, closed, token.markup, start, end)
        free = end


def _exact(content: str, source: list[str]) -> str:
    """Return the parser's lines as the source spells them, without the indentation of the fence."""
    if content == "".join(source[: _count(content)]):
        return content
    texts = [without_ending(line) for line in source][: _count(content)]
    exact = [_as_written(parsed, text) for parsed, text in zip(content.split("\n"), texts, strict=False)]
    if _unevenly_stripped(texts, exact):
        exact = texts
    return "".join(
        text + line[len(without_ending(line)) :] for text, line in zip(exact, source, strict=False)
    )


def _unevenly_stripped(texts: list[str], stripped: list[str]) -> bool:
    """Whether lines less indented than their fence were shifted against the others, which breaks Python."""
    taken = {
        text.removesuffix(line).expandtabs(4)
        for text, line in zip(texts, stripped, strict=True)
        if line.strip()
    }
    return len(taken) > 1 and not any(indentation.strip() for indentation in taken)


def _as_written(parsed: str, text: str) -> str:
    """Return the end of `text` that the parser means; it replaces NUL and spells out some tabs."""
    if not text.replace("\0", "\ufffd").endswith(parsed):
        return parsed
    return text[len(text) - len(parsed) :]


def _count(content: str) -> int:
    return content.count("\n") + (content != "" and not content.endswith("\n"))


def _outdented(lines: list[str], fences: list[Token]) -> Iterator[str]:
    """Yield the lines, those of blocks that are indented like code in CommonMark without that indentation."""
    inside = {number for token in fences for number in range(*(token.map or [0, 0]))}
    indentation = ""
    for number, line in enumerate(lines):
        found = _INDENTED_FENCE.match(line) if number not in inside else None
        if found and not indentation:
            indentation = found[1]
            yield line.removeprefix(indentation)
        else:
            yield line.removeprefix(indentation)
            indentation = "" if found else indentation


def _fences(text: str, lists: bool) -> list[Token]:
    return [token for token in _parser(lists).parse(text) if token.type == "fence"]


@cache
def _parser(lists: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    parser = MarkdownIt("commonmark").disable(["html_block", "reference"])
    if not lists:
        parser.disable(["list"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """CommonMark's rule for fences, with exceptions for what models write.

    A Markdown file may hold fences as long as its own: they are paired. So may a text in a Python file, whose
    block ends where the code is whole. A block that was not closed before the next file's name and fence ends
    there.
    """
    from markdown_it.rules_block import fence  # noqa: PLC0415 - loaded with its parser

    if not fence(state, start, end, silent):
        return False
    if silent:
        return True
    token = state.tokens[-1]
    token.meta["closed"] = state.line - 1 > start and _closes(state, state.line - 1, token.markup)
    if _holds_markdown(state, start, token.info):
        closing = _closing_fence(state, start, end, token.markup)
        if closing >= state.line:
            _end_block(state, start, closing, closing + 1)
    elif token.meta["closed"] and (closing := _end_of_python(state, start, end)) >= state.line:
        _end_block(state, start, closing, closing + 1)
    elif (next_name := _next_file(state, start, token.markup)) >= 0:
        _end_block(state, start, next_name, next_name)
        token.content = token.content.rstrip("\n") + "\n"
    return True


def _end_block(state: StateBlock, start: int, content_end: int, end: int) -> None:
    """Let the fence that was read last hold the lines up to `content_end` and be closed at `end`."""
    token = state.tokens[-1]
    token.content = state.getLines(start + 1, content_end, state.sCount[start], True)
    token.map = [start, end]
    token.meta["closed"] = True
    state.line = end


def _next_file(state: StateBlock, start: int, markup: str) -> int:
    """Return the line within a block that names the next file, right before its fence; -1 if none."""
    opening = re.compile(rf"\s{{0,3}}{re.escape(markup)}[`~]*\s*[^`~\s][^`]*\Z")
    if markup not in state.tokens[-1].content:
        return -1
    name_line = -1
    for number in range(start + 1, state.line):
        line = _line(state, number)
        if name_line >= 0 and opening.match(line):
            return name_line
        if line.strip():
            name_line = number if from_line(line, any_label=False) else -1
    return -1


def _end_of_python(state: StateBlock, start: int, end: int) -> int:
    """Return the line that closes a Python file with a text that holds the fence read first; -1 if none."""
    token = state.tokens[-1]
    if not _OF_PYTHON.search(token.info or _line_above(state, start)) or not _is_within_text(token.content):
        return -1
    closing = (number for number in range(state.line, end) if _closes(state, number, token.markup))
    for number in islice(closing, _MOST_NESTED):
        content = state.getLines(start + 1, number, state.sCount[start], True)
        if not _is_within_text(content) and parses(content):
            return number
    return -1


def _is_within_text(code: str) -> bool:
    return any(code.count(quotes) % 2 for quotes in ('"""', "'''"))


def _holds_markdown(state: StateBlock, start: int, info: str) -> bool:
    if info.strip():
        return bool(_OF_MARKDOWN.search(info))
    return bool(_OF_MARKDOWN.search(_line_above(state, start)))


def _line_above(state: StateBlock, number: int) -> str:
    """Return the nearest line above that is not blank."""
    line = number - 1
    while line >= 0 and state.isEmpty(line):
        line -= 1
    return _line(state, line) if line >= 0 else ""


def _closes(state: StateBlock, number: int, markup: str) -> bool:
    line = _line(state, number).strip()
    return not state.is_code_block(number) and line.startswith(markup) and not line.strip(markup[0])


def _closing_fence(state: StateBlock, start: int, end: int, markup: str) -> int:
    """Return the line that closes a Markdown file when the fences in it are paired; -1 if none."""
    depth = 0
    marker = re.compile(rf"\s{{0,3}}{re.escape(markup)}[`~]*\s*([^`\s]?)[^`]*\Z")
    for number in range(start + 1, end):
        found = marker.match(_line(state, number))
        if found is None:
            continue
        if found[1] or (not depth and _opens_bare(state, number, start, end)):
            depth += 1
        elif depth:
            depth -= 1
        else:
            return number
    return -1


def _opens_bare(state: StateBlock, number: int, start: int, end: int) -> bool:
    """Whether a fence without a language opens a block: set off from the text above, tied to that below."""
    above = _line(state, number - 1).strip() if number - 1 > start else "text"
    below = _line(state, number + 1).strip() if number + 1 < end else ""
    return (not above or above.endswith(":")) and bool(below) and below.strip("`~") != ""


def _line(state: StateBlock, number: int) -> str:
    return state.getLines(number, number + 1, state.blkIndent, False)
