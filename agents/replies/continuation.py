"""A reply that was cut at its length limit, and what the model wrote when asked to go on."""

from __future__ import annotations

import re

from agents.replies.blocks import Block, lines_of, read_blocks, without_ending
from agents.replies.kinds import read_block
from agents.replies.languages import is_textual, may_hold
from agents.replies.names import from_line
from agents.replies.search_blocks import is_closing, is_opening, unfinished_block
from agents.replies.thinking import without_thinking

_OPENING = re.compile(r"\s{0,3}(?P<markup>`{3,}|~{3,})(?P<info>[^`\r\n]*)[\r\n]*")
_ANNOUNCEMENT = re.compile(
    r"\s*(?:sure|certainly|of course|okay|ok|here(?:'s| is| are|’s)|continuing|continued|continuation|"
    r"the (?:rest|continuation)|apologies|sorry|i(?:'ll| will))\b.*",
    re.IGNORECASE,
)
_SPEAKS_OF_ITSELF = re.compile(
    r"^\s*(?:sure|certainly|of course)\b|\bthe (?:rest|remaining|continuation)\b|\b(?:continu\w+|left off)\b",
    re.IGNORECASE,
)
_LONGEST_OVERLAP = 20_000  # characters
_LINES_BEFORE = 4  # lines that may stand before a fence that is opened again


def join(first: str, rest: str) -> str:
    """Return a truncated reply and its continuation as one.

    Left out are a sentence and a fence that only resume the open block, and what the continuation repeats
    of the end. When in doubt whether something is a repetition it is kept: a line too many is seen by the
    tests, a line too few may not be.
    """
    rest, _ = without_thinking(rest)
    blocks = read_blocks(first)
    cut_change = unfinished_block(lines_of(first))
    if cut_change >= 0 and not any(block.start < cut_change < block.end for block in blocks):
        first, rest = _loose(first, rest, cut_change)
        return first + rest[overlap(first, rest) :]
    if not blocks or blocks[-1].closed:
        return first + rest[overlap(first, rest) :]
    block = blocks[-1]
    resumed = _resumed(block, rest)
    if resumed is None:
        return _closed(first, block) + rest
    if _is_restart(block, resumed):
        return first[: len(first) - len(block.content)] + resumed
    return first + resumed[overlap(first, resumed) :]


def overlap(first: str, rest: str) -> int:
    """Return how many characters at the start of `rest` repeat the end of `first`."""
    for size in range(min(len(first), len(rest), _LONGEST_OVERLAP), 0, -1):
        if first.endswith(rest[:size]) and _is_repetition(first, rest, size):
            return size
    return 0


def _is_repetition(first: str, rest: str, size: int) -> bool:
    """Whether characters that are equal were written twice, and are not alike by chance."""
    shared = rest[:size]
    letters = "".join(shared.split())
    kinds = len(set(letters))
    before = first[: len(first) - size]
    if not letters or before.endswith(shared):
        return False
    if shared[0] in "\r\n":
        return len(letters) >= 12 and kinds >= 4
    if shared.endswith("\n"):
        return before[-1:] in ("", "\n") and len(letters) >= 8 and kinds >= 4
    if before[-1:] in ("", "\n"):
        return shared[:2].isspace() or (len(letters) >= 4 and kinds >= 3)
    within_word = first[-1:].isalnum() and rest[size : size + 1].isalnum()
    return len(letters) >= 6 and kinds >= 2 and within_word and not (before[-1] + shared[0]).isalnum()


def _loose(first: str, rest: str, start: int) -> tuple[str, str]:
    """What is to be joined where a SEARCH/REPLACE block outside of any fence was cut that begins at `start`.

    A sentence and a fence that only resume it are left out, and its beginning where it is written again.
    """
    lines = lines_of(first)
    following, fenced = _without_resumption(lines_of(rest), lines[max(0, start - 1)])
    said = [line for line in following if line.strip()][:2]
    if any(map(is_opening, map(without_ending, said))):
        again = not is_opening(without_ending(said[0]))
        named = start and again and lines[start - 1].strip() == said[0].strip()
        return "".join(lines[: start - 1 if named else start]), "".join(following)
    if fenced:
        bare = [at for at, line in enumerate(following) if line.strip() == fenced]
        end = next((at for at, line in enumerate(following) if is_closing(without_ending(line))), 0)
        closing = next((at for at in bare if at > end), next(iter(bare), -1))
        following = [line for at, line in enumerate(following) if at != closing]
    return first, "".join(following)


def _without_resumption(lines: list[str], name: str) -> tuple[list[str], str]:
    """The lines without an announcement and the fence that they begin with; and that fence's mark."""
    in_document = is_textual(from_line(name))
    for number, line in enumerate(lines[: _LINES_BEFORE + 1]):
        opening = _OPENING.fullmatch(line)
        if opening is None:
            continue
        said = [text for text in lines[:number] if text.strip()]
        announced = said and (
            all(_announces(text, in_document) for text in said) if in_document else _may_precede(said)
        )
        own = not in_document or opening["info"].strip().lower() in ("markdown", "md")
        if announced or (not said and own):
            return lines[number + 1 :], opening["markup"]
        break
    if lines and _announces(lines[0], in_document):
        return _after_announcement(lines), ""
    return lines, ""


def _after_announcement(lines: list[str]) -> list[str]:
    """The lines without the first, and without the blank one that sets it off."""
    return lines[2 if lines[1:2] and not lines[1].strip() else 1 :]


def _announces(line: str, in_document: bool) -> bool:
    """Whether a line only says that the rest follows; a document may have lines that sound like it."""
    sounds = _ANNOUNCEMENT.fullmatch(line.strip()) and line.rstrip().endswith((":", "."))
    return bool(sounds) and (not in_document or _SPEAKS_OF_ITSELF.search(line) is not None)


def _resumed(block: Block, rest: str) -> str | None:
    """Return what `rest` adds to an open block, or None when it begins another one."""
    lines = lines_of(rest)
    for number, line in enumerate(lines[: _LINES_BEFORE + 1]):
        opening = _OPENING.fullmatch(line)
        if opening is None:
            continue
        if not opening["info"].strip() and not _reopens(block, lines[number + 1 :]):
            break
        following = read_blocks("".join(lines[number:]))
        if not following or (number and not _may_precede(lines[:number])):
            break
        if _is_other_file(block, lines[:number], following[0]):
            if len(opening["markup"]) < len(block.markup):
                break  # it is a part of the file, as documents have them
            return None
        return "".join(lines[number + 1 :])
    if lines and _announces(lines[0], is_textual(read_block(block, ()).name)):
        return "".join(_after_announcement(lines))
    return rest


def _reopens(block: Block, following: list[str]) -> bool:
    """Whether a fence without a language opens: closing, it would leave a block open at the end."""
    if not following or not following[0].strip():
        return False
    after = read_blocks("".join(following))
    left_open = bool(after) and not after[-1].closed and not after[-1].info
    return left_open or overlap(block.content, "".join(following)) > 0


def _may_precede(lines: list[str]) -> bool:
    """Whether lines before a fence are an announcement or a name, not code."""
    said = [line.strip() for line in lines if line.strip()]
    return all(from_line(line) or _ANNOUNCEMENT.match(line) or line.endswith(":") for line in said)


def _is_other_file(block: Block, before: list[str], following: Block) -> bool:
    named = Block(
        following.info, following.content, tuple(before), following.closed, following.markup, 0, following.end
    )
    own, other = read_block(block, ()), read_block(named, ())
    if other.sure:
        return own.name not in ("", other.name)
    return other.language not in ("", own.language) and not may_hold(other.language, own.name)


def _closed(first: str, block: Block) -> str:
    return first + ("" if first.endswith("\n") else "\n") + block.markup + "\n\n"


def _is_restart(block: Block, resumed: str) -> bool:
    """Whether a block is written again from its first line instead of going on."""
    old = [line.strip() for line in lines_of(block.content) if line.strip()]
    new = [line.strip() for line in lines_of(resumed) if line.strip()]
    return len(old) > 3 and len(new) > 3 and old[:2] == new[:2] and len(set("".join(old[:2]))) > 4
