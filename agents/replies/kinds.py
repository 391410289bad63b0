"""What a fenced block is: a file with a name, code without one, or something that is no file at all."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agents.replies.blocks import Block
from agents.replies.diffs import DIFF_LANGUAGES
from agents.replies.languages import (
    NO_LANGUAGE,
    PLAIN,
    SHELLS,
    is_commands,
    is_session,
    is_shell_script,
    is_textual,
    is_tree,
    looks_like_code,
)
from agents.replies.names import (
    ABOUT_OUTPUT,
    from_comment,
    from_info_alone,
    from_line,
    from_prose,
    split_info,
)

Kind: TypeAlias = Literal["file", "unnamed", "text", "example", "aside"]

_TEXT = frozenset({"text", "txt", "plaintext", "plain", *NO_LANGUAGE})
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}")
_HEADED = re.compile(r"\s{0,3}(?:#{1,6}\s|\*\*|`|<|(?:file\s?name|file|path)\s*:)", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_EXAMPLE = re.compile(
    r"\b(?:examples?|usage|use|try|testing|how to|call|output|runs?|running)\b", re.IGNORECASE
)
_RUNS = re.compile(r"\b(?:runs?|running|execut\w+|start|launch|use|make .* executable)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A block as it is understood.

    `kind`: `file` has a `name`; `unnamed` is code without one; `text` has neither a language nor a name
    and is no code; `example` shows how something is used; `aside` is a command, its output or a picture.
    `sure`: the name stands where nothing else can be meant, not in the `sentence` before the block.
    """

    kind: Kind
    language: str
    name: str = ""
    sure: bool = False
    sentence: str = ""


def read_block(block: Block, known: Container[str]) -> Reading:
    """Say what a block is; `known` are the files that exist or were given before it."""
    language, name = split_info(block.info)
    sentence = next(
        (line for line in reversed(block.before) if line.strip() and not _RULE.fullmatch(line)), ""
    )
    name = name or _sure_name(block, language, sentence)
    if name:
        commands = language in SHELLS and is_commands(language, block.content)
        aside = commands and not is_shell_script(name) and not is_textual(name)
        return Reading("aside" if aside else "file", language, name, True, sentence)
    name, sentence = _name_in_sentence(block, language, sentence)
    if name and _may_be_meant(name, language, block.content, sentence):
        example = name in known and _EXAMPLE.search(sentence) is not None
        return Reading("example" if example else "file", language, name, False, sentence)
    return Reading(_kind_without_name(language, block.content, sentence), language, "", False, sentence)


def _sure_name(block: Block, language: str, sentence: str) -> str:
    """Return a name that is no part of a sentence: the nearest one counts."""
    name = "" if _ends_list(block.before, sentence) else from_line(sentence)
    if name := name or from_info_alone(block.info):
        return name
    name = from_comment(block.content, language) if language not in DIFF_LANGUAGES else ""
    if name and (language not in SHELLS or is_shell_script(name)):
        return name
    return next(filter(None, (from_line(line, any_label=False) for line in _headings(block))), "")


def _ends_list(before: tuple[str, ...], sentence: str) -> bool:
    """Whether the name before a block is the last of a list of names, which says nothing about the block."""
    said = [line for line in before if line.strip()]
    above = said[said.index(sentence) - 1] if sentence in said[1:] else ""
    return all(_LISTED.match(line) and from_line(line) for line in (above, sentence))


def _headings(block: Block) -> list[str]:
    """Return the headings above a block, the nearest first."""
    return [line for line in reversed(block.before) if _HEADED.match(line)]


def _name_in_sentence(block: Block, language: str, sentence: str) -> tuple[str, str]:
    """Return the file that the line before the block speaks of, or else a heading; and that sentence."""
    if _ends_list(block.before, sentence):
        return "", sentence
    for line in (sentence, *_headings(block)):
        if name := from_prose(line, "" if language in SHELLS | DIFF_LANGUAGES else language):
            return name, line
    return "", sentence


def _may_be_meant(name: str, language: str, content: str, sentence: str) -> bool:
    """Whether the file of a sentence is what the block after it holds."""
    if is_session(content) or is_tree(content):
        return False
    if language in SHELLS:
        base = name.rpartition("/")[2]
        if not is_shell_script(name) and "." in base:
            return False
        runs_it = _RUNS.search(sentence.replace(name, "")) is not None or base in content
        return content.startswith("#!") or not runs_it
    if is_commands(language, content):
        return False
    if language in _TEXT:
        return not ABOUT_OUTPUT.search(sentence) and (is_textual(name) or looks_like_code(content))
    return language not in PLAIN


def _kind_without_name(language: str, content: str, sentence: str) -> Kind:
    if language in SHELLS or is_commands(language, content) or is_session(content) or is_tree(content):
        return "aside"
    if language in PLAIN - _TEXT or not content.strip():
        return "aside"
    if language in _TEXT:
        return "unnamed" if language in NO_LANGUAGE and looks_like_code(content) else "text"
    return "example" if _EXAMPLE.search(sentence) else "unnamed"
