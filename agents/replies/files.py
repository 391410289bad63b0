"""The files of a reply: whole files in named fences, and changes to files that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from agents.errors import PathRefused
from agents.paths import checked
from agents.replies.blocks import Block, lines_of, prose_of, read_blocks
from agents.replies.diffs import is_diff, is_signed, loose_diffs, read_diff, with_fenced_diffs
from agents.replies.edits import Edit, apply, is_made
from agents.replies.fragments import is_excerpt, no_whole_file
from agents.replies.kinds import Reading, read_block
from agents.replies.languages import extension_of, is_textual, looks_like_code
from agents.replies.misfits import (
    MOST_SHOWN,
    Misfit,
    broken_by,
    first_line,
    misfit,
    part_only,
    unfinished,
    unmarked,
)
from agents.replies.names import from_line, spoken_of
from agents.replies.search_blocks import (
    SearchBlock,
    has_search_blocks,
    is_like_search_blocks,
    read_search_blocks,
    untorn,
)
from agents.replies.thinking import without_thinking
from agents.replies.turns import own_turn

NO_FILES: Mapping[str, str] = MappingProxyType({})

_TIMES = {2: "twice", 3: "three times"}


@dataclass(frozen=True, slots=True)
class FilesReply:
    """What a reply does to the project's files.

    `files` are whole contents by path, byte for byte, changes to `existing` files already made;
    `deleted` are paths that a diff removes. `unnamed` are the contents of code blocks without a usable
    name, `refused` the names that lead out of the project, `misfits` the changes that could not be made,
    `made` those that were, now or earlier. `notes` are sentences for the transcript. `truncated` is
    the path of the file whose fence never closed; what came of it is `partial` and not in `files`.
    """

    files: dict[str, str] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    made: frozenset[Edit] = frozenset()
    notes: tuple[str, ...] = ()
    truncated: str = ""
    partial: str = ""

    @property
    def problems(self) -> list[str]:
        """What was wrong with the reply, as sentences that can be sent back to the model."""
        return self.told()

    def told(self, whole: Collection[str] = ()) -> list[str]:
        """The problems; changes of the files of `whole` are asked for as whole files."""
        return [
            *(
                f"A code block has no file name (it begins with “{first_line(content)}”). "
                "Write the file's path on the line before the block."
                for content in self.unnamed
            ),
            *(
                f"“{name}” cannot be used as a file name. Use a path inside the project."
                for name in self.refused
            ),
            *dict.fromkeys(
                found.told(whole, short=number >= MOST_SHOWN) for number, found in enumerate(self.misfits)
            ),
        ]


def read_files(
    text: str,
    *,
    existing: Mapping[str, str] = NO_FILES,
    only: str = "",
    ended: bool = False,
    made: Collection[Edit] = (),
    insisted: Collection[str] = (),
) -> FilesReply:
    """Return the files of a reply; never raises, and never returns a path that `checked` refuses.

    `existing` are the project's files, to which changes are applied. `only` is the one file that the task
    is about, which a block without a name then means. `ended`: the model itself ended the reply there, so
    that the last SEARCH/REPLACE block needs no end of its own. `made` are changes of earlier replies: where
    they are repeated they are not made again, although what only adds lines would fit once more. `insisted`
    are files that were asked for whole: what comes as one of them is all of it, however short.
    """
    thoughtless, _ = without_thinking(text)
    answer = own_turn(thoughtless, existing.values())
    collected = _Collected(existing, only, ended or answer != thoughtless, made, insisted)
    readable = answer.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if readable != answer:
        collected.notes.append("Characters that are no text were replaced.")
    readable = untorn(with_fenced_diffs(readable))
    blocks = read_blocks(readable)
    for block in blocks:
        collected.take_loose_edits(block.before)
        collected.take(block)
    collected.take_loose_edits(lines_of(readable)[blocks[-1].end if blocks else 0 :])
    collected.take_unmarked(prose_of(readable, blocks), readable)
    return collected.reply()


class _Collected:
    """What has been read of a reply so far."""

    def __init__(
        self,
        existing: Mapping[str, str],
        only: str,
        ended: bool,
        made: Collection[Edit],
        insisted: Collection[str],
    ) -> None:
        self.existing = existing
        self.only = only
        self.ended = ended
        self.made_before = set(made)
        self.insisted = insisted
        self.made: set[Edit] = set()
        self.changed: dict[str, str] = {}  # by blocks; what the files were before
        self.files: dict[str, str] = {}
        self.deleted: list[str] = []
        self.nameless: list[tuple[Reading, str]] = []
        self.refused: list[str] = []
        self.misfits: list[Misfit] = []
        self.notes: list[str] = []
        self.given: Counter[str] = Counter()
        self.truncated = ""
        self.partial = ""

    def take(self, block: Block) -> None:
        """Read one fenced block."""
        reading = read_block(block, self._known())
        if self.only and reading.kind == "file" and not reading.sure and reading.name != self.only:
            reading = Reading("unnamed", reading.language, sentence=reading.sentence)
        searches = has_search_blocks(block.content)
        ended = block.closed or self.ended
        if not block.closed and not (searches and read_search_blocks(block.content, ended=ended).complete):
            self._take_cut(reading, block.content)
        elif searches and self._take_searches(reading.name, block.content, ended):
            return
        elif is_like_search_blocks(block.content) and (not reading.name or reading.name in self._known()):
            self.misfits.append(unmarked(reading.name, block.content))
        elif self._is_diff(reading, block.content):
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
            # Behind a line break at the end there may be another new line: an empty one.
            ended = self.ended and not lines[-1].endswith(("\r", "\n"))
            self._make(read_search_blocks(text, ended=ended).found, "")
        for diff in loose_diffs(text):
            self._take_diff("", diff)

    def take_unmarked(self, prose: str, text: str) -> None:
        """Read changes outside all fences whose marks are none: nobody knows what they are."""
        said = prose if self.files or self.misfits else text  # their own lines may be fences
        if is_like_search_blocks(said):
            known = self._known()
            named = next((name for name in map(from_line, lines_of(said)) if name in known), self.only)
            self.misfits.append(unmarked(named, said))

    def reply(self) -> FilesReply:
        """Return everything that was read."""
        unnamed = self._settle_nameless()
        self._take_back_what_breaks()
        self._ask_about_excerpts()
        for path, times in self.given.items():
            if times > 1:
                counted = _TIMES.get(times, f"{times} times")
                self.notes.append(f"{path} was given {counted}; the last one counts.")
        return FilesReply(
            files=self.files,
            deleted=tuple(path for path in dict.fromkeys(self.deleted) if path not in self.files),
            unnamed=tuple(unnamed),
            refused=tuple(dict.fromkeys(self.refused)),
            misfits=tuple(self.misfits),
            made=frozenset(self.made_before | self.made),
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

    def _is_diff(self, reading: Reading, content: str) -> bool:
        if extension_of(reading.name) in ("diff", "patch"):
            return False
        old = self._known().get(reading.name)
        signed = old is not None and is_signed(content)
        if signed and is_textual(reading.name):  # a list has such signs as well
            signed = all(apply(edit, old) is not None for edit in read_diff(content, {}))
        return signed or is_diff(reading.language, content)

    def _take_file(self, reading: Reading, content: str) -> None:
        path = self._path(reading.name)
        if not path:
            return
        old = self._known().get(path)
        if old is not None and (found := no_whole_file(reading, path, content, old)):
            self.misfits.append(found)
            return
        self._put(path, content)
        self.changed.pop(path, None)
        self.misfits = [found for found in self.misfits if found.path != path]
        self.made_before, self.made = _elsewhere(path, self.made_before), _elsewhere(path, self.made)
        self.given[path] += 1

    def _put(self, path: str, content: str) -> None:
        self.files[path] = content
        self.deleted = [other for other in self.deleted if other != path]

    def _note_example(self, reading: Reading) -> None:
        if reading.kind == "example":
            self.notes.append(f"A block was taken for an example of {reading.name}, not for the file.")

    def _take_searches(self, name: str, content: str, ended: bool) -> bool:
        """Apply the block's SEARCH/REPLACE parts; false when it is a file that only speaks of them."""
        blocks = read_search_blocks(content, ended=ended)
        foreign = any(line.strip() and not from_line(line) and line.strip(" `~") for line in blocks.outside)
        named = name or next(filter(None, map(from_line, blocks.outside)), "")
        if named and named not in self._known() and (foreign or not blocks.complete):
            return False
        self._make(blocks.found, name)
        return True

    def _make(self, blocks: Sequence[SearchBlock], name: str) -> None:
        """Make the changes of SEARCH/REPLACE blocks; one without a name means the file of the one before."""
        given = name
        for block in blocks:
            known = self._known()
            own = block.before if block.before in known else from_line(block.before)
            own = own or spoken_of(block.before, known)
            edit = Edit("", (), block.ways)
            name = self._meant(edit, own or name, named=bool(own or given))
            if block.ways and block.ended:
                self._apply(edit, name)
            else:
                self.misfits.append(unfinished(name if name in known else "", block.first_line))

    def _meant(self, edit: Edit, name: str, *, named: bool) -> str:
        """The file that a block means: the one it names, or the only one that it can mean."""
        known = self._known()
        if name in known and (named or apply(edit, known[name]) is not None):
            return name
        if name and named:
            own = name.rpartition("/")[2]
            alike = [path for path in known if path.rpartition("/")[2] == own]
            fitting = [path for path in alike if apply(edit, known[path]) is not None]
            return fitting[0] if len(fitting) == 1 and apply(edit, None) is None else name
        if self.only:
            return self.only
        fitting = [path for path, content in known.items() if apply(edit, content) is not None]
        return fitting[0] if len(fitting) == 1 else name or self._sole_file()

    def _take_diff(self, name: str, content: str) -> None:
        edits = read_diff(content, self._known())
        for edit in edits:
            name = edit.path or name
            self._apply(edit, name or self._sole_file())
        if not edits:
            self.misfits.append(Misfit(name, f"{name or 'a file without a name'}: {first_line(content)}…"))

    def _sole_file(self) -> str:
        return self.only or (next(iter(self.existing)) if len(self.existing) == 1 else "")

    def _apply(self, edit: Edit, name: str) -> None:
        path = self._path(name) if name else ""
        if name and not path:
            return
        edit, before = replace(edit, path=path), self._known().get(path)
        if edit in self.made_before | self.made:
            return
        if self._is_done(edit, path):
            self.notes.append(f"A change of {path} was left out: the file that was given has it already.")
            return
        result = apply(edit, before) if path else None
        if result is None:
            self.misfits.append(misfit(edit, path, before))
        elif edit.deletes:
            self.files.pop(path, None)
            self.deleted.append(path)
        else:
            if result == before:
                self.notes.append(f"A change of {path} was left out: what it says stands there already.")
            self.changed.setdefault(path, before or "")
            self.made.add(edit)
            self._put(path, result)

    def _is_done(self, edit: Edit, path: str) -> bool:
        """Whether a file that was there was given whole before, and has this change."""
        new = self.files.get(path) if self.given[path] and path in self.existing else None
        return new is not None and is_made(edit, new)

    def _take_back_what_breaks(self) -> None:
        """Changes after which a Python file is valid no more are not made."""
        for path, before in self.changed.items():
            if path in self.files and (broken := broken_by(path, before, self.files[path])):
                self.misfits.append(broken)
                self.made = _elsewhere(path, self.made)
                self.files[path] = before
                if self.existing.get(path) == before:
                    del self.files[path]

    def _ask_about_excerpts(self) -> None:
        """Files that have likely lost most of what they were are asked for once more."""
        known = self._known()
        for path in self.given:
            old, content = self.existing.get(path), self.files.get(path)
            if old is None or content is None or self.only or path in self.insisted:
                continue
            if is_excerpt(content, old, (text for other, text in known.items() if other != path)):
                self.misfits.append(part_only(path, content))
                del self.files[path]

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


def _elsewhere(path: str, edits: Collection[Edit]) -> set[Edit]:
    """The changes of other files than this one."""
    return {edit for edit in edits if edit.path != path}
