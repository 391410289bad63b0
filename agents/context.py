"""What a prompt carries of the project: what matters first, as much as fits, and what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from agents.codegraph import CodeGraph
from agents.prompts import Code
from agents.testfiles import is_test_of_any_language

_LANGUAGES = {
    ".py": "python", ".js": "javascript", ".ts": "typescript", ".html": "html", ".css": "css",
    ".json": "json", ".md": "markdown", ".toml": "toml", ".java": "java", ".c": "c", ".cpp": "cpp",
    ".go": "go", ".rs": "rust", ".sh": "bash", ".sql": "sql", ".yml": "yaml", ".yaml": "yaml",
}  # fmt: skip


SMALL = 8_000  # characters; a project that is no larger is shown whole, which keeps prompts alike
SHARE = 5  # neighbours are shown as long as a prompt holds no more than this part of a larger project
MOST_NAMED = 60  # so many files that are not shown are named


@dataclass(frozen=True, slots=True)
class Shown:
    """Files as text for a prompt. `outlined` are shown by their signatures, `left_out` by name only.

    `files` are those that are shown whole, `blocks` how, and `project` all that there are.
    """

    text: str
    outlined: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)
    project: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> Code:
        """The text that knows which files stand in it whole."""
        return Code(self.text, self.files, self.blocks, self.project)

    @property
    def notice(self) -> str:
        """What the transcript says of it, empty when everything is shown."""
        parts = []
        if self.outlined:
            parts.append(f"by their signatures only: {', '.join(self.outlined)}")
        if self.left_out:
            parts.append(f"left out: {', '.join(self.left_out)}")
        return f"The prompt does not hold the whole project; {'; '.join(parts)}." if parts else ""


def fenced(path: str, text: str) -> str:
    """A file as the models are asked to write it: its path, then a fence longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * max(3, longest + 1)
    language = _LANGUAGES.get(PurePosixPath(path).suffix, "")
    newline = "" if text.endswith("\n") or not text else "\n"
    return f"{path}\n{fence}{language}\n{text}{newline}{fence}"


def show(files: Mapping[str, str], room: int, first: Sequence[str] = ()) -> Shown:
    """As much of `files` as fits `room` characters: those named `first`, then the others, shortest first.

    A file that does not fit is shown by its signatures if these are known and fit, else by its name.
    """
    packing = _Packing(files, room, CodeGraph())
    named = [path for path in dict.fromkeys(first) if path in files]
    for path in [*named, *_shortest_first(files, set(files) - set(named))]:
        packing.add(path)
    return packing.shown()


def portion(files: Mapping[str, str]) -> int:
    """The characters of a project that a prompt about a part of it is to carry: all of a small one."""
    return max(SMALL, sum(map(len, files.values())) // SHARE)


def relevant(
    graph: CodeGraph, files: Mapping[str, str], focus: Iterable[str], room: int, near: Iterable[str] = ()
) -> Shown:
    """What a prompt about the files of `focus` needs of a project, at most `room` characters of it.

    AgileCoder (arXiv:2406.11912) sends a file with the signatures of what it imports. Here [ours] the files
    of the focus come whole; then what they import, whole as long as the prompt stays a small part of the
    project, else by signatures; then who imports them, and what else is `near`, by signatures, programs
    before tests. The rest is named. All stands in the project's own order, so that prompts about neighbouring
    files begin alike. A small project, and one of which no file is in the focus, is shown as by `show`.
    `graph` is brought up to date.
    """
    chosen = [path for path in dict.fromkeys(focus) if path in files]
    whole = sum(map(len, files.values()))
    if not chosen or whole <= SMALL:
        return show(files, room, chosen)
    graph.update(files)
    packing = _Packing(files, room, graph)
    for path in chosen:
        packing.add(path)
    packing.keep_within(portion(files))
    imported = {target for path in chosen for target in graph.imports(path)} & files.keys()
    for path in _shortest_first(files, imported):
        packing.add(path)
    importing = {source for path in chosen for source in graph.importers(path)} & files.keys()
    for path in sorted(importing, key=lambda path: (is_test_of_any_language(path), len(files[path]), path)):
        packing.outline(path)
    for path in near:
        if path in files:
            packing.outline(path)
    return packing.shown()


def interfaces(
    graph: CodeGraph, files: Mapping[str, str], focus: Iterable[str], whole: Iterable[str], room: int
) -> Shown:
    """What a prompt about what a project does needs of it, at most `room` characters [ours].

    Tests are for what was asked, not for how it is done (AgentCoder, arXiv:2312.13010), so the files of the
    focus come by their signatures, those of `whole` before them as they are. A small project is shown as by
    `show`. `graph` is brought up to date.
    """
    chosen = [path for path in dict.fromkeys(focus) if path in files]
    if sum(map(len, files.values())) <= SMALL:
        return show(files, room, chosen)
    graph.update(files)
    packing = _Packing(files, room, graph)
    for path in whole:
        if path in files:
            packing.add(path)
    for path in chosen:
        packing.outline(path)
    for path in chosen:  # what has no signatures says nothing but as it is
        if not graph.signatures(path):
            packing.add(path)
    return packing.shown()


@dataclass(slots=True)
class _Packing:
    """Files that are packed into a room, each at most once: whole, by signatures, or not."""

    files: Mapping[str, str]
    room: int
    graph: CodeGraph
    texts: dict[str, str] = field(default_factory=dict)
    outlined: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """Take a file whole, or by its signatures when it does not fit."""
        if path not in self.texts and not self._take(path, fenced(path, self.files[path])):
            self.outline(path)

    def outline(self, path: str) -> None:
        """Take a file by its signatures, if there are any and they fit."""
        if path in self.texts:
            return
        if path not in self.graph.files:
            self.graph = CodeGraph(self.files)
        signatures = self.graph.signatures(path)
        if signatures and self._take(path, f"{path} (signatures only)\n{signatures}"):
            self.outlined.append(path)

    def keep_within(self, size: int) -> None:
        """From here on take only what keeps the whole text within `size` characters."""
        self.room = min(self.room, size - sum(map(len, self.texts.values())))

    def shown(self) -> Shown:
        """What was taken, in the project's own order, so that prefixes stay alike; the rest is named."""
        text = "\n\n".join(self.texts[path] for path in self.files if path in self.texts)
        left_out = tuple(path for path in self.files if path not in self.texts)
        if left_out:
            more = f" and {len(left_out) - MOST_NAMED} more" if len(left_out) > MOST_NAMED else ""
            text += f"\n\nNot shown: {', '.join(left_out[:MOST_NAMED])}{more}"
        whole = {path: block for path, block in self.texts.items() if path not in self.outlined}
        files = {path: self.files[path] for path in whole}
        outlined = tuple(self.outlined)
        return Shown(text.strip() or "(no files yet)", outlined, left_out, files, whole, self.files)

    def _take(self, path: str, text: str) -> bool:
        fits = len(text) <= self.room
        if fits:
            self.texts[path] = text
            self.room -= len(text)
        return fits


def _shortest_first(files: Mapping[str, str], paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (len(files[path]), path))
