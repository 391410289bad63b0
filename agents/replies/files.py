"""The files of a reply: whole files in named fences, and changes to files that exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from agents.errors import PathRefused
from agents.paths import checked
from agents.replies.blocks import Block, lines_of, read_blocks
from agents.replies.edits import (
    Edit,
    apply,
    has_search_blocks,
    is_diff,
    loose_diffs,
    read_diff,
    read_search_blocks,
)
from agents.replies.kinds import Reading, read_block
from agents.replies.languages import extension_of, is_textual, looks_like_code
from agents.replies.names import from_line
from agents.replies.thinking import without_thinking

NO_FILES: Mapping[str, str] = MappingProxyType({})

_TIMES = {2: "twice", 3: "three times"}
_PART = re.compile(
    r"\b(?:in|into|from|inside|within|to|part|snippet|excerpt|lines?|functions?|methods?|add|append|insert)\b",
    re.IGNORECASE,
)
_ELISION = re.compile(
    r"""^[ \t]*(?:\#|//|/\*|<!--|--|;)
    (?=.*(?:\.{3}|…|\bunchanged\b|\bremains?\ the\ same\b|\bas\ before\b))
    (?=.*\b(?:rest|remaining|existing|previous|other|unchanged|same)\b)
    (?=.*\b(?:code|file|methods?|functions?|class(?:es)?|logic|imports?|implementation|content|program)\b).*""",
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class FilesReply:
    """What a reply does to the project's files.

    `files` are whole contents by path, byte for byte, changes to `existing` files already made;
    `deleted` are paths that a diff removes. `unnamed` are the contents of code blocks without a usable
    name, `refused` the names that lead out of the project, `unapplied` the changes that did not apply
    exactly once ("path: first line…"). `notes` are sentences for the transcript. `truncated` is the path
    of the file whose fence never closed; what came of it is `partial` and not in `files`.
    """

    files: dict[str, str] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unapplied: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    truncated: str = ""
    partial: str = ""

    @property
    def problems(self) -> list[str]:
        """What was wrong with the reply, as sentences that can be sent back to the model."""
        return [
            *(
                f"A code block has no file name (it begins with “{_first_line(content)}”). "
                "Write the file's path on the line before the block."
                for content in self.unnamed
            ),
            *(
                f"“{name}” cannot be used as a file name. Use a path inside the project."
                for name in self.refused
            ),
            *(
                f"This change does not apply exactly once: {change} Give the whole file instead."
                for change in self.unapplied
            ),
        ]


def read_files(text: str, *, existing: Mapping[str, str] = NO_FILES, only: str = "") -> FilesReply:
    """Return the files of a reply; never raises, and never returns a path that `checked` refuses.

    `existing` are the project's files, to which changes are applied. `only` is the one file that the task
    is about, which a block without a name then means.
    """
    answer, _ = without_thinking(text)
    collected = _Collected(existing, only)
    readable = answer.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if readable != answer:
        collected.notes.append("Characters that are no text were replaced.")
    blocks = read_blocks(readable)
    for block in blocks:
        collected.take_loose_edits(block.before)
        collected.take(block)
    collected.take_loose_edits(lines_of(readable)[blocks[-1].end if blocks else 0 :])
    return collected.reply()


class _Collected:
    """What has been read of a reply so far."""

    def __init__(self, existing: Mapping[str, str], only: str) -> None:
        self.existing = existing
        self.only = only
        self.files: dict[str, str] = {}
        self.deleted: list[str] = []
        self.nameless: list[tuple[Reading, str]] = []
        self.refused: list[str] = []
        self.unapplied: list[str] = []
        self.notes: list[str] = []
        self.given: Counter[str] = Counter()
        self.truncated = ""
        self.partial = ""

    def take(self, block: Block) -> None:
        """Read one fenced block."""
        reading = read_block(block, self._known())
        if self.only and reading.kind == "file" and not reading.sure and reading.name != self.only:
            reading = Reading("unnamed", reading.language, sentence=reading.sentence)
        if not block.closed:
            self._take_cut(reading, block.content)
        elif has_search_blocks(block.content) and self._take_searches(reading.name, block.content):
            return
        elif is_diff(reading.language, block.content) and extension_of(reading.name) not in ("diff", "patch"):
            self._take_diff(reading.name, block.content)
        elif reading.kind == "file":
            self._take_file(reading, block.content)
        elif reading.name:
            self._note_example(reading)
        else:
            self.nameless.append((reading, block.content))

    def take_loose_edits(self, lines: Sequence[str]) -> None:
        """Read SEARCH/REPLACE blocks and diffs that stand outside all fences."""
        text = "\n".join(line.rstrip("\r\n") for line in lines)
        if has_search_blocks(text):
            edits, _, _ = read_search_blocks(text)
            self._apply_all(edits, "")
        for diff in loose_diffs(text):
            self._take_diff("", diff)

    def reply(self) -> FilesReply:
        """Return everything that was read."""
        unnamed = self._settle_nameless()
        for path, times in self.given.items():
            if times > 1:
                counted = _TIMES.get(times, f"{times} times")
                self.notes.append(f"{path} was given {counted}; the last one counts.")
        return FilesReply(
            files=self.files,
            deleted=tuple(path for path in dict.fromkeys(self.deleted) if path not in self.files),
            unnamed=tuple(unnamed),
            refused=tuple(dict.fromkeys(self.refused)),
            unapplied=tuple(self.unapplied),
            notes=tuple(self.notes),
            truncated=self.truncated,
            partial=self.partial,
        )

    def _known(self) -> dict[str, str]:
        known = {**self.existing, **self.files}
        return {path: content for path, content in known.items() if path not in self.deleted}

    def _path(self, name: str) -> str:
        """Return the path that `name` means; empty, and noted, when it is refused."""
        try:
            return checked(name)
        except PathRefused:
            self.refused.append(name)
            return ""

    def _take_cut(self, reading: Reading, content: str) -> None:
        name = reading.name if reading.kind == "file" else self.only if reading.kind == "unnamed" else ""
        if name:
            self.truncated = self._path(name)
            self.partial = content if self.truncated else ""
        elif not reading.name:
            self.nameless.append((reading, content))

    def _take_file(self, reading: Reading, content: str) -> None:
        path = self._path(reading.name)
        if not path:
            return
        old = self._known().get(path)
        if old is not None and (
            _elides(content, old) or (not reading.sure and _is_part(reading.sentence, content, old))
        ):
            self.unapplied.append(_described(path, content))
            return
        self._put(path, content)
        self.given[path] += 1

    def _put(self, path: str, content: str) -> None:
        self.files[path] = content
        self.deleted = [other for other in self.deleted if other != path]

    def _note_example(self, reading: Reading) -> None:
        if reading.kind == "example":
            self.notes.append(f"A block was taken for an example of {reading.name}, not for the file.")

    def _take_searches(self, name: str, content: str) -> bool:
        """Apply the block's SEARCH/REPLACE parts; false when it is a file that only speaks of them."""
        edits, outside, complete = read_search_blocks(content)
        foreign = any(line.strip() and not from_line(line) and line.strip(" `~") for line in outside)
        named = name or next(filter(None, map(from_line, outside)), "")
        if named and named not in self._known() and (foreign or not complete):
            return False
        if not complete:
            self.unapplied.append(_described(named, content))
        self._apply_all([edit for edit in edits if edit.alternatives], name)
        return True

    def _take_diff(self, name: str, content: str) -> None:
        edits = read_diff(content, self._known())
        self._apply_all(edits, name)
        if not edits:
            self.unapplied.append(_described(name, content))

    def _apply_all(self, edits: Sequence[Edit], name: str) -> None:
        for edit in edits:
            own = edit.path if edit.path in self._known() or not edit.alternatives else from_line(edit.path)
            name = own or name
            self._apply(edit, name or self._sole_file())

    def _sole_file(self) -> str:
        return self.only or (next(iter(self.existing)) if len(self.existing) == 1 else "")

    def _apply(self, edit: Edit, name: str) -> None:
        path = self._path(name) if name else ""
        if name and not path:
            return
        result = apply(edit, self._known().get(path)) if path else None
        if result is None:
            self.unapplied.append(_described(path, edit.first_line))
        elif edit.deletes:
            self.files.pop(path, None)
            self.deleted.append(path)
        else:
            self._put(path, result)

    def _settle_nameless(self) -> list[str]:
        """Give blocks without a name to the task's only file; return those that remain."""
        code = [
            (reading, content) for reading, content in self.nameless if self._may_be_file(reading, content)
        ]
        plain = [content for reading, content in code if reading.kind != "example"]
        if not self.only:
            return [content for _, content in code]
        if self.only in self.files or self.only == self.truncated:
            if code:
                self.notes.append(f"Code without a name was left aside; {self.only} is given by name.")
            return []
        candidates = plain or [content for _, content in code]
        if candidates and (path := self._path(self.only)):
            self._put(path, candidates[-1])
            self.given[path] += len(candidates)
        return []

    def _may_be_file(self, reading: Reading, content: str) -> bool:
        if reading.kind == "text":
            return bool(self.only) and (is_textual(self.only) or looks_like_code(content))
        return reading.kind in ("unnamed", "example")


def _elides(content: str, old: str) -> bool:
    """Whether a comment stands for code that the file had: `# ... rest of the code unchanged ...`."""
    return any(found[0] not in old for found in _ELISION.finditer(content))


def _is_part(sentence: str, content: str, old: str) -> bool:
    """Whether a block after "add this to main.py" is too short to be the whole file."""
    return bool(_PART.search(sentence)) and len(lines_of(content)) * 2 < len(lines_of(old))


def _described(path: str, content: str) -> str:
    return f"{path or 'a file without a name'}: {_first_line(content)}…"


def _first_line(content: str) -> str:
    line = next((line.strip() for line in content.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else line[:79] + "…"
