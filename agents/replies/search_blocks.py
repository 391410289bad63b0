"""SEARCH/REPLACE blocks in a reply, as models really write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agents.replies.blocks import Block, lines_of, read_blocks, without_ending
from agents.replies.fitting import DIVIDER, Replacement, blank_borders, escaped_back

_OPENING = re.compile(
    r"""(?P<indent>[ \t]*)(?P<mark><{5,12}|(?:&lt;){5,12})\s?
    (?:(?:SEARCH|ORIGINAL|HEAD|OLD|FIND|BEFORE)\b(?P<path>.*)|(?P<other>[\w./\\-]*)\s*)""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(r"\s{0,3}(?:>{5,12}|(?:&gt;){5,12})(?:\s?\w.*)?\s*")
_LIKE_OPENING = re.compile(
    r"[ \t]*(?:[<#*=-]{2,}[ \t]*)?(?:SEARCH|ORIGINAL)[ \t:>=*-]*|[ \t]*<(?i:search|original)>.*"
)
_LIKE_CLOSING = re.compile(
    r"[ \t]*(?:[>#*=-]{2,}[ \t]*)?(?:REPLACE(?: WITH)?|UPDATED)[ \t:<>=*-]*|[ \t]*<(?i:replace|updated)>.*"
)
_FENCE = re.compile(r"\s{0,3}(?P<markup>`{3,}|~{3,})(?P<info>[^`]*)")
_MARGIN = 3  # columns; marks that are indented by more stand in a text that is
_MOST_DIVIDERS = 10  # in one block; in one with more nobody knows which is meant
_MOST_TORN = 50  # blocks that are put together again


@dataclass(frozen=True, slots=True)
class SearchBlock:
    """One block; `ways` are the replacements that it can be read as, none where it has no divider.

    `before` is what follows the word SEARCH, or else the line before, if that stands in the text; it may name
    the file. `ended`: the line that ends the block is there, or nothing else can have been meant.
    """

    before: str
    ways: tuple[Replacement, ...]
    ended: bool
    first_line: str = ""


@dataclass(slots=True)
class SearchBlocks:
    """The blocks of a text and the lines `outside` them."""

    found: list[SearchBlock] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every block has all its marks, or was ended by its writer."""
        return all(block.ways and block.ended for block in self.found)


def has_search_blocks(text: str) -> bool:
    """Whether a text holds a line that opens a block."""
    return ("<<<<<" in text or "&lt;&lt;&lt;&lt;&lt;" in text) and any(
        _OPENING.fullmatch(without_ending(line)) for line in lines_of(text)
    )


def is_like_search_blocks(text: str) -> bool:
    """Whether a text seems to mean blocks that are none: lines of it are words like their marks."""
    if not ("SEARCH" in text or "ORIGINAL" in text or "<" in text):
        return False
    lines = [without_ending(line) for line in lines_of(text)]
    return any(_LIKE_OPENING.fullmatch(line) and not is_opening(line) for line in lines) and any(
        _LIKE_CLOSING.fullmatch(line) and not _CLOSING.fullmatch(line) for line in lines
    )


def is_opening(line: str) -> bool:
    """Whether a line (without its ending) opens a block."""
    return _OPENING.fullmatch(line) is not None


def is_closing(line: str) -> bool:
    """Whether a line (without its ending) ends a block."""
    return _CLOSING.fullmatch(line) is not None


def unfinished_block(lines: Sequence[str]) -> int:
    """The line at which a block begins that does not end in these; -1 if there is none."""
    return _spans(lines)[1]


def read_search_blocks(text: str, *, ended: bool) -> SearchBlocks:
    """Return the blocks of a text. `ended`: its writer meant to end it where it ends.

    Then the last block needs no line that ends it. A block that another one begins in has none either, but
    nobody knows where it was to end.
    """
    blocks = SearchBlocks()
    body: list[str] | None = None
    before, escaped, divided, indent = "", False, False, ""
    for line in map(without_ending, lines_of(text)):
        if body is not None:
            line = line.removeprefix(indent)  # noqa: PLW2901
        opening = _OPENING.fullmatch(line)
        if body is not None and not opening:
            divided = divided or DIVIDER.fullmatch(line) is not None
            if divided and _CLOSING.fullmatch(line):
                blocks.found.append(_block(before, body, escaped, ended=True))
                body, before = None, ""
            else:
                body.append(line)
        elif opening:
            if body is not None:
                blocks.found.append(_block(before, body, escaped, ended=False))
                before = next((text for text in reversed(body) if text.strip()), "")
            before = (opening["path"] or opening["other"] or "").strip() or before
            body, escaped, divided = [], "&" in opening["mark"], False
            indent = opening["indent"] if len(opening["indent"].expandtabs(4)) > _MARGIN else ""
        else:
            blocks.outside.append(line)
            before = line if line.strip() else before
    if body is not None:
        last = _block(before, body, escaped, ended=ended)
        blocks.found.append(replace(last, ways=tuple(filter(_says_its_end, last.ways))))
    return blocks


def _says_its_end(way: Replacement) -> bool:
    """Whether new lines without a mark behind them are surely all: they are some, and end as the old do."""
    return any(map(str.strip, way.new)) and blank_borders(way.old)[1] == blank_borders(way.new)[1]


def _block(before: str, body: list[str], escaped: bool, *, ended: bool) -> SearchBlock:
    dividers = [at for at, line in enumerate(body) if DIVIDER.fullmatch(line)]
    ways = [
        Replacement(tuple(body[:at]), tuple(body[at + 1 :]))
        for at in (dividers if len(dividers) <= _MOST_DIVIDERS else ())
    ]
    first = next((line.strip() for line in body if line.strip() and not DIVIDER.fullmatch(line)), "")
    return SearchBlock(before, tuple(map(escaped_back, ways) if escaped else ways), ended, first)


# --- blocks that a fence tears apart ---------------------------------------------------------------


def untorn(text: str) -> str:
    """The text with a fence of its own around each block that a fence begins or ends in.

    Models open a fence before the block and close it before the last mark, put one around the old and one
    around the new lines, or change a file that has fences itself.
    """
    if not has_search_blocks(text):
        return text
    lines = lines_of(text)
    fenced = [span for span in _spans(lines)[0] if any(map(_FENCE.match, lines[span[0] : span[1]]))]
    blocks = read_blocks(text) if fenced else ()
    torn = [span for span in fenced if _is_torn(blocks, span)][:_MOST_TORN]
    if not torn:
        return text
    result: list[str] = []
    at, to_drop = 0, False
    for start, end in torn:
        to_drop = _copy(lines[at:start], result, to_drop)
        at, info = end, ""
        span = [without_ending(line) for line in lines[start:end]]
        if opener := _opener_before(result):
            info = opener["info"].strip()
            fences = [number for number, line in enumerate(span) if _FENCE.fullmatch(line)]
            following = next((line for line in lines[end:] if line.strip()), "")
            to_drop = _is_bare(without_ending(following))
            if not to_drop and _is_bare(span[fences[-1]]):
                if len(fences) == 1:
                    del span[fences[0]]  # it closes what was opened before the block
                else:  # nobody knows which one does
                    span = [line for line in span if not DIVIDER.fullmatch(line)]
        result += _fenced(span, info)
    _copy(lines[at:], result, to_drop)
    return "".join(result)


def _copy(lines: list[str], result: list[str], to_drop: bool) -> bool:
    """Copy lines, but not the one that closes a fence whose beginning was taken away, if it is `to_drop`."""
    for line in lines:
        if to_drop and _is_bare(without_ending(line)):
            to_drop = False
        else:
            result.append(line)
    return to_drop


def _fenced(span: list[str], info: str) -> list[str]:
    longest = max((len(found["markup"]) for line in span if (found := _FENCE.match(line))), default=3)
    fence = "`" * (longest + 1)
    return [f"{line}\n" for line in (f"{fence}{info}", *span, fence)]


def _opener_before(result: list[str]) -> re.Match[str] | None:
    """The fence that opens in the last line but blank ones or a name; it is taken away."""
    blocks = read_blocks("".join(result))
    if not blocks or blocks[-1].closed or blocks[-1].content.strip():
        return None
    found = _FENCE.fullmatch(without_ending(result[blocks[-1].start]))
    if found is not None:
        del result[blocks[-1].start :]
    return found


def _is_bare(line: str) -> bool:
    found = _FENCE.fullmatch(line)
    return found is not None and not found["info"].strip()


def _spans(lines: Sequence[str]) -> tuple[list[tuple[int, int]], int]:
    """Each block with all three marks, from the line that opens it to behind the one that ends it.

    And the line at which one begins that does not end; -1 if there is none.
    """
    found: list[tuple[int, int]] = []
    start, divided = -1, False
    for number, line in enumerate(map(without_ending, lines)):
        if is_opening(line):
            start, divided = number, False
        elif start >= 0 and DIVIDER.fullmatch(line):
            divided = True
        elif divided and is_closing(line):
            found.append((start, number + 1))
            start, divided = -1, False
    return found, start


def _is_torn(blocks: Sequence[Block], span: tuple[int, int]) -> bool:
    """Whether no longer fence is around all of a block in which a fence begins or ends."""
    start, end = span
    return not any(block.start < start and end <= block.end - block.closed for block in blocks)
