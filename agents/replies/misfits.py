"""Changes that could not be made, as sentences that a model can do something with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agents.replies.blocks import lines_of, without_ending
from agents.replies.edits import Edit
from agents.replies.elision import has_dots_beside_code
from agents.replies.fitting import (
    MOST_LINES,
    Replacement,
    doubt,
    exact,
    leaves_out,
    places,
)
from agents.syntax import tree_of

MOST_SHOWN = 3  # changes for which the file's own text is shown
_AROUND = 3  # lines shown before and after the nearest place
_MOST_LINES_SHOWN = 30
_LONGEST = 200  # characters of a line that is shown


@dataclass(frozen=True, slots=True)
class Misfit:
    """A change of `path` (empty where no file was meant) that was not made; `change` is how it begins.

    `why` says what was wrong and what to do about it, empty where nothing better is known than to give the
    whole file. `block`: it was a SEARCH/REPLACE block.
    """

    path: str
    change: str
    why: str = ""
    block: bool = False

    def told(self, whole: Container[str], *, short: bool = False) -> str:
        """The sentence for the model; the files of `whole` are asked for whole."""
        if not self.why or self.path in whole:
            it = f"the whole file {self.path}" if self.path in whole else "the whole file"
            return f"This change does not apply exactly once: {self.change} Give {it} instead."
        return self.why.partition("\n")[0] if short else self.why


def misfit(edit: Edit, path: str, content: str | None) -> Misfit:
    """What is wrong with a change of a file that has this content."""
    described = f"{path or 'a file without a name'}: {first_line(edit.first_line)}…"
    if not edit.alternatives or not path or not content:
        return Misfit(path, described, block=bool(edit.alternatives))
    texts = [without_ending(line) for line in lines_of(content)]
    why = _as_it_stands(described, content, texts, edit.alternatives)
    return Misfit(path, described, why or _why(described, path, texts, edit.alternatives[0]), block=True)


def _as_it_stands(described: str, content: str, texts: Sequence[str], ways: Sequence[Replacement]) -> str:
    """What keeps a block from being applied although its SEARCH lines stand in the file once."""
    fitting = [way for way in ways if exact(texts, way)]
    if not fitting:
        return ""
    if any(leaves_out(way, texts) for way in fitting):
        return f"This block leaves lines out with “...”: {described} Write all new lines."
    doubts = {doubt(way, content) for way in fitting}
    if "fence" in doubts:
        return f"The new lines of this block hold a fence: {described} Write it again without."
    if "signs" in doubts:
        return (
            f"The new lines of this block have “+”, “-” or “&lt;” that no line of the file has: {described} "
            "Write it again, its lines as they are to stand in the file."
        )
    if len(ways) > 1:
        return (
            f"This block has several lines like =======, and can be read in several ways: {described} "
            "Give the whole file instead."
        )
    return ""


def _why(described: str, path: str, texts: Sequence[str], change: Replacement) -> str:
    if not any(line.strip() for line in change.old):
        return f"This block does not say which lines of {path} it replaces: {described}"
    times = len(places(texts, change.old)) or len(
        places([text.strip() for text in texts], [line.strip() for line in change.old])
    )
    if times > 1:
        return (
            f"The SEARCH lines of this block stand {times} times in {path}: {described} "
            "Copy more lines around the one place that you mean."
        )
    start, end = nearest(texts, change.old)
    if start == end:
        return f"The SEARCH lines of this block are not in {path}: {described} Give the whole file instead."
    shown = "\n".join(text[:_LONGEST] for text in texts[start:end])
    return (
        f"The SEARCH lines of this block are not in {path}: {described} "
        f"Write the block again and copy them exactly; the file has there:\n{shown}"
    )


def unfinished(path: str, first: str) -> Misfit:
    """A block that lacks one of its marks."""
    described = f"{path or 'a file without a name'}: {first_line(first)}…"
    why = f"This block lacks its line ======= or >>>>>>> REPLACE: {described} Write it again, complete."
    return Misfit(path, described, why, block=True)


def unmarked(path: str, text: str) -> Misfit:
    """A change whose marks are not those of a block."""
    described = f"{path or 'a file without a name'}: {first_line(text)}…"
    why = (
        f"This change cannot be read: {described} Its marks are to be <<<<<<< SEARCH, ======= and "
        ">>>>>>> REPLACE, each on a line of its own."
    )
    return Misfit(path, described, why, block=True)


def part_only(path: str, content: str) -> Misfit:
    """A file of which only a part was given."""
    described = f"{path}: {first_line(content)}…"
    return Misfit(path, described, f"This is only a part of {described} Give the whole file.")


def broken_by(path: str, before: str, after: str) -> Misfit | None:
    """The complaint about changes after which a Python file is valid no more, or has dots for code."""
    if not path.endswith(".py") or not after or syntax_error(before):
        return None
    if has_dots_beside_code(after, before):
        why = (
            f"Your blocks for {path} were not applied: they leave lines out with “...”. Write all new lines."
        )
        return Misfit(path, f"{path}: ...", why, block=True)
    if not (error := syntax_error(after)):
        return None
    why = (
        f"Your blocks for {path} were not applied: they leave it with a syntax error, {error}. "
        "Write them again, with the indentation that the file has."
    )
    return Misfit(path, f"{path}: a syntax error, {error}…", why, block=True)


def syntax_error(code: str) -> str:
    """What keeps Python code from being valid, with the line; empty when nothing does."""
    try:
        tree_of(code)
    except SyntaxError as error:
        line = (error.text or "").strip()
        return f"{error.msg} in “{first_line(line)}”" if line else f"{error.msg} in line {error.lineno}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or "it is nested too deeply"
    return ""


def first_line(content: str) -> str:
    """The first line that says something, shortened."""
    line = next((line.strip() for line in content.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else line[:79] + "…"


def nearest(texts: Sequence[str], old: Sequence[str]) -> tuple[int, int]:
    """The lines, from and up to, that are most like `old`, with some around them."""
    old = old[:MOST_LINES]
    wanted = Counter(line.strip() for line in old if line.strip())
    if not wanted or not texts:
        return 0, 0
    size = min(len(old), len(texts))
    lines = [text.strip() for text in texts]
    scores = [sum((wanted & Counter(lines[at : at + size])).values()) for at in range(len(texts) - size + 1)]
    best = max(scores)
    at = scores.index(best) if best else _most_alike(lines, max(wanted, key=len))
    if at < 0:
        return 0, 0
    shown = min(size, _MOST_LINES_SHOWN - 2 * _AROUND)
    return max(0, at - _AROUND), min(len(texts), at + shown + _AROUND)


def _most_alike(lines: Sequence[str], line: str) -> int:
    matcher = SequenceMatcher(None, "", line, autojunk=False)
    best, place = 0.6, -1
    for at, text in enumerate(lines):
        matcher.set_seq1(text)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
            best, place = matcher.ratio(), at
    return place
